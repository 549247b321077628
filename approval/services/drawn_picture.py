"""The blue picture drawn from a person's name, remembered: drawing takes longer than signing does."""

from __future__ import annotations

from functools import lru_cache

from approval.adapters.signature_picture import default_picture


@lru_cache(maxsize=256)
def drawn_picture(display_name: str) -> bytes:
    """PNG for people who have uploaded none. Raises MissingGlyphError when the name cannot be written."""
    return default_picture(display_name)
