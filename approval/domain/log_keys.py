"""Keys that a history has been signed with, and which of them its own installation vouches for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from approval.domain.log_signing import is_handover
from approval.domain.signed_note import NoteError, NoteKey, VerifyEd25519
from approval.domain.strict_base64 import decode


@dataclass(frozen=True, slots=True)
class LogKey:
    """Named by event `seq`. `previous` is the key before (None for the first).

    `signature` (base64) is the old key's over `rotation_statement`, "" where the old key was lost.
    """

    seq: int
    vkey: str
    previous: str | None
    signature: str


def believed_keys(keys: Sequence[LogKey], pinned: Iterable[NoteKey], verify: VerifyEd25519) -> tuple[str, ...]:
    """The verification keys to vouch for: those pinned, without any the first one, and what these handed over to.

    A key that stands in the database without a signature of the one before is a lost key's replacement, or somebody
    else's: only a person can tell, by pinning it.
    """
    believed = list(dict.fromkeys(key.vkey for key in pinned)) or [key.vkey for key in keys[:1]]
    for key in keys:
        if key.vkey not in believed and key.previous in believed and _handed_over(key, verify):
            believed.append(key.vkey)
    return tuple(believed)


def _handed_over(key: LogKey, verify: VerifyEd25519) -> bool:
    try:
        old, signature = NoteKey.from_vkey(key.previous or ""), decode(key.signature)
        NoteKey.from_vkey(key.vkey)
    except (NoteError, ValueError):
        return False
    return is_handover(old, key.vkey, signature, verify)
