"""Whether the files are the ones of which the events speak, the finished one with the head that went into its seal."""

from __future__ import annotations

import hashlib
import re

from approval.adapters.offline.archive import FINAL_PDF, OPINIONS, REVISION, Files
from approval.adapters.offline.heads import Keys, Levels
from approval.adapters.offline.notes import Note
from approval.adapters.offline.outcome import SKIPPED, UNKNOWN, Fault, incomplete, tampered
from approval.adapters.offline.replay import Life

CARRIED = b"/GUOC_Checkpoint"
HEX_TEXT = re.compile(rb"[ \t\r\n\f\0]*<([0-9A-Fa-f]+)>")


def check_documents(files: Files, life: Life, levels: Levels) -> str:
    """The files are those of which the events speak. Raises Fault."""
    named = {f"document/revisions/{number}.json": text for number, text in enumerate(life.texts, start=1)}
    if life.signing is not None:
        named.update(zip(OPINIONS, life.signing["opinions"]))
    if life.final is not None:
        named[FINAL_PDF] = life.final
        size, root = life.sealed
        if type(size) is not int or not 0 < size <= levels.size or levels.root(size).hex() != root:
            raise tampered("nhật ký khác với gốc ghi lúc niêm phong")
    for path in sorted(files):
        of_documents = path in (FINAL_PDF, *OPINIONS) or REVISION.fullmatch(path)
        if of_documents and hashlib.sha256(files[path]).hexdigest() != named.get(path):
            raise tampered(f"{path} không phải tệp mà nhật ký ghi")
    for path in sorted(named):
        if path not in files:
            raise incomplete(f"thiếu tệp {path}")
    return f"{len(named)} tệp, đúng như nhật ký ghi"


def check_complete(life: Life) -> str:
    """Raises Fault when the story goes on."""
    if life.state == "finalised" and life.signing is not None:
        return f"đã ban hành, {len(life.signing['signers'])} cơ quan ký"
    if life.state == "cancelled":
        return "đã hủy, không có bản ban hành"
    raise incomplete("theo nhật ký, văn bản chưa ban hành")


def carried_notes(pdf: bytes) -> list[bytes]:
    """What stands behind each such name in the file, as plain text; nothing for what cannot be read."""
    notes: list[bytes] = []
    for after in pdf.split(CARRIED)[1:]:
        found = HEX_TEXT.match(after)
        digits = found.group(1) if found else b""
        note = b"" if len(digits) % 2 else bytes.fromhex(digits.decode("ascii"))
        notes += [] if note in notes else [note]
    return notes


def check_carried(files: Files, life: Life, levels: Levels, keys: Keys) -> str:
    """The head inside the seal is of this very history. Raises Fault."""
    notes = carried_notes(files.get(FINAL_PDF, b""))
    where = f"đầu nhật ký trong dấu niêm phong của {FINAL_PDF}"
    if not notes and not life.carried:
        raise Fault(SKIPPED, "không có bản ban hành kèm đầu nhật ký")
    if not keys.every():
        raise Fault(UNKNOWN, "không biết khóa của nhật ký nên chưa kiểm tra đầu nhật ký trong bản ban hành")
    if life.carried and [hashlib.sha256(note).hexdigest() for note in notes] != [life.carried]:
        raise tampered(f"dấu niêm phong của {FINAL_PDF} không kèm đúng đầu nhật ký mà nhật ký ghi")
    sizes = []
    for data in notes:
        note = read_carried(data, keys)
        if note is None:
            raise tampered(f"{where} không đọc được, hoặc không do khóa nào của nhật ký ký")
        if note.size > levels.size:
            raise tampered(f"{where} có {note.size} sự kiện, danh sách chỉ có {levels.size}: thiếu từ {levels.size}")
        if levels.root(note.size) != note.root:
            raise tampered(f"nhật ký khác với {where}: có sự kiện trước {note.size} bị sửa, bỏ hoặc chèn")
        sizes.append(str(note.size))
    return f"{where}: {', '.join(sizes)} sự kiện, khớp"


def read_carried(data: bytes, keys: Keys) -> Note | None:
    """None unless the log signed it."""
    for key in keys.every():
        try:
            note = Note(data)
            ours = note.size and key.name == note.origin and note.signed_by(key)
            if ours and not keys.is_retired(key, note.size):
                return note
        except ValueError:
            continue
    return None
