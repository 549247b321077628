"""Adapters against the real outside."""
