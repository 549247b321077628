"""When the head of the history is signed, and which never is: one that does not continue what was signed before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from approval.domain.audit_event import EventType
from approval.domain.checkpoint import Checkpoint
from approval.domain.errors import PledgeError
from approval.domain.merkle_proof import verify_consistency
from approval.domain.signed_note import NoteKey, VerifyEd25519

SIGNED_AT_ONCE = (
    EventType.VERDICT_GIVEN,
    EventType.SIGNATURE_ADDED,
    EventType.SIGNING_DECLINED,
    EventType.DOCUMENT_FINALISED,
    EventType.LOG_KEY_REGISTERED,
    EventType.LOG_KEY_ROTATED,
)
"""After these nobody waits for the next regular head."""

KEY_EVENTS = (EventType.LOG_KEY_REGISTERED, EventType.LOG_KEY_ROTATED)

_SIGNATURE_LENGTH = 64
# Ten minutes are promised; noticing and signing take a little of them.
_LONGEST_WAIT = timedelta(minutes=9, seconds=30)


class LogRefusedError(PledgeError):
    """The log signer will not sign; nothing was signed. `vi` and `en` say what was found and what to do."""


def is_checkpoint_due(*, urgent: bool, last_signed_at: datetime | None, now: datetime) -> bool:
    """Whether a head with new entries is to be signed now; a clock set back is no reason to wait longer."""
    return urgent or last_signed_at is None or not timedelta(0) <= now - last_signed_at < _LONGEST_WAIT


def require_not_behind(signed: Checkpoint, offered: Checkpoint) -> None:
    """Raise LogRefusedError for a history shorter than what was signed, or another one of the same length."""
    if offered.size < signed.size:
        raise LogRefusedError(
            "log-behind",
            f"Nhật ký trong cơ sở dữ liệu chỉ có {offered.size} sự kiện, trong khi điểm kiểm {signed.size} sự kiện đã "
            "được ký: có lẽ cơ sở dữ liệu vừa được khôi phục từ bản sao cũ. Ngừng ký nhật ký. Khôi phục bản sao mới "
            "hơn, hoặc lập biên bản rồi thay khóa ký nhật ký.",
            f"The history in the database has only {offered.size} events, yet a head of {signed.size} events is "
            "signed: the database was probably restored from an old backup. Nothing is signed any more. Restore a "
            "newer backup, or put on record why not and replace the key of the log.",
        )
    if offered.size == signed.size and offered.root != signed.root:
        raise _forked(signed, offered)


def require_extension(signed: Checkpoint, offered: Checkpoint, proof: Sequence[bytes]) -> None:
    """Raise LogRefusedError unless the proof shows that the history offered begins with the one signed."""
    require_not_behind(signed, offered)
    if not verify_consistency(signed.size, signed.root, offered.size, offered.root, proof):
        raise _forked(signed, offered)


def rotation_statement(previous: str, vkey: str) -> bytes:
    """What the old key signs so that readers follow to the new one; both keys in their one-line form."""
    return f"giao-uoc/log-key-rotation/v1\n{previous}\n{vkey}\n".encode()


def is_handover(old: NoteKey, vkey: str, signature: bytes, verify: VerifyEd25519) -> bool:
    """Whether the old key signed that the one in `vkey` takes its place."""
    return len(signature) == _SIGNATURE_LENGTH and verify(old.public, signature, rotation_statement(old.vkey, vkey))


def _forked(signed: Checkpoint, offered: Checkpoint) -> LogRefusedError:
    return LogRefusedError(
        "log-forked",
        f"Nhật ký {offered.size} sự kiện trong cơ sở dữ liệu không nối tiếp {signed.size} sự kiện đã được ký: có sự "
        "kiện cũ bị sửa, bỏ hoặc thay. Ngừng ký nhật ký. Giữ nguyên cơ sở dữ liệu làm chứng cứ và báo người phụ trách.",
        f"The history of {offered.size} events in the database does not continue the {signed.size} events signed: old "
        "events were changed, removed or replaced. Nothing is signed any more. Keep the database as evidence and "
        "report it.",
    )
