"""One-line notices shown at the top of the next page."""

from __future__ import annotations

from typing import Literal

from flask import flash

Tone = Literal["ok", "note", "warn", "late"]


def tell(tone: Tone, sentence: str) -> None:
    """Show `sentence` (Vietnamese, whole) once, on the next page. Tones: ok, note, warn, late."""
    flash(sentence, tone)
