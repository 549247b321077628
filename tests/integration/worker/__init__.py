"""The outbox, worked off for real."""
