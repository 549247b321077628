"""integration room."""
