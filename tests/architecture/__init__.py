"""architecture room."""
