"""What a witness of a log answers (C2SP tlog-witness): it signs only heads that continue the last one it signed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

from approval.domain.checkpoint import Checkpoint, decode_hash, decode_number, encode_hash
from approval.domain.merkle import EMPTY_ROOT
from approval.domain.merkle_proof import verify_consistency
from approval.domain.signed_note import (
    LONGEST_NOTE,
    NoteError,
    NoteKey,
    VerifyEd25519,
    cosigned_message,
    make_signature,
    parse_note,
    signed_by,
)

SIZE_TYPE = "text/x.tlog.size"
WORDS_TYPE = "text/plain; charset=utf-8"
# A proof for 2**63 leaves has 63 lines of 45 bytes.
LONGEST_REQUEST = LONGEST_NOTE + 4096
_MOST_PROOF_LINES = 63


class Status(IntEnum):
    """The status codes of the specification."""

    COSIGNED = 200
    MALFORMED = 400
    NOT_SIGNED = 403
    UNKNOWN_LOG = 404
    CONFLICT = 409
    NOT_CONSISTENT = 422


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, content type and body of a response."""

    status: Status
    body: bytes
    content_type: str = WORDS_TYPE


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request: the size the log believes the witness to hold, the way from there, the signed head."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes

    @property
    def data(self) -> bytes:
        """The body of the request."""
        proof = "".join(f"{encode_hash(one)}\n" for one in self.proof)
        return f"old {self.old}\n{proof}\n".encode() + self.note

    @classmethod
    def from_data(cls, data: bytes) -> Self:
        """Inverse of `data`. Raises NoteError."""
        head, gap, note = data.partition(b"\n\n")
        try:
            first, *lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise NoteError("the proof is not ASCII") from error
        if not gap or not first.startswith("old ") or len(lines) > _MOST_PROOF_LINES:
            raise NoteError("not an add-checkpoint request")
        return cls(decode_number(first.removeprefix("old ")), tuple(decode_hash(line) for line in lines), note)


@dataclass(frozen=True, slots=True)
class Witness:
    """Who witnesses, with what: the own key, the keys of the logs it knows, how to sign and to check."""

    key: NoteKey
    logs: Sequence[NoteKey]
    sign: Callable[[bytes], bytes]
    verify: VerifyEd25519


class RefusedError(Exception):
    """The answer to a request that is not cosigned."""

    def __init__(self, status: Status, words: str, content_type: str = WORDS_TYPE) -> None:
        super().__init__(words)
        self.answer = Answer(status, f"{words}\n".encode(), content_type)


def judge(witness: Witness, data: bytes, held: Callable[[str], Checkpoint | None]) -> Checkpoint:
    """The head to sign next; `held` gives the last one signed of an origin. Raises RefusedError."""
    try:
        request = AddCheckpoint.from_data(data)
        checkpoint = Checkpoint.from_text(parse_note(request.note).text)
    except NoteError as error:
        raise RefusedError(Status.MALFORMED, str(error)) from error
    _require_signed(witness, request, checkpoint)
    if request.old > checkpoint.size:
        raise RefusedError(Status.MALFORMED, "the old size is larger than the checkpoint's")
    last = held(checkpoint.origin) or Checkpoint(checkpoint.origin, 0, EMPTY_ROOT)
    if request.old != last.size:
        raise RefusedError(Status.CONFLICT, str(last.size), SIZE_TYPE)
    _require_extension(last, checkpoint, request.proof)
    return checkpoint


def cosign(witness: Witness, checkpoint: Checkpoint, seconds: int) -> Answer:
    """The cosignature line; only for a head that is remembered already. `seconds` since 1970."""
    signature = witness.sign(cosigned_message(checkpoint.text, seconds))
    return Answer(Status.COSIGNED, make_signature(witness.key, signature, seconds).line.encode())


def _require_signed(witness: Witness, request: AddCheckpoint, checkpoint: Checkpoint) -> None:
    keys = [key for key in witness.logs if key.name == checkpoint.origin]
    if not keys:
        raise RefusedError(Status.UNKNOWN_LOG, "no log of this origin is witnessed here")
    try:
        signed = any(signed_by(parse_note(request.note), key, witness.verify) for key in keys)
    except NoteError as error:
        raise RefusedError(Status.NOT_SIGNED, str(error)) from error
    if not signed:
        raise RefusedError(Status.NOT_SIGNED, "no signature by a key known here")


def _require_extension(last: Checkpoint, checkpoint: Checkpoint, proof: Sequence[bytes]) -> None:
    if last.size == checkpoint.size and last.root != checkpoint.root:
        # No size: the log has not lost count, it shows another history.
        raise RefusedError(Status.CONFLICT, "another head of this size is signed here")
    if not verify_consistency(last.size, last.root, checkpoint.size, checkpoint.root, proof):
        raise RefusedError(Status.NOT_CONSISTENT, "the proof does not lead from the last head to this one")
