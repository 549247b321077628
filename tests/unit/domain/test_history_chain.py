"""A pledge's events hang together, and whatever is done to them is found at the event it was done to."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from approval.domain.audit_event import AuditFields, EventType, build_payload
from approval.domain.history_chain import ChainLink, first_break, stored_bytes
from approval.domain.merkle import leaf_hash

Links = list[ChainLink]


def chain(count: int = 6) -> Links:
    """Events 3, 6, 9 … of a log, all of one pledge."""
    links: Links = []
    for number in range(count):
        payload = build_payload(
            AuditFields(
                seq=3 * number + 3,
                at=datetime(2024, 5, 1, tzinfo=UTC) + timedelta(minutes=number),
                type=EventType.DRAFT_SAVED,
                actor="coordinator:1",
                salt=bytes(16),
                pledge="p",
                pledge_seq=number,
                pledge_prev=links[-1].leaf if links else None,
            )
        )
        links.append(ChainLink(3 * number + 3, payload, leaf_hash(payload)))
    return links


def rewritten(link: ChainLink, **fields: object) -> ChainLink:
    """The event changed and hashed anew, as somebody with the whole database would."""
    payload = json.dumps({**json.loads(link.payload), **fields}, sort_keys=True, separators=(",", ":")).encode()
    return ChainLink(link.seq, payload, leaf_hash(payload))


def test_whole_histories_are_whole() -> None:
    assert [first_break(chain(count)) for count in (0, 1, 6)] == [None] * 3


def _replace(at: int, change: Callable[[ChainLink], ChainLink]) -> Callable[[Links], Links]:
    return lambda links: [*links[:at], change(links[at]), *links[at + 1 :]]


ATTACKS: dict[str, tuple[Callable[[Links], Links], int]] = {
    "payload edited": (_replace(2, lambda one: ChainLink(one.seq, one.payload + b" ", one.leaf)), 9),
    "code edited": (_replace(2, lambda one: ChainLink(one.seq, one.payload, bytes(32))), 9),
    "edited and hashed anew": (_replace(2, lambda one: rewritten(one, agency=7)), 12),
    "taken out": (lambda links: [*links[:2], *links[3:]], 12),
    "first taken out": (lambda links: links[1:], 6),
    "two swapped": (lambda links: [*links[:2], links[3], links[2], *links[4:]], 12),
    "one repeated": (lambda links: [*links[:3], links[2], *links[3:]], 9),
    "number in the log moved": (_replace(5, lambda one: ChainLink(4, one.payload, one.leaf)), 4),
    "number of another": (_replace(5, lambda one: rewritten(one, pseq=9)), 18),
    "numbers running backwards": (
        _replace(5, lambda one: ChainLink(4, rewritten(one, seq=4).payload, rewritten(one, seq=4).leaf)),
        4,
    ),
    "time running backwards": (_replace(5, lambda one: rewritten(one, at="2023-01-01T00:00:00.000000Z")), 18),
    "no JSON": (_replace(5, lambda one: ChainLink(one.seq, b"{", leaf_hash(b"{"))), 18),
    "no object": (_replace(5, lambda one: ChainLink(one.seq, b"[]", leaf_hash(b"[]"))), 18),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_found_at_its_event(name: str) -> None:
    attack, seq = ATTACKS[name]
    assert first_break(attack(chain())) == seq


def test_a_payload_is_read_as_it_is_stored_also_where_somebody_wrote_text() -> None:
    assert stored_bytes("Sở".encode()) == stored_bytes("Sở") == "Sở".encode()


def test_a_payload_nested_beyond_reading_is_named() -> None:
    payload = b"[" * 200_000
    assert first_break([ChainLink(7, payload, leaf_hash(payload))]) == 7
