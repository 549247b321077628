"""Whose keys, which tree, which witnesses: the heads of a bundle against its leaves and the reader's policy."""

from __future__ import annotations

import hashlib
from datetime import datetime, timezone

from approval.adapters.offline.archive import HEX_32, NOTE, Files
from approval.adapters.offline.ed25519 import ed25519_verify
from approval.adapters.offline.events import Event, from_base64
from approval.adapters.offline.notes import LOG_KIND, NUMBER, WITNESS_KIND, Key, Note
from approval.adapters.offline.outcome import SKIPPED, UNKNOWN, Fault, incomplete, tampered


class Policy:
    """What the reader knows from elsewhere."""

    def __init__(self, text: str) -> None:
        """Raises ValueError."""
        said: dict[str, list[str]] = {"log": [], "witness": [], "quorum": [], "root": []}
        for line in text.splitlines():
            word, _, value = line.partition("#")[0].strip().partition(" ")
            if word:
                if word not in said:
                    raise ValueError(f"không hiểu “{word}”")
                said[word].append(value.strip())
        self.log_keys = keys_of(said["log"], LOG_KIND)
        self.witnesses = keys_of(said["witness"], WITNESS_KIND)
        self.roots = {root.replace(":", "").lower() for root in said["root"]}
        quorum = said["quorum"] or ([] if self.witnesses else ["0"])
        if len(quorum) != 1 or not NUMBER.fullmatch(quorum[0]) or bool(said["quorum"]) != (quorum[0] != "0"):
            raise ValueError("cần đúng một dòng “quorum K”")
        self.quorum = int(quorum[0])
        if self.quorum > len(self.witnesses) or not all(map(HEX_32.fullmatch, self.roots)):
            raise ValueError("quorum lớn hơn số nhân chứng, hoặc mã băm chứng thư gốc không đúng dạng")


def keys_of(texts: list[str], kind: int) -> list[Key]:
    """Raises ValueError."""
    keys = [Key(text) for text in texts]
    if any(key.kind != kind for key in keys) or len({key.vkey for key in keys}) < len(keys):
        raise ValueError("khóa không dùng được ở đây")
    return keys


