"""browser room."""
