"""approval room."""
