"""Compares the version a person saw with the one that is stored."""

from __future__ import annotations

from approval.domain.errors import StaleTextError
from approval.models.pledge import Pledge


def require_version(pledge: Pledge, expected: int) -> None:
    """Raise StaleTextError when the locked pledge is not the version the person decided on."""
    if pledge.version != expected:
        raise StaleTextError(
            "pledge-changed",
            "Văn bản đã thay đổi sau khi Ông/Bà mở trang. Xem phần thay đổi rồi quyết định lại; chưa có gì được ghi.",
            "The pledge changed since you opened the page. See what changed and decide again; nothing was recorded.",
        )
