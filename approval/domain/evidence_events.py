"""The events of one pledge in an evidence bundle, and whether they hang together with the whole history."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from approval.domain.audit_event import PAYLOAD_VERSION, AuditPayloadError, canonical_json
from approval.domain.evidence_manifest import EVENTS, LEAVES
from approval.domain.evidence_report import EvidenceFault, incomplete, tampered
from approval.domain.merkle import HASH_LENGTH, leaf_hash
from approval.domain.strict_base64 import decode, encode

KEY_EVENTS = "log:key:"
"""Beginning of the tags of events about the log's own key; a bundle carries them beside the pledge's."""

_AT = re.compile(r"[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}\.[0-9]{6}Z")
_HEX_32 = re.compile(r"[0-9a-f]{64}")
# Deeper than any honest event, far from where the parsers of JSON give up, each at a depth of its own.
_DEEPEST = 64
_TEXT_OR_NONE, _NUMBER_OR_NONE = (str, type(None)), (int, type(None))
# Exact types: true is a whole number to Python.
_SHAPE: dict[str, tuple[type, ...]] = {
    "actor": (str,),
    "agency": _NUMBER_OR_NONE,
    "at": (str,),
    "data": (dict,),
    "obj": (dict,),
    "pledge": _TEXT_OR_NONE,
    "pprev": _TEXT_OR_NONE,
    "priv": _TEXT_OR_NONE,
    "pseq": _NUMBER_OR_NONE,
    "salt": (str,),
    "seq": (int,),
    "type": (str,),
    "v": (int,),
}
_OBJECT: dict[str, tuple[type, ...]] = {
    "doc_sha256": _TEXT_OR_NONE,
    "state_from": _TEXT_OR_NONE,
    "state_to": _TEXT_OR_NONE,
    "version": _NUMBER_OR_NONE,
}


@dataclass(frozen=True, slots=True)
class EvidenceEvent:
    """One entry of the history: its number, its bytes, and what they say (see domain/audit_event.py)."""

    seq: int
    payload: bytes
    body: Mapping[str, Any]

    @property
    def line(self) -> bytes:
        """As it stands in `log/events.jsonl`."""
        return canonical_json({"seq": self.seq, "payload": encode(self.payload)}) + b"\n"

    @property
    def about_keys(self) -> bool:
        """Whether it is about the log's own key and not about the pledge."""
        return self.body["pledge"] is None and str(self.body["type"]).startswith(KEY_EVENTS)

    @classmethod
    def of(cls, seq: int, payload: bytes) -> Self:
        """Read the payload. Raises EvidenceFault when it is no event in its one form."""
        return cls(seq, payload, _body(seq, payload))


def write_events(events: Iterable[EvidenceEvent]) -> bytes:
    """The contents of `log/events.jsonl`."""
    return b"".join(event.line for event in events)


def read_events(data: bytes) -> tuple[EvidenceEvent, ...]:
    """Inverse of `write_events`. Raises EvidenceFault."""
    return tuple(_read_line(number, line) for number, line in enumerate(data.splitlines(keepends=True), start=1))


def check_events(files: Mapping[str, bytes], pledge: str) -> tuple[EvidenceEvent, ...]:
    """The events, each at its place among the leaves, the pledge's own without a gap.

    Raises EvidenceFault with the number of the event at fault.
    """
    leaves, events = required(files, LEAVES), read_events(required(files, EVENTS))
    if len(leaves) % HASH_LENGTH:
        raise tampered(f"{LEAVES} không gồm các mã băm {HASH_LENGTH} byte")
    last_seq, last_at = -1, ""
    for event in events:
        _check_place(event, leaves, last_seq, last_at)
        last_seq, last_at = event.seq, str(event.body["at"])
    _check_chain([event for event in events if not event.about_keys], pledge)
    return events


def required(files: Mapping[str, bytes], path: str) -> bytes:
    """The contents of a file. Raises EvidenceFault when it is not there."""
    if path not in files:
        raise incomplete(f"thiếu tệp {path}")
    return files[path]


def _check_place(event: EvidenceEvent, leaves: bytes, last_seq: int, last_at: str) -> None:
    if event.seq <= last_seq:
        raise at_fault(event, "không đúng thứ tự")
    if (event.seq + 1) * HASH_LENGTH > len(leaves):
        raise at_fault(event, f"nằm ngoài {LEAVES}")
    if leaf_hash(event.payload) != leaves[event.seq * HASH_LENGTH : (event.seq + 1) * HASH_LENGTH]:
        raise at_fault(event, "không khớp mã băm trong nhật ký")
    if event.body["at"] < last_at:
        raise at_fault(event, "ghi thời điểm sớm hơn sự kiện trước nó")


def _check_chain(events: list[EvidenceEvent], pledge: str) -> None:
    previous = None
    for number, event in enumerate(events):
        if event.body["pledge"] != pledge:
            raise at_fault(event, "không thuộc văn bản này")
        if (event.body["pseq"], event.body["pprev"]) != (number, previous):
            raise at_fault(event, "không nối tiếp sự kiện trước của văn bản; có sự kiện bị bỏ, chèn hoặc đổi")
        previous = leaf_hash(event.payload).hex()
    if not events:
        raise incomplete("không có sự kiện nào của văn bản")


def at_fault(event: EvidenceEvent, words: str) -> EvidenceFault:
    """The finding that this event is wrong."""
    return tampered(f"sự kiện {event.seq} {words}")


def _read_line(number: int, line: bytes) -> EvidenceEvent:
    try:
        value = json.loads(line)
        event = EvidenceEvent.of(value["seq"], decode(value["payload"]))
        same = type(event.seq) is int and event.line == line
    except (ValueError, KeyError, TypeError, RecursionError, AuditPayloadError) as error:
        raise tampered(f"dòng {number} của {EVENTS} không đọc được") from error
    if not same:
        raise tampered(f"dòng {number} của {EVENTS} không ở đúng dạng chuẩn")
    return event


def _body(seq: int, payload: bytes) -> Mapping[str, Any]:
    try:
        body = json.loads(payload)
        good = _has_shape(body, _SHAPE) and _has_shape(body["obj"], _OBJECT) and _is_within(body, _DEEPEST)
        good = good and canonical_json(body) == payload
    except (ValueError, RecursionError) as error:
        raise tampered(f"sự kiện {seq} không đọc được") from error
    if not good or not _is_event(seq, body):
        raise tampered(f"sự kiện {seq} không ở đúng dạng chuẩn")
    return dict(body)


def _has_shape(value: Any, shape: Mapping[str, tuple[type, ...]]) -> bool:
    return type(value) is dict and value.keys() == shape.keys() and all(type(value[key]) in shape[key] for key in shape)


def _is_within(value: Any, levels: int) -> bool:
    """Whether lists and objects stand in one another no deeper than that."""
    if not isinstance(value, dict | list):
        return True
    inside = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_is_within(one, levels - 1) for one in inside)


def _is_moment(text: str) -> bool:
    """One form, and on the calendar."""
    try:
        return _AT.fullmatch(text) is not None and bool(datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z"))
    except ValueError:
        return False


def _is_event(seq: int, body: Mapping[str, Any]) -> bool:
    numbered = (body["pledge"] is None) == (body["pseq"] is None)
    hashes = [body["pprev"], body["priv"], body["obj"]["doc_sha256"]]
    return (
        (body["v"], body["seq"]) == (PAYLOAD_VERSION, seq)
        and numbered
        and _is_moment(body["at"])
        and all(one is None or _HEX_32.fullmatch(one) for one in hashes)
    )
