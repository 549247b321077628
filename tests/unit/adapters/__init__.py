"""Unit tests of approval.adapters."""
