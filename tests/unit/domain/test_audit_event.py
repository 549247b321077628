"""Events have one spelling, hide nothing that can be guessed, and refuse values without a canonical form."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.domain.audit_event import (
    AuditFields,
    AuditPayloadError,
    EventType,
    actor_label,
    build_payload,
    canonical_json,
    leaf_hash,
    private_body,
    private_commitment,
)
from approval.domain.pledge_text import to_nfc
from approval.domain.states import Role, State

FIELDS = AuditFields(
    seq=7,
    at=datetime(2024, 5, 15, 9, 12, 3, 45, tzinfo=timezone(timedelta(hours=7))),
    type=EventType.VERDICT_GIVEN,
    actor=actor_label(Role.REPRESENTATIVE, 12),
    salt=bytes(range(16)),
    agency=3,
    pledge="6a3f1c1e-0000-4000-8000-000000000001",
    pledge_seq=2,
    pledge_prev=b"\xab" * 32,
    doc_sha256="cd" * 32,
    version=4,
    state_from=State.IN_REVIEW,
    state_to=State.AGREED,
    data={"kind": "agree", "fired": ["agreement_reached"], "note": "Đã thống nhất", "late": False},
    private=b"\xef" * 32,
)


def test_the_whole_event_is_spelt_as_specified() -> None:
    assert build_payload(FIELDS).decode() == (
        '{"actor":"representative:12","agency":3,"at":"2024-05-15T02:12:03.000045Z",'
        '"data":{"fired":["agreement_reached"],"kind":"agree","late":false,"note":"Đã thống nhất"},'
        f'"obj":{{"doc_sha256":"{"cd" * 32}","state_from":"in_review","state_to":"agreed","version":4}},'
        f'"pledge":"6a3f1c1e-0000-4000-8000-000000000001","pprev":"{"ab" * 32}","priv":"{"ef" * 32}","pseq":2,'
        '"salt":"000102030405060708090a0b0c0d0e0f","seq":7,"type":"pledge:verdict:given","v":1}'
    )


def test_what_does_not_apply_is_null_and_not_left_out() -> None:
    bare = AuditFields(
        seq=0,
        at=datetime(2024, 5, 1, tzinfo=UTC),
        type=EventType.BLOC_CREATED,
        actor=actor_label(Role.SYSTEM, None),
        salt=bytes(16),
    )
    payload = json.loads(build_payload(bare))
    assert payload["actor"] == "system"
    assert [payload[key] for key in ("agency", "pledge", "pseq", "pprev", "priv")] == [None] * 5
    assert payload["obj"] == {"doc_sha256": None, "version": None, "state_from": None, "state_to": None}
    assert payload["data"] == {}


def test_leaf_hash_of_a_payload_is_rfc_6962() -> None:
    payload = build_payload(FIELDS)
    assert leaf_hash(payload) == hashlib.sha256(b"\0" + payload).digest()


def test_equal_events_with_other_salt_have_other_leaves() -> None:
    other = replace(FIELDS, salt=bytes(16))
    assert leaf_hash(build_payload(other)) != leaf_hash(build_payload(FIELDS))


@pytest.mark.parametrize(
    "data",
    [
        {"x": 0.5},
        {"x": float("nan")},
        {"x": 2**53},
        {"x": -(2**53)},
        {"x": [{"y": 1.0}]},
        {"khóa": 1},
        {1: "x"},
        {"x": "Tie\u0302\u0301ng"},
        {"x": "\ud800"},
        {"x": b"bytes"},
        {"x": datetime(2024, 5, 1, tzinfo=UTC)},
        {"x": {1, 2}},
    ],
)
def test_data_without_one_canonical_form_is_refused(data: dict[Any, Any]) -> None:
    with pytest.raises(AuditPayloadError):
        build_payload(replace(FIELDS, data=data))


def test_the_largest_exact_numbers_are_kept() -> None:
    payload = json.loads(build_payload(replace(FIELDS, data={"low": 1 - 2**53, "high": 2**53 - 1})))
    assert payload["data"] == {"low": 1 - 2**53, "high": 2**53 - 1}


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(AuditPayloadError, match="zone"):
        build_payload(replace(FIELDS, at=FIELDS.at.replace(tzinfo=None)))


def test_a_short_salt_is_refused() -> None:
    with pytest.raises(AuditPayloadError, match="salt"):
        build_payload(replace(FIELDS, salt=b"short"))


# A short alphabet with every awkward class: quotes, controls, composing marks, letters beyond the basic plane.
TEXTS = st.text('aăđế€𝒳\u0301 "\\\n\x01\x7f/<', max_size=12).map(to_nfc)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(1 - 2**53, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcXYZ_ 09"), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text("abcXYZ_ 09"), JSON_VALUES, max_size=6))
def test_canonical_bytes_need_no_library_to_check(value: dict[str, Any]) -> None:
    plain = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert canonical_json(value) == plain
    assert json.loads(plain) == value


def test_private_part_is_only_committed_to() -> None:
    body = private_body(ip="192.0.2.7", user_agent="Trình duyệt/1.0")
    assert body == '{"ip":"192.0.2.7","user_agent":"Trình duyệt/1.0"}'.encode()
    assert private_commitment(b"n" * 16, body) == hashlib.sha256(b"n" * 16 + body).digest()


@pytest.mark.parametrize("user_agent", ["e\u0301", "\udce9\udcff", "x" * 100_000, "\0\r\n"])
def test_whatever_a_client_sends_as_its_name_can_be_recorded(user_agent: str) -> None:
    body = private_body(ip="::1", user_agent=user_agent)
    assert len(body) < 3_000
    assert json.loads(body)["ip"] == "::1"


def test_every_event_type_follows_the_grammar() -> None:
    assert all(re.fullmatch(r"[a-z]+:[a-z]+:[a-z]+", tag) for tag in EventType)
    assert len(EventType) == 55
