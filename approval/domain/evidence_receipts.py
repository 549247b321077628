"""Receipts that people kept: heads out of mails and PDFs, proofs of own acts. What they saw must be there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from approval.domain.checkpoint import Checkpoint, LogProof, open_checkpoint, proves
from approval.domain.evidence_heads import Levels
from approval.domain.evidence_report import EvidenceFault, Outcome, incomplete, tampered
from approval.domain.merkle import HASH_LENGTH, leaf_hash
from approval.domain.signed_note import NoteError, NoteKey, VerifyEd25519


def check_receipts(
    receipts: Mapping[str, bytes], leaves: bytes, levels: Levels, keys: Sequence[NoteKey], verify: VerifyEd25519
) -> None:
    """Every receipt (by its name) is of this very history. Raises EvidenceFault with the event at fault.

    A receipt newer than the bundle proves nothing against it, yet the bundle is not all there is.
    """
    if not receipts:
        raise EvidenceFault(Outcome.SKIPPED, "không có biên nhận nào được đưa vào để đối chiếu")
    newer = None
    for name, data in receipts.items():
        proof, checkpoint = _read(name, data, keys, verify)
        if proof is not None:
            _check_entry(name, proof, leaves)
        if checkpoint.size > levels.size:
            newer = newer or f"{name} có {checkpoint.size} sự kiện, hồ sơ chỉ có {levels.size}: thiếu từ {levels.size}"
        elif levels.root(checkpoint.size) != checkpoint.root:
            raise tampered(f"nhật ký khác với {name}: có sự kiện trước {checkpoint.size} bị sửa, bỏ hoặc chèn")
    if newer:
        raise incomplete(newer)


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
