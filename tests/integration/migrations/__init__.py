"""migrations tests."""
