"""The friendly answer to doing the same thing twice: a double click, the back button, two tabs."""

from __future__ import annotations

from datetime import datetime

from approval.adapters.clock import VIETNAM
from approval.domain.errors import AlreadyDoneError


def already_done(code: str, vi: str, en: str, *, done_at: datetime) -> AlreadyDoneError:
    """Says “Ông/Bà đã {vi} lúc 09:12 ngày 06/05/2024”; to be raised by the caller. `done_at` is aware."""
    moment = f"{done_at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"
    return AlreadyDoneError(
        code,
        f"Ông/Bà đã {vi} lúc {moment}. Không cần làm lại.",
        f"You already {en} at {moment} (Vietnam time). Nothing more to do.",
        done_at=done_at,
    )
