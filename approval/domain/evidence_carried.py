"""The head of the history that the finished PDF carries in its seal: whoever holds the file can hold us to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256

from approval.domain.checkpoint import Checkpoint, open_checkpoint
from approval.domain.evidence_heads import Levels
from approval.domain.evidence_keys import LogKeys
from approval.domain.evidence_manifest import FINAL_PDF
from approval.domain.evidence_replay import Play
from approval.domain.evidence_report import EvidenceFault, Outcome, tampered
from approval.domain.signed_note import NoteError, VerifyEd25519

# Signature dictionaries stand in the file as plain text (ISO 32000-1 §12.8.1), this entry as hexadecimal.
_ENTRY = re.compile(rb"/GUOC_Checkpoint(?:\s*<((?:[0-9A-Fa-f]{2})+)>)?")


def carried_notes(pdf: bytes) -> tuple[bytes | None, ...]:
    """The notes in a PDF's signature dictionaries, each once; None for one that is not written as we write it."""
    found = (entry.group(1) for entry in _ENTRY.finditer(pdf))
    return tuple(dict.fromkeys(None if digits is None else bytes.fromhex(digits.decode()) for digits in found))


def check_carried(files: Mapping[str, bytes], play: Play, levels: Levels, keys: LogKeys, verify: VerifyEd25519) -> str:
    """The head in the seal begins this very history, and is the one that the history says went in.

    Raises EvidenceFault naming the head's size.
    """
    notes = carried_notes(files.get(FINAL_PDF, b""))
    if not notes and not play.carried:
        raise EvidenceFault(Outcome.SKIPPED, "không có bản ban hành kèm đầu nhật ký")
    if not keys.every:
        raise EvidenceFault(
            Outcome.UNKNOWN, "không biết khóa của nhật ký nên chưa kiểm tra đầu nhật ký trong bản ban hành"
        )
    if play.carried and [None if note is None else sha256(note).hexdigest() for note in notes] != [play.carried]:
        raise tampered(f"dấu niêm phong của {FINAL_PDF} không kèm đúng đầu nhật ký mà nhật ký ghi")
    heads = [_opened(note, keys, verify) for note in notes]
    for head in heads:
        if head.size > levels.size:
            raise tampered(f"{_WHERE} có {head.size} sự kiện, danh sách chỉ có {levels.size}: thiếu từ {levels.size}")
        if levels.root(head.size) != head.root:
            raise tampered(f"nhật ký khác với {_WHERE}: có sự kiện trước {head.size} bị sửa, bỏ hoặc chèn")
    return f"{_WHERE}: {', '.join(str(head.size) for head in heads)} sự kiện, khớp"


_WHERE = f"đầu nhật ký trong dấu niêm phong của {FINAL_PDF}"


def _opened(note: bytes | None, keys: LogKeys, verify: VerifyEd25519) -> Checkpoint:
    """By a key of the log that had not handed over: the seal alone is the operator's own."""
    for key in keys.every:
        try:
            head = open_checkpoint(note or b"", key, verify).checkpoint
        except NoteError:
            continue
        if head.size and not keys.is_retired(key, head.size):
            return head
    raise tampered(f"{_WHERE} không đọc được, hoặc không do khóa nào của nhật ký ký")