class Levels:
    """Hashes of all full subtrees over the leaves."""

    def __init__(self, leaves: bytes) -> None:
        self.size = len(leaves) // 32
        self.levels = [leaves]
        while len(self.levels[-1]) > 32:
            below, hashed = self.levels[-1], hashlib.sha256
            starts = range(0, len(below) // 64 * 64, 64)
            self.levels.append(b"".join([hashed(b"\x01" + below[at : at + 64]).digest() for at in starts]))

    def root(self, size: int) -> bytes:
        """Of the first `size` leaves (1 or more, not more than there are)."""
        begin, root, peaks = 0, b"", []
        for level in reversed(range(size.bit_length())):
            if size >> level & 1:
                start = (begin >> level) * 32
                peaks.append(self.levels[level][start : start + 32])
                begin += 1 << level
        for peak in reversed(peaks):
            root = hashlib.sha256(b"\x01" + peak + root).digest() if root else peak
        return root


def read_heads(files: Files) -> list[tuple[str, Note]]:
    """Path and note of each head, the smallest first. Raises Fault."""
    heads = []
    for path in sorted(path for path in files if NOTE.fullmatch(path)):
        try:
            note = Note(files[path])
        except ValueError as error:
            raise tampered(f"{path} không phải đầu nhật ký ({error})") from error
        if path != f"log/checkpoints/{note.size}.note":
            raise tampered(f"{path} là đầu nhật ký của {note.size} sự kiện")
        heads.append((path, note))
    if not heads:
        raise incomplete("không có đầu nhật ký nào được ký")
    if len({note.origin for _, note in heads}) > 1:
        raise tampered("các đầu nhật ký mang tên nhật ký khác nhau")
    return sorted(heads, key=lambda head: head[1].size)


class Keys:
    """The reader's keys with those that they handed over to, and the others that the history names."""

    def __init__(self, trusted: list[Key]) -> None:
        self.trusted = list(trusted)
        self.named: list[Key] = []
        self.retired: dict[str, int] = {}

    def every(self) -> list[Key]:
        """Whoever may have signed at some time."""
        return self.trusted + self.named

    def is_retired(self, key: Key, size: int) -> bool:
        """Whether a head of that size counts the event with which the key handed over."""
        return self.retired.get(key.vkey, size) < size


def read_keys(policy: Policy, events: list[Event]) -> Keys:
    """Without a policy, what the history names is followed. Raises Fault for a change that the old key did not sign."""
    keys = Keys(policy.log_keys)
    for event in events:
        if not event.about_keys:
            continue
        vkey, previous = str(event.data.get("vkey")), str(event.data.get("previous"))
        try:
            key, signature = Key(vkey), from_base64(str(event.data.get("signature")))
        except ValueError as error:
            raise event.fault("không ghi đúng khóa của nhật ký") from error
        follow = not policy.log_keys
        if event.type == "log:key:rotated":
            statement = f"giao-uoc/log-key-rotation/v1\n{previous}\n{vkey}\n".encode()
            old = [one for one in keys.every() if one.vkey == previous]
            signed = bool(old) and ed25519_verify(old[0].public, signature, statement)
            follow = any(one.vkey == previous for one in keys.trusted)
            if follow and not signed:
                raise event.fault("thay khóa của nhật ký mà khóa cũ không ký")
            if signed:
                keys.retired.setdefault(previous, event.seq)
        if all(key.vkey != one.vkey for one in keys.trusted):
            (keys.trusted if follow else keys.named).append(key)
    return keys


def check_heads(heads: list[tuple[str, Note]], keys: Keys) -> str:
    """Each is signed by a key of the log; after the last by a trusted one nobody vouches. Raises Fault."""
    if not keys.every():
        raise Fault(UNKNOWN, "không biết khóa của nhật ký nên chưa kiểm tra chữ ký của đầu nhật ký nào")
    strange = ""
    for path, note in heads:
        signer = signer_of(path, note, keys.every())
        if signer is None:
            raise tampered(f"{path} không do khóa nào của nhật ký đã biết ký")
        words = f"{path} do khóa {signer.name}+{signer.id.hex()} ký"
        if keys.is_retired(signer, note.size):
            raise tampered(f"{words} sau khi khóa này đã được thay ở sự kiện {keys.retired[signer.vkey]}")
        strange = "" if any(signer.vkey == one.vkey for one in keys.trusted) else strange or words
    if strange:
        words = "khóa này chỉ nhật ký ghi, không khóa đã biết nào ký cho nó: hỏi nơi phát hành rồi ghi vào --policy"
        raise Fault(UNKNOWN, f"{strange}; {words}")
    return f"{len(heads)} đầu nhật ký, chữ ký đúng"


def signer_of(path: str, note: Note, keys: list[Key]) -> Key | None:
    """Which of these keys signed. Raises Fault for a wrong signature."""
    return next((key for key in keys if key.name == note.origin and signature(path, note, key)), None)


def signature(path: str, note: Note, key: Key) -> bytes | None:
    """Raises Fault for a wrong one."""
    try:
        return note.signed_by(key)
    except ValueError as error:
        raise tampered(f"{path}: {error}") from error


def check_tree(heads: list[tuple[str, Note]], levels: Levels) -> str:
    """Each head is over the beginning of the leaves, the last over all. Raises Fault."""
    known = 0
    for path, note in heads:
        if note.size > levels.size:
            raise tampered(f"{path} có {note.size} sự kiện, danh sách chỉ có {levels.size}: thiếu từ {levels.size}")
        if levels.root(note.size) != note.root:
            raise tampered(f"nhật ký khác với {path}: có sự kiện từ {known} đến {note.size - 1} bị sửa, bỏ hoặc chèn")
        known = note.size
    if known < levels.size:
        raise tampered(f"từ sự kiện {known} đến {levels.size - 1} chưa có đầu nhật ký nào ký")
    return f"{levels.size} sự kiện, gốc {levels.root(levels.size).hex()}"


def witness_times(path: str, note: Note, policy: Policy) -> list[datetime]:
    """When each witness of the policy signed this head. Raises Fault."""
    found = [signature(path, note, key) for key in policy.witnesses]
    try:
        seconds = [int.from_bytes(one[:8], "big") for one in found if one]
        return [datetime.fromtimestamp(moment, timezone.utc) for moment in seconds]
    except (ValueError, OverflowError, OSError) as error:
        raise tampered(f"{path}: nhân chứng ghi một thời điểm không có thật") from error


def check_witnesses(heads: list[tuple[str, Note]], events: list[Event], policy: Policy) -> str:
    """Every event stands in a head that enough of them signed. Raises Fault."""
    if not policy.quorum:
        raise Fault(SKIPPED, "người kiểm tra không đòi nhân chứng nào")
    size = 0
    for path, note in heads:
        if len(witness_times(path, note, policy)) >= policy.quorum:
            size = note.size
    for event in events:
        if event.seq >= size:
            raise incomplete(f"sự kiện {event.seq} chưa có đủ {policy.quorum}/{len(policy.witnesses)} nhân chứng")
    return f"đủ {policy.quorum}/{len(policy.witnesses)} nhân chứng tới sự kiện {size - 1}"
