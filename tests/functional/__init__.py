"""functional room."""
