"""The one time zone people see: Asia/Ho_Chi_Minh, +07:00."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

VIETNAM_TIME = timezone(timedelta(hours=7), "+07:00")
"""Vietnam has had no other offset since 1975, so no time zone database is read here."""


def in_vietnam(moment: datetime) -> datetime:
    """An aware moment at +07:00. Raises ValueError for one without zone."""
    if moment.tzinfo is None:
        raise ValueError("the moment must carry a zone")
    return moment.astimezone(VIETNAM_TIME)
