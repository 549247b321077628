"""Between which moments an event can have been written: outsiders saw heads that count it, and heads that do not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from approval.domain.audit_event import moment_text
from approval.domain.evidence_events import EvidenceEvent
from approval.domain.evidence_heads import Head
from approval.domain.evidence_report import tampered

# The server's clock and the one of the time-stamp authority may differ by so much and nobody is accused.
CLOCK_TOLERANCE = timedelta(minutes=5)
# A head is the newest for ten minutes at the most, and then its stamp takes a moment. What is stamped later than this
# after an event that it does not count says nothing about that event, and goes into no bundle.
LONGEST_NEWEST = timedelta(minutes=15)
# Years of four digits, with room before and after on the calendar.
_FIRST, _LAST = datetime(1970, 1, 2, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)


def require_between(head: Head, events: Iterable[EvidenceEvent], seen: datetime) -> None:
    """What the head counts was written before an outsider saw it, what it does not count was written after.

    Raises EvidenceFault with the number of the event at fault.
    """
    moment = min(max(seen, _FIRST), _LAST)
    latest, earliest = moment_text(moment + CLOCK_TOLERANCE), moment_text(moment - LONGEST_NEWEST - CLOCK_TOLERANCE)
    for event in events:
        if event.seq < head.checkpoint.size and event.body["at"] > latest:
            raise tampered(f"sự kiện {event.seq} ghi thời điểm sau khi {head.path} đã được đóng dấu thời gian")
        if event.seq >= head.checkpoint.size and event.body["at"] < earliest:
            raise tampered(f"sự kiện {event.seq} ghi lùi thời điểm: {head.path} được đóng dấu sau đó mà chưa có nó")


def was_newest(size: int, events: Iterable[EvidenceEvent], seen: datetime) -> bool:
    """Whether the head of that size was the newest when an outsider saw it, or close to.

    A time-stamp authority that was away, or a log signer that stood still, leads to later ones in all honesty.
    """
    earliest = moment_text(seen - LONGEST_NEWEST)
    return all(event.body["at"] >= earliest for event in events if event.seq >= size)
