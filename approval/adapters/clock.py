"""The only source of time: aware UTC, with an offset that only demo and test configurations accept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class Clock(Protocol):
    """Gives the current moment."""

    def now(self) -> datetime:
        """The current moment, aware, UTC."""
        ...


class SystemClock:
    """The machine's clock moved by a fixed offset (zero outside demo and tests)."""

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self._offset = offset

    def now(self) -> datetime:
        """The current moment, aware, UTC."""
        return datetime.now(UTC) + self._offset


class FixedClock:
    """A clock that a test moves by hand."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The moment set by hand."""
        return self.moment
