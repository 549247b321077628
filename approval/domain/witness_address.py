"""The witnesses a log sends its heads to, as the settings name them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from approval.domain.signed_note import KeyType, NoteError, NoteKey

_URL = re.compile(r"https?://[^/?#@|]+(/[^?#|]*)?")


@dataclass(frozen=True, slots=True)
class WitnessAddress:
    """Where a witness listens (`/add-checkpoint` is added to `url`), and the key it signs with."""

    url: str
    key: NoteKey


def witness_addresses(value: str) -> tuple[WitnessAddress, ...]:
    """`url|vkey` separated by spaces; each witness once. Raises ValueError."""
    found = tuple(_one(part) for part in value.split())
    names = [one.key.name for one in found]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"the witness {name} stands there twice")
    return found


def _one(part: str) -> WitnessAddress:
    url, bar, vkey = part.partition("|")
    if not bar or not _URL.fullmatch(url):
        raise ValueError(f"{part!r} is not url|vkey, the url beginning with http:// or https://")
    try:
        key = NoteKey.from_vkey(vkey)
    except NoteError as error:
        raise ValueError(f"{vkey!r}: {error}") from error
    if key.type is not KeyType.COSIGNATURE:
        raise ValueError(f"{key.name} is no key of a witness")
    return WitnessAddress(url.rstrip("/"), key)
