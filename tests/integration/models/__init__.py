"""models tests."""
