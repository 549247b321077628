"""Integration tests of queries."""
