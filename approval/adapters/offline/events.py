"""The pledge's events: each in its one form, at its place among the leaves, without a gap."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import datetime
from typing import Any

from approval.adapters.offline.archive import (
    EVENTS,
    HEX_32,
    LEAVES,
    Files,
    canonical,
    required,
)
from approval.adapters.offline.outcome import Fault, incomplete, tampered

AT = re.compile(r"[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}\.[0-9]{6}Z")
NOTHING = type(None)
DEEPEST = 64
SHAPE: dict[str, tuple[type, ...]] = {
    "actor": (str,),
    "agency": (int, NOTHING),
    "at": (str,),
    "data": (dict,),
    "obj": (dict,),
    "pledge": (str, NOTHING),
    "pprev": (str, NOTHING),
    "priv": (str, NOTHING),
    "pseq": (int, NOTHING),
    "salt": (str,),
    "seq": (int,),
    "type": (str,),
    "v": (int,),
}
THING: dict[str, tuple[type, ...]] = {
    "doc_sha256": (str, NOTHING),
    "state_from": (str, NOTHING),
    "state_to": (str, NOTHING),
    "version": (int, NOTHING),
}


class Event:
    """One entry of the history."""

    def __init__(self, seq: int, payload: bytes) -> None:
        self.seq = seq
        self.leaf = leaf_of(payload)
        self.body = read_body(seq, payload)
        self.data: dict[str, Any] = self.body["data"]
        self.thing: dict[str, Any] = self.body["obj"]
        self.type: str = self.body["type"]
        self.about_keys = self.body["pledge"] is None and self.type.startswith("log:key:")

    def fault(self, words: str) -> Fault:
        """This event is wrong."""
        return tampered(f"sự kiện {self.seq} {words}")


def leaf_of(payload: bytes) -> bytes:
    """RFC 9162 §2.1.1."""
    return hashlib.sha256(b"\x00" + payload).digest()


def from_base64(text: str) -> bytes:
    """Of the one text that stands for these bytes. Raises ValueError."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode("ascii") != text:
        raise ValueError("not in its one form")
    return data


def read_body(seq: int, payload: bytes) -> dict[str, Any]:
    """What the event says. Raises Fault."""
    try:
        body = json.loads(payload)
        good = has_shape(body, SHAPE) and has_shape(body["obj"], THING) and is_within(body, DEEPEST)
        good = good and canonical(body) == payload
    except (ValueError, RecursionError, AttributeError) as error:
        raise tampered(f"sự kiện {seq} không đọc được") from error
    if not good or not is_event(seq, body):
        raise tampered(f"sự kiện {seq} không ở đúng dạng chuẩn")
    found: dict[str, Any] = body
    return found


def has_shape(value: Any, shape: dict[str, tuple[type, ...]]) -> bool:
    """Exactly these keys with exactly these types."""
    return type(value) is dict and value.keys() == shape.keys() and all(type(value[key]) in shape[key] for key in shape)


def is_within(value: Any, levels: int) -> bool:
    """Whether lists and objects stand in one another no deeper than that."""
    if not isinstance(value, (dict, list)):
        return True
    inside = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(is_within(one, levels - 1) for one in inside)


def is_moment(text: str) -> bool:
    """One form, and on the calendar."""
    try:
        return AT.fullmatch(text) is not None and bool(datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z"))
    except ValueError:
        return False


def is_event(seq: int, body: dict[str, Any]) -> bool:
    """Version, number, time and hashes."""
    hashes = (body["pprev"], body["priv"], body["obj"]["doc_sha256"])
    return (
        body["v"] == 1
        and body["seq"] == seq
        and (body["pledge"] is None) == (body["pseq"] is None)
        and is_moment(body["at"])
        and all(one is None or HEX_32.fullmatch(one) for one in hashes)
    )


def read_events(files: Files) -> list[Event]:
    """Of `log/events.jsonl`. Raises Fault."""
    found = []
    for number, line in enumerate(required(files, EVENTS).splitlines(keepends=True), start=1):
        try:
            value = json.loads(line)
            event = Event(value["seq"], from_base64(value["payload"]))
            same = type(event.seq) is int and canonical({"seq": event.seq, "payload": value["payload"]}) + b"\n" == line
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise tampered(f"dòng {number} của {EVENTS} không đọc được") from error
        if not same:
            raise tampered(f"dòng {number} của {EVENTS} không ở đúng dạng chuẩn")
        found.append(event)
    return found


def check_events(files: Files, pledge: str) -> list[Event]:
    """In order, at their places, one after the other. Raises Fault."""
    leaves, events = required(files, LEAVES), read_events(files)
    if len(leaves) % 32:
        raise tampered(f"{LEAVES} không gồm các mã băm 32 byte")
    last_seq, last_at = -1, ""
    for event in events:
        if event.seq <= last_seq:
            raise event.fault("không đúng thứ tự")
        if 32 * (event.seq + 1) > len(leaves):
            raise event.fault(f"nằm ngoài {LEAVES}")
        if event.leaf != leaves[32 * event.seq : 32 * (event.seq + 1)]:
            raise event.fault("không khớp mã băm trong nhật ký")
        if event.body["at"] < last_at:
            raise event.fault("ghi thời điểm sớm hơn sự kiện trước nó")
        last_seq, last_at = event.seq, event.body["at"]
    check_chain([event for event in events if not event.about_keys], pledge)
    return events


def check_chain(events: list[Event], pledge: str) -> None:
    """Numbers and links of the pledge's own. Raises Fault."""
    previous = None
    for number, event in enumerate(events):
        if event.body["pledge"] != pledge:
            raise event.fault("không thuộc văn bản này")
        if event.body["pseq"] != number or event.body["pprev"] != previous:
            raise event.fault("không nối tiếp sự kiện trước của văn bản; có sự kiện bị bỏ, chèn hoặc đổi")
        previous = event.leaf.hex()
    if not events:
        raise incomplete("không có sự kiện nào của văn bản")
