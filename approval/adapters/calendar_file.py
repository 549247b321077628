"""Deadlines as an iCalendar file (RFC 5545) that a mail carries: published, or taken away again (RFC 5546)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event, vCalAddress

from approval.adapters.outgoing_mail import Attachment
from approval.domain.deadline_event import DeadlineEvent

_PRODUCT = "-//Giao Ước//Hạn cho ý kiến và hạn ký//VI"

# RFC 5545 §3.1: 75 bytes are the most a line should have.
_FOLDED_FROM = 75


@dataclass(frozen=True, slots=True)
class CalendarSource:
    """Who publishes: `host` completes the entries' names, `organizer` is an address, `stamp` the moment (aware)."""

    host: str
    organizer: str
    stamp: datetime


def calendar_attachment(events: Sequence[DeadlineEvent], source: CalendarSource) -> Attachment:
    """`han.ics` with at least one entry; all of them stand, or all are taken away.

    Raises ValueError for a mixture, because one file has one method.
    """
    if len({event.cancelled for event in events}) != 1:
        raise ValueError("one calendar file publishes or cancels")
    method = "CANCEL" if events[0].cancelled else "PUBLISH"
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for event in events:
        calendar.add_component(_entry(event, source))
    parameters = (("method", method), ("charset", "utf-8"))
    return Attachment("han.ics", _written(calendar), maintype="text", subtype="calendar", parameters=parameters)


def _written(calendar: Calendar) -> bytes:
    """What `to_ical` gives; it looks for the fold letter by letter, even in lines that need none."""
    lines = (
        line.encode() if len(line.encode()) < _FOLDED_FROM else line.to_ical() for line in calendar.content_lines()
    )
    return b"\r\n".join(line for line in lines if line) + b"\r\n"


def _entry(event: DeadlineEvent, source: CalendarSource) -> Event:
    entry = Event()
    entry.add("uid", f"{event.uid}@{source.host}")
    entry.add("dtstamp", source.stamp.astimezone(UTC))
    entry.add("sequence", event.sequence)
    entry.add("organizer", vCalAddress(f"mailto:{source.organizer}"))
    entry.add("summary", event.summary)
    entry.add("url", event.link)
    entry.add("description", event.link)
    # The entry says when something is due; it must not make anybody look busy.
    entry.add("transp", "TRANSPARENT")
    entry.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    if event.deadline is not None and event.start is not None:
        # In UTC, so that the file needs no time zone of its own.
        entry.add("dtstart", event.start.astimezone(UTC))
        entry.add("dtend", event.deadline.astimezone(UTC))
    return entry
