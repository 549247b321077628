"""unit tests of the web room."""
