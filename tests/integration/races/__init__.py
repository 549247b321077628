"""races tests."""
