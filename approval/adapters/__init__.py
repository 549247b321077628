"""adapters room."""
