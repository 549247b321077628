"""The signed heads in an evidence bundle: by whose key, over which tree, seen by which witnesses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from approval.domain.checkpoint import Checkpoint
from approval.domain.evidence_events import EvidenceEvent
from approval.domain.evidence_keys import LogKeys
from approval.domain.evidence_manifest import NOTE
from approval.domain.evidence_policy import EvidencePolicy
from approval.domain.evidence_report import EvidenceFault, Outcome, incomplete, tampered
from approval.domain.merkle import HASH_LENGTH
from approval.domain.signed_note import (
    NoteError,
    NoteKey,
    NoteSignature,
    SignedNote,
    VerifyEd25519,
    cosignature_time,
    parse_note,
    signed_by,
)


@dataclass(frozen=True, slots=True)
class Head:
    """One signed head; `path` is the file it stands in."""

    path: str
    checkpoint: Checkpoint
    note: SignedNote

    @property
    def stamped(self) -> bytes:
        """SHA-256 of what its time stamp is over: the note as the log signed it, before witnesses added their lines."""
        return sha256(SignedNote(self.note.text, self.note.signatures[:1]).data).digest()


class Levels:
    """All full subtrees over `leaves` (32 bytes each, joined): what any head up to that size is recomputed from."""

    def __init__(self, leaves: bytes) -> None:
        self.size = len(leaves) // HASH_LENGTH
        self._levels = [leaves]
        while len(self._levels[-1]) > HASH_LENGTH:
            self._levels.append(_above(self._levels[-1]))

    def root(self, size: int) -> bytes:
        """Root of the first `size` leaves, 1 or more. Raises ValueError when there are not so many."""
        if not 0 < size <= self.size:
            raise ValueError(f"there are {self.size} leaves, not {size}")
        peaks, begin = [], 0
        for level in reversed(range(size.bit_length())):
            if size >> level & 1:
                index = begin >> level
                peaks.append(self._levels[level][index * HASH_LENGTH : (index + 1) * HASH_LENGTH])
                begin += 1 << level
        root = peaks.pop()
        while peaks:
            root = sha256(b"\x01" + peaks.pop() + root).digest()
        return root


def _above(level: bytes) -> bytes:
    """Hashes of each pair. A million leaves make a million calls, hence no name is looked up in the loop."""
    pair, hashed = 2 * HASH_LENGTH, sha256
    return b"".join(
        [hashed(b"\x01" + level[start : start + pair]).digest() for start in range(0, len(level) // pair * pair, pair)]
    )


def read_heads(files: Mapping[str, bytes]) -> tuple[Head, ...]:
    """The heads, the smallest first. Raises EvidenceFault naming the file at fault."""
    heads = [_read_head(path, data) for path, data in files.items() if NOTE.fullmatch(path)]
    if not heads:
        raise incomplete("không có đầu nhật ký nào được ký")
    if len({head.checkpoint.origin for head in heads}) > 1:
        raise tampered("các đầu nhật ký mang tên nhật ký khác nhau")
    return tuple(sorted(heads, key=lambda head: head.checkpoint.size))


def _read_head(path: str, data: bytes) -> Head:
    try:
        note = parse_note(data)
        checkpoint = Checkpoint.from_text(note.text)
    except NoteError as error:
        raise tampered(f"{path} không phải đầu nhật ký ({error})") from error
    if f"log/checkpoints/{checkpoint.size}.note" != path:
        raise tampered(f"{path} là đầu nhật ký của {checkpoint.size} sự kiện")
    return Head(path, checkpoint, note)


def check_heads(heads: Sequence[Head], keys: LogKeys, verify: VerifyEd25519) -> None:
    """Each head is signed by a key of the log: a trusted one, or another before a head of a trusted one.

    A trusted head is over all that went before, whoever signed that then; none is by a key that had handed over.
    Raises EvidenceFault; UNKNOWN for the heads after a key that nobody trusted vouches for, as when the key before
    was lost.
    """
    if not keys.every:
        raise EvidenceFault(Outcome.UNKNOWN, "không biết khóa của nhật ký nên chưa kiểm tra chữ ký của đầu nhật ký nào")
    strange = None
    for head in heads:
        signer = _signer(head, keys.every, verify)
        if signer is None:
            raise tampered(f"{head.path} không do khóa nào của nhật ký đã biết ký")
        words = f"{head.path} do khóa {signer.name}+{signer.id.hex()} ký"
        if keys.is_retired(signer, head.checkpoint.size):
            raise tampered(f"{words} sau khi khóa này đã được thay ở sự kiện {keys.retired[signer.vkey]}")
        strange = None if signer in keys.trusted else strange or words
    if strange:
        words = "khóa này chỉ nhật ký ghi, không khóa đã biết nào ký cho nó: hỏi nơi phát hành rồi ghi vào --policy"
        raise EvidenceFault(Outcome.UNKNOWN, f"{strange}; {words}")


def _signer(head: Head, keys: Sequence[NoteKey], verify: VerifyEd25519) -> NoteKey | None:
    ours = (key for key in keys if key.name == head.checkpoint.origin)
    return next((key for key in ours if _signature(head, key, verify)), None)


def _signature(head: Head, key: NoteKey, verify: VerifyEd25519) -> NoteSignature | None:
    try:
        return signed_by(head.note, key, verify)
    except NoteError as error:
        raise tampered(f"{head.path}: chữ ký của {key.name} sai") from error


def check_tree(heads: Sequence[Head], levels: Levels) -> None:
    """Each head is over the beginning of these leaves, the last over all. Raises EvidenceFault with the first events
    that cannot be what they were.
    """
    known = 0
    for head in heads:
        size = head.checkpoint.size
        if size > levels.size:
            raise tampered(f"{head.path} có {size} sự kiện, danh sách chỉ có {levels.size}: thiếu từ {levels.size}")
        if levels.root(size) != head.checkpoint.root:
            raise tampered(f"nhật ký khác với {head.path}: có sự kiện từ {known} đến {size - 1} bị sửa, bỏ hoặc chèn")
        known = size
    if known < levels.size:
        raise tampered(f"từ sự kiện {known} đến {levels.size - 1} chưa có đầu nhật ký nào ký")


def witnessed_size(heads: Sequence[Head], policy: EvidencePolicy, verify: VerifyEd25519) -> int:
    """The largest head that enough witnesses signed, 0 if none. Raises EvidenceFault for a wrong signature of one."""
    size = 0
    for head in heads:
        if len(witness_times(head, policy, verify)) >= policy.quorum:
            size = head.checkpoint.size
    return size


def witness_times(head: Head, policy: EvidencePolicy, verify: VerifyEd25519) -> tuple[datetime, ...]:
    """When each witness that the reader believes saw this head. Raises EvidenceFault for a wrong signature."""
    found = (_signature(head, key, verify) for key in policy.witnesses)
    return tuple(_moment(head, signature) for signature in found if signature is not None)


def _moment(head: Head, signature: NoteSignature) -> datetime:
    try:
        return datetime.fromtimestamp(cosignature_time(signature), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise tampered(f"{head.path}: {signature.name} ghi một thời điểm không có thật") from error


def check_witnesses(
    heads: Sequence[Head], events: Sequence[EvidenceEvent], policy: EvidencePolicy, verify: VerifyEd25519
) -> int:
    """Every event stands in a head with a quorum; returns that head's size. Raises EvidenceFault with the first event
    that does not.
    """
    if not policy.quorum:
        raise EvidenceFault(Outcome.SKIPPED, "người kiểm tra không đòi nhân chứng nào")
    size = witnessed_size(heads, policy, verify)
    for event in events:
        if event.seq >= size:
            raise incomplete(f"sự kiện {event.seq} chưa có đủ {policy.quorum}/{len(policy.witnesses)} nhân chứng")
    return size
