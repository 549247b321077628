"""tests room."""
