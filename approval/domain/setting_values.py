"""Turns the text of single settings into values; each raises ValueError with words that say what is wrong."""

from __future__ import annotations

import re

from approval.domain.signed_note import KeyType, NoteError, NoteKey

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})
_LONGEST_INTERVAL = 3600
_EMPTY_KEY = bytes(32)


def is_off(value: str) -> bool:
    """Whether the value says no, or nothing."""
    return value.strip().lower() in _FALSE


def boolean(value: str) -> bool:
    """1/true/yes/on or 0/false/no/off."""
    if value.lower() in _TRUE | _FALSE:
        return value.lower() in _TRUE
    raise ValueError(f"{value!r} is neither 1 nor 0")


def plain_address(value: str) -> str:
    """A mail address without a name."""
    if re.fullmatch(r"[\w.-]+@[\w.-]+", value, re.ASCII):
        return value
    raise ValueError(f"{value!r} is no plain address such as tra-lai@co-quan.gov.vn")


def interval(value: str) -> float:
    """Seconds between two sweeps."""
    number = float(value)
    if not 0 < number <= _LONGEST_INTERVAL:
        raise ValueError(f"{value} is not between 0 and {_LONGEST_INTERVAL}")
    return number


def with_driver(url: str) -> str:
    """SQLAlchemy's bare `postgresql://` means psycopg2; the product ships psycopg 3."""
    for bare in ("postgresql://", "postgres://"):
        if url.startswith(bare):
            return "postgresql+psycopg://" + url.removeprefix(bare)
    return url


def log_keys(value: str) -> tuple[NoteKey, ...]:
    """Keys of the history (vkey), separated by spaces."""
    try:
        return tuple(NoteKey.from_vkey(one) for one in value.split())
    except NoteError as error:
        raise ValueError(str(error)) from error


def log_origin(value: str) -> str:
    """A name of a history: what can stand as the name of a key in a signed note."""
    try:
        return NoteKey(value, KeyType.ED25519, _EMPTY_KEY).name
    except NoteError as error:
        raise ValueError(str(error)) from error
