"""Whether one pledge's events hang together: each is what its code says, none is missing, none is out of order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from approval.domain.merkle import leaf_hash


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One stored event: its number in the whole log, its payload (bytes), the leaf hash kept beside it (32 bytes)."""

    seq: int
    payload: bytes
    leaf: bytes


def stored_bytes(value: bytes | str) -> bytes:
    """A payload as it is stored; SQLite gives back text where somebody has written text into the column."""
    return value.encode() if isinstance(value, str) else bytes(value)


def read_event(payload: bytes) -> dict[str, Any] | None:
    """What a stored payload says, None where it is no event: its leaf hash gives that away."""
    try:
        event = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None


def first_break(links: Sequence[ChainLink]) -> int | None:
    """The `seq` of the first event that does not fit, oldest first; None when all do.

    What a reader of the export can find as well: hash, number in the log, number in the pledge, code of the event
    before, and a time that never runs backwards.
    """
    before: ChainLink | None = None
    at = ""
    for number, link in enumerate(links):
        event = read_event(link.payload)
        if event is None or not _fits(event, link, number, before) or str(event.get("at", "")) < at:
            return link.seq
        before, at = link, str(event.get("at", ""))
    return None


def _fits(event: dict[str, Any], link: ChainLink, number: int, before: ChainLink | None) -> bool:
    return (
        leaf_hash(link.payload) == link.leaf
        and event.get("seq") == link.seq
        and event.get("pseq") == number
        and event.get("pprev") == (before.leaf.hex() if before else None)
        and (before is None or before.seq < link.seq)
    )
