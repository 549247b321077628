"""Signs heads of the history with a key and a memory of its own, so that no database can make it contradict itself."""

from __future__ import annotations

from approval.adapters.ed25519 import NoteSigner
from approval.adapters.signer_folder import SignerFolder
from approval.domain.checkpoint import Checkpoint
from approval.domain.log_signing import (
    LogRefusedError,
    is_checkpoint_due,
    require_extension,
    require_not_behind,
    rotation_statement,
)
from approval.domain.signed_note import SignedNote, make_signature
from approval.domain.strict_base64 import encode
from approval.extensions import db, parts
from approval.queries.log_head import LogHead, load_log_head
from approval.queries.log_keys import load_log_keys
from approval.queries.log_proofs import load_consistency_proof
from approval.services.record_checkpoint import RecordCheckpoint, record_checkpoint
from approval.services.record_log_key import RecordLogKey, record_log_key


class LogSigning:
    """One signer of one history. Every method needs an application context and raises LogRefusedError."""

    def __init__(self, folder: SignerFolder, origin: str) -> None:
        self._folder = folder
        self._origin = origin

    def prepare(self) -> str:
        """Make the key where history and folder are new, and see that both agree on it; returns the public key."""
        with self._folder.locked():
            self._finish_rotation()
            signer = self._folder.signer()
            named = _newest_key()
            if signer is None:
                signer = self._first_key(named)
            if signer.key.name != self._origin:
                raise _wrong("origin", signer.key.name, self._origin)
            self._require_not_behind(_head())
            if named is None:
                record_log_key(RecordLogKey(signer.key.vkey))
            elif named != signer.key.vkey:
                raise _wrong("key", signer.key.vkey, named)
            return signer.key.vkey

    def step(self) -> int | None:
        """Sign the head when it is time; returns its size. Each call looks whether the history has gone backwards."""
        with self._folder.locked():
            # Another process may have died while handing over; no head after that may bear the old key.
            self._finish_rotation()
            head = _head()
            self._require_not_behind(head)
            urgent, now = head.urgent, parts().clock.now()
            if head.size == head.signed_size or not is_checkpoint_due(
                urgent=urgent, last_signed_at=head.signed_at, now=now
            ):
                return None
            return self._sign(head)

    def rotate(self) -> str:
        """Hand over to a new key, which the old one signs; returns the new public key."""
        with self._folder.locked():
            self._finish_rotation()
            old = self._folder.signer()
            if old is None or _newest_key() != old.key.vkey:
                raise _wrong("key", old.key.vkey if old else "-", _newest_key() or "-")
            self._require_not_behind(_head())
            new = NoteSigner.generate(self._origin)
            self._folder.write_next(new)
            signature = old.sign(rotation_statement(old.key.vkey, new.key.vkey))
            record_log_key(RecordLogKey(new.key.vkey, old.key.vkey, encode(signature)))
            self._folder.take_next()
            return new.key.vkey

    def replace_lost(self) -> str:
        """Begin with a new key that nothing ties to the old one, for everybody to see; returns the public key."""
        with self._folder.locked():
            new = NoteSigner.generate(self._origin)
            self._folder.start(new, {})
            record_log_key(RecordLogKey(new.key.vkey, previous=_newest_key()))
            return new.key.vkey

    def _sign(self, head: LogHead) -> int:
        signer, signed = self._folder.signer(), self._signed()
        if signer is None:
            raise _lost_key(_newest_key() or "-")
        offered = Checkpoint(self._origin, head.size, head.root)
        if signed is not None:
            require_extension(signed, offered, _proof(signed, offered))
        # Before the signature exists: after a crash the same head is signed again, with the same bytes.
        self._folder.write_heads({self._origin: offered})
        signature = make_signature(signer.key, signer.sign(offered.text.encode()))
        note = SignedNote(offered.text, (signature,))
        record_checkpoint(RecordCheckpoint(offered.size, offered.root, note.data))
        return offered.size

    def _finish_rotation(self) -> None:
        """What a crash left of one: the history decides whether it happened."""
        begun = self._folder.next_signer()
        if begun is None:
            return
        if _newest_key() == begun.key.vkey:
            self._folder.take_next()
        else:
            self._folder.drop_next()

    def _first_key(self, named: str | None) -> NoteSigner:
        if named is not None:
            raise _lost_key(named)
        signer = NoteSigner.generate(self._origin)
        self._folder.start(signer, {})
        return signer

    def _signed(self) -> Checkpoint | None:
        return self._folder.heads().get(self._origin)

    def _require_not_behind(self, head: LogHead) -> None:
        signed = self._signed()
        if signed is not None:
            require_not_behind(signed, Checkpoint(self._origin, head.size, head.root))


def _head() -> LogHead:
    """Of a moment of its own: no transaction stays open between two looks."""
    db.session.rollback()
    found = load_log_head(db.session())
    db.session.rollback()
    return found


def _proof(signed: Checkpoint, offered: Checkpoint) -> tuple[bytes, ...]:
    """What the database has to show; where rows are missing nothing, which proves nothing."""
    try:
        return load_consistency_proof(db.session(), signed.size, offered.size)
    except LookupError:
        return ()
    finally:
        db.session.rollback()


def _newest_key() -> str | None:
    keys = load_log_keys(db.session())
    db.session.rollback()
    return keys[-1].vkey if keys else None


def _lost_key(named: str) -> LogRefusedError:
    return LogRefusedError(
        "log-key-lost",
        f"Nhật ký được ký bằng khóa {named} nhưng thư mục khóa không có khóa nào. Khôi phục thư mục khóa từ bản sao "
        "lưu; nếu khóa đã mất hẳn, lập biên bản rồi chạy `approval sign-log --replace-lost-key`.",
        f"The history is signed with the key {named}, yet the key folder holds none. Restore it from its backup; if "
        "the key is lost for good, put that on record and run `approval sign-log --replace-lost-key`.",
    )


def _wrong(what: str, own: str, other: str) -> LogRefusedError:
    if what == "origin":
        return LogRefusedError(
            "log-other-origin",
            f"Khóa ký nhật ký mang tên {own}, cấu hình lại ghi {other}. Đặt APPROVAL_LOG_ORIGIN={own}: tên của một "
            "nhật ký không đổi.",
            f"The key of the log is named {own}, the settings say {other}. Set APPROVAL_LOG_ORIGIN={own}: the name of "
            "a history never changes.",
        )
    return LogRefusedError(
        "log-other-key",
        f"Thư mục khóa có khóa {own}, nhật ký lại ghi khóa {other}. Dùng đúng thư mục khóa của bản cài đặt này.",
        f"The key folder holds {own}, the history names {other}. Use the key folder of this installation.",
    )
