"""unit room."""
