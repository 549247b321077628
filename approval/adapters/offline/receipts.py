"""Receipts that people kept, against the history that the bundle shows."""

from __future__ import annotations

from approval.adapters.offline.events import Event
from approval.adapters.offline.heads import Levels
from approval.adapters.offline.notes import Key, Receipt
from approval.adapters.offline.outcome import INCOMPLETE, SKIPPED, TAMPERED, UNKNOWN, Fault, incomplete, tampered


def check_receipts(receipts: dict[str, bytes], levels: Levels, events: list[Event], keys: list[Key]) -> str:
    """What people kept is of this very history; the gravest answer counts. Raises Fault."""
    if not receipts:
        raise Fault(SKIPPED, "không có biên nhận nào được đưa vào để đối chiếu")
    faults = []
    for name, data in receipts.items():
        try:
            check_receipt(name, read_receipt(name, as_written(data), keys), levels, events)
        except Fault as fault:
            faults.append(fault)
    for grave in (TAMPERED, INCOMPLETE, UNKNOWN):
        for found in faults:
            if found.outcome == grave:
                raise found
    return f"{len(receipts)} biên nhận khớp"


def as_written(data: bytes) -> bytes:
    """Without what mail programs and editors do to both ends of a text and to the ends of its lines."""
    text = data[3:] if data.startswith(b"\xef\xbb\xbf") else data
    return text.replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n"


def read_receipt(name: str, data: bytes, keys: list[Key]) -> Receipt:
    """By a key of the log, or it proves nothing. Raises Fault."""
    try:
        receipt = Receipt(data)
    except ValueError:
        receipt = None
    for key in keys:
        try:
            if receipt and key.name == receipt.note.origin and receipt.note.signed_by(key):
                return receipt
        except ValueError:
            continue
    raise Fault(UNKNOWN, f"{name} không phải biên nhận do khóa đã biết của nhật ký ký")


def check_receipt(name: str, receipt: Receipt, levels: Levels, events: list[Event]) -> None:
    """One of them. Raises Fault."""
    note, place, leaves = receipt.note, receipt.index, levels.levels[0]
    inside = 0 <= place < levels.size
    if inside and leaves[32 * place : 32 * place + 32] != receipt.leaf:
        raise tampered(f"sự kiện {place} khác với {name}")
    if note.size <= levels.size and levels.root(note.size) != note.root:
        raise tampered(f"nhật ký khác với {name}: có sự kiện trước {note.size} bị sửa, bỏ hoặc chèn")
    if inside and all(event.seq != place for event in events):
        check_foreign(name, receipt, events)
    if note.size > levels.size:
        raise incomplete(f"{name} có {note.size} sự kiện, hồ sơ chỉ có {levels.size}: thiếu từ {levels.size}")


def check_foreign(name: str, receipt: Receipt, events: list[Event]) -> None:
    """An event that the bundle does not show says itself that it need not be there. Raises Fault."""
    place = receipt.index
    try:
        hidden = Event(place, receipt.entry)
    except Fault as fault:
        words = "không có trong hồ sơ này: hoặc của văn bản khác, hoặc bị giấu"
        raise incomplete(f"sự kiện {place} mà {name} nêu {words}") from fault
    own = {event.body["pledge"] for event in events if not event.about_keys}
    if hidden.about_keys or hidden.body["pledge"] in own:
        raise tampered(f"sự kiện {place} bị giấu: {name} chứng minh có nó, hồ sơ này phải nêu mà không nêu")
