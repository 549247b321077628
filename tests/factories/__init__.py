"""factories room."""
