"""Random walks through the real services."""
