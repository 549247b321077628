"""Receipts that people kept: heads out of mails and PDFs, proofs of own acts. What they saw must be there."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from approval.domain.checkpoint import Checkpoint, LogProof, open_checkpoint, proves
from approval.domain.evidence_events import EvidenceEvent
from approval.domain.evidence_heads import Levels
from approval.domain.evidence_report import EvidenceFault, Outcome, incomplete, tampered
from approval.domain.merkle import HASH_LENGTH, leaf_hash
from approval.domain.signed_note import NoteError, NoteKey, VerifyEd25519

_GRAVEST_FIRST = (Outcome.TAMPERED, Outcome.INCOMPLETE, Outcome.UNKNOWN)


@dataclass(frozen=True, slots=True)
class ShownHistory:
    """What a bundle shows: the leaves of all events, and the events of its own pledge (and about the log's keys)."""

    leaves: bytes
    levels: Levels
    events: Sequence[EvidenceEvent]


def check_receipts(
    receipts: Mapping[str, bytes], shown: ShownHistory, keys: Sequence[NoteKey], verify: VerifyEd25519
) -> None:
    """Every receipt (by its name) is of this very history. Raises EvidenceFault with the event at fault.

    Each is asked whatever the others say, and the gravest answer counts. A receipt newer than the bundle proves nothing
    against it, yet the bundle is not all there is.
    """
    if not receipts:
        raise EvidenceFault(Outcome.SKIPPED, "không có biên nhận nào được đưa vào để đối chiếu")
    faults = []
    for name, data in receipts.items():
        try:
            _check(name, data, shown, keys, verify)
        except EvidenceFault as fault:
            faults.append(fault)
    if faults:
        raise min(faults, key=lambda fault: _GRAVEST_FIRST.index(fault.outcome))


def _check(name: str, data: bytes, shown: ShownHistory, keys: Sequence[NoteKey], verify: VerifyEd25519) -> None:
    proof, checkpoint = _read(name, _as_written(data), keys, verify)
    size = shown.levels.size
    if proof is not None:
        _check_entry(name, proof, shown.leaves)
    if checkpoint.size <= size and shown.levels.root(checkpoint.size) != checkpoint.root:
        raise tampered(f"nhật ký khác với {name}: có sự kiện trước {checkpoint.size} bị sửa, bỏ hoặc chèn")
    if proof is not None and proof.index < size:
        _require_shown(name, proof, shown.events)
    if checkpoint.size > size:
        raise incomplete(f"{name} có {checkpoint.size} sự kiện, hồ sơ chỉ có {size}: thiếu từ {size}")


def _as_written(data: bytes) -> bytes:
    """What came out of a mail or an editor bears other ends of line, a mark before it, or ends a line early or late."""
    return data.removeprefix(BOM_UTF8).replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n"


def _read(name: str, data: bytes, keys: Sequence[NoteKey], verify: VerifyEd25519) -> tuple[LogProof | None, Checkpoint]:
    try:
        text = data.decode("utf-8")
        proof = LogProof.from_text(text) if text.startswith("c2sp.org/tlog-proof") else None
        checkpoint = _opened(data if proof is None else proof.note, keys, verify)
    except ValueError as error:
        raise _no_receipt(name) from error
    if checkpoint.size == 0 or (proof is not None and not proves(proof, checkpoint, leaf_hash(proof.extra))):
        raise _no_receipt(name)
    return proof, checkpoint


def _opened(note: bytes, keys: Sequence[NoteKey], verify: VerifyEd25519) -> Checkpoint:
    """By whichever key of the log; a receipt that the log did not sign proves nothing."""
    for key in keys:
        try:
            return open_checkpoint(note, key, verify).checkpoint
        except NoteError:
            continue
    raise NoteError("no key of the log signed this")


def _no_receipt(name: str) -> EvidenceFault:
    return EvidenceFault(Outcome.UNKNOWN, f"{name} không phải biên nhận do khóa đã biết của nhật ký ký")


def _check_entry(name: str, proof: LogProof, leaves: bytes) -> None:
    start = proof.index * HASH_LENGTH
    if start < len(leaves) and leaves[start : start + HASH_LENGTH] != leaf_hash(proof.extra):
        raise tampered(f"sự kiện {proof.index} khác với {name}")


def _require_shown(name: str, proof: LogProof, events: Sequence[EvidenceEvent]) -> None:
    """The receipt's event is among those shown, or it says itself that it is none of theirs."""
    if any(event.seq == proof.index for event in events):
        return
    try:
        hidden = EvidenceEvent.of(proof.index, proof.extra)
    except EvidenceFault as error:
        words = "không có trong hồ sơ này: hoặc của văn bản khác, hoặc bị giấu"
        raise incomplete(f"sự kiện {proof.index} mà {name} nêu {words}") from error
    own = {event.body["pledge"] for event in events if not event.about_keys}
    if hidden.about_keys or hidden.body["pledge"] in own:
        raise tampered(f"sự kiện {proof.index} bị giấu: {name} chứng minh có nó, hồ sơ này phải nêu mà không nêu")
