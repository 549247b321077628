"""Whom the reader of an evidence bundle believes: a small text that comes from elsewhere, never out of the bundle."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Self

from approval.domain.signed_note import KeyType, NoteError, NoteKey

_ROOT = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"[1-9][0-9]?")


class PolicyError(ValueError):
    """The text is no policy; `str(error)` names the line."""


@dataclass(frozen=True, slots=True)
class EvidencePolicy:
    """Keys of the log, keys of the witnesses and how many of them must have signed, hashes of root certificates (hex).

    Empty means that the reader does not know; `quorum` 0 that no witness is asked for.
    """

    log_keys: tuple[NoteKey, ...] = ()
    witnesses: tuple[NoteKey, ...] = ()
    quorum: int = 0
    roots: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Lines `log VKEY`, `witness VKEY`, `quorum K`, `root SHA256`; `#` begins a remark. Raises PolicyError."""
        said: dict[str, list[str]] = {"log": [], "witness": [], "quorum": [], "root": []}
        for number, line in enumerate(text.splitlines(), start=1):
            word, _, value = line.partition("#")[0].strip().partition(" ")
            if word and word not in said:
                raise PolicyError(f"dòng {number}: không hiểu “{word}”")
            if word:
                said[word].append(value.strip())
        witnesses = _keys(said["witness"], KeyType.COSIGNATURE)
        return cls(
            log_keys=_keys(said["log"], KeyType.ED25519),
            witnesses=witnesses,
            quorum=_quorum(said["quorum"], len(witnesses)),
            roots=frozenset(map(_root, said["root"])),
        )


def _keys(texts: list[str], kind: KeyType) -> tuple[NoteKey, ...]:
    found = []
    for text in texts:
        try:
            key = NoteKey.from_vkey(text)
        except NoteError as error:
            raise PolicyError(f"khóa không đọc được: {text}") from error
        if key.type is not kind or key in found:
            raise PolicyError(f"khóa không dùng được ở đây: {text}")
        found.append(key)
    return tuple(found)


def _quorum(texts: list[str], witnesses: int) -> int:
    """Asked for as soon as there are witnesses: a number that nobody gave would be a guess about trust."""
    if not texts and not witnesses:
        return 0
    if len(texts) != 1 or not _NUMBER.fullmatch(texts[0]) or int(texts[0]) > witnesses:
        raise PolicyError("cần đúng một dòng “quorum K”, với K từ 1 đến số nhân chứng")
    return int(texts[0])


def _root(text: str) -> str:
    plain = text.replace(":", "").lower()
    if not _ROOT.fullmatch(plain):
        raise PolicyError(f"mã băm chứng thư gốc cần 64 chữ số thập lục phân: {text}")
    return plain
