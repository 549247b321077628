"""The log signer of a test instance: what the process of its own does, done here."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from approval.adapters.ed25519 import verify_ed25519
from approval.adapters.signer_folder import SignerFolder
from approval.cli.log_signing import LogSigning
from approval.domain.checkpoint import SignedCheckpoint, open_checkpoint
from approval.domain.signed_note import NoteKey
from approval.extensions import db, parts
from approval.models.checkpoint_views import NEWEST_SIZE
from approval.queries.log_keys import load_log_keys
from approval.queries.log_receipt import load_checkpoint


def log_signing() -> LogSigning:
    """The signer of the application whose context is open."""
    settings = parts().settings
    return LogSigning(SignerFolder(settings.log_signer_dir), settings.log_origin)


def sign_log(app: Flask) -> int:
    """Start the signer and let it look once; returns the size of the newest signed head."""
    with app.app_context():
        signing = log_signing()
        signing.prepare()
        signing.step()
        return newest_checkpoint().checkpoint.size


def log_key() -> NoteKey:
    """The key that the history names, inside an application context."""
    return NoteKey.from_vkey(load_log_keys(db.session())[-1].vkey)


def load_newest_checkpoint(session: Session) -> bytes | None:
    """The newest note with its witnesses' lines; None before the first was signed."""
    size = session.scalar(NEWEST_SIZE)
    return None if size is None else load_checkpoint(session, size)


def newest_checkpoint() -> SignedCheckpoint:
    """The newest checkpoint, checked against that key."""
    note = load_newest_checkpoint(db.session())
    assert note is not None
    return open_checkpoint(note, log_key(), verify_ed25519)
