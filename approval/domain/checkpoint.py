"""C2SP tlog-checkpoint and tlog-proof: the head of the history as a signed note, and a receipt for one entry of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from approval.domain.merkle import HASH_LENGTH
from approval.domain.merkle_proof import verify_inclusion
from approval.domain.signed_note import NoteError, NoteKey, SignedNote, VerifyEd25519, parse_note, signed_by
from approval.domain.strict_base64 import decode, encode

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_PROOF_HEAD = "c2sp.org/tlog-proof@v1"
# A tree of 2**63 leaves is 63 hashes high.
_MOST_HASHES = 63


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log `origin` had `size` entries with this root (32 bytes). Extension lines are not used."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed: three lines."""
        return f"{self.origin}\n{self.size}\n{encode_hash(self.root)}\n"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Inverse of `text`. Raises NoteError."""
        lines = text.split("\n")
        if len(lines) != 4 or not lines[0] or lines[3]:  # noqa: PLR2004 — three lines and what follows the last newline
            raise NoteError("a checkpoint has three lines: origin, size, root")
        return cls(lines[0], decode_number(lines[1]), decode_hash(lines[2]))


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint with the note that carries it."""

    checkpoint: Checkpoint
    note: SignedNote


@dataclass(frozen=True, slots=True)
class LogProof:
    """A receipt (C2SP tlog-proof): entry `index` stands in the tree of the checkpoint.

    `extra` travels along unsigned: here the entry itself, so that a receipt can be read without us.
    """

    index: int
    hashes: tuple[bytes, ...]
    note: bytes
    extra: bytes = b""

    @property
    def text(self) -> str:
        """The `.tlog-proof` file."""
        extra = f"extra {encode(self.extra)}\n" if self.extra else ""
        hashes = "".join(f"{encode_hash(one)}\n" for one in self.hashes)
        return f"{_PROOF_HEAD}\n{extra}index {self.index}\n{hashes}\n{self.note.decode()}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Inverse of `text`. Raises NoteError."""
        head, gap, note = text.partition("\n\n")
        lines = head.split("\n")
        if not gap or lines.pop(0) != _PROOF_HEAD:
            raise NoteError("not a tlog-proof")
        extra = _strict(lines.pop(0).removeprefix("extra ")) if lines and lines[0].startswith("extra ") else b""
        if not lines or not lines[0].startswith("index "):
            raise NoteError("a proof without its index")
        index = decode_number(lines.pop(0).removeprefix("index "))
        if len(lines) > _MOST_HASHES:
            raise NoteError("too many hashes for any tree")
        return cls(index, tuple(decode_hash(line) for line in lines), note.encode(), extra)


def open_checkpoint(data: bytes, key: NoteKey, verify: VerifyEd25519) -> SignedCheckpoint:
    """A checkpoint that this log signed. Raises NoteError when it is none, of another log, or not signed by the key."""
    note = parse_note(data)
    checkpoint = Checkpoint.from_text(note.text)
    if checkpoint.origin != key.name:
        raise NoteError(f"the checkpoint is of {checkpoint.origin}, not of {key.name}")
    if signed_by(note, key, verify) is None:
        raise NoteError(f"{key.name} did not sign this checkpoint with the key given")
    return SignedCheckpoint(checkpoint, note)


def proves(proof: LogProof, checkpoint: Checkpoint, leaf: bytes) -> bool:
    """Whether the receipt shows that this leaf hash is in the checkpoint's tree."""
    return verify_inclusion(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root)


def encode_hash(value: bytes) -> str:
    """Base64 of a 32-byte hash, as checkpoints and proofs write it."""
    return encode(value)


def decode_hash(text: str) -> bytes:
    """Inverse of `encode_hash`. Raises NoteError."""
    value = _strict(text)
    if len(value) != HASH_LENGTH:
        raise NoteError(f"a hash has {HASH_LENGTH} bytes")
    return value


def decode_number(text: str) -> int:
    """A size or index below 10^19, without leading zeroes. Raises NoteError."""
    if not _NUMBER.fullmatch(text):
        raise NoteError("not a whole number as it is written in a checkpoint")
    return int(text)


def _strict(text: str) -> bytes:
    try:
        return decode(text)
    except ValueError as error:
        raise NoteError(str(error)) from error
