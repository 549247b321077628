"""The newest signed head with the signatures of its witnesses: what every receipt carries."""

from __future__ import annotations

from sqlalchemy.orm import Session

from approval.models.checkpoint_views import COSIGNATURE_LINES, NEWEST_SIZE, NOTE


def load_newest_checkpoint(session: Session) -> bytes | None:
    """The note (C2SP tlog-checkpoint) with the lines of witnesses joined to it; None before the first was signed."""
    size = session.scalar(NEWEST_SIZE)
    return None if size is None else load_checkpoint(session, size)


def load_checkpoint(session: Session, size: int) -> bytes | None:
    """The same for the head of `size` events; None when that one was not signed."""
    note = session.scalar(NOTE, {"size": size})
    if note is None:
        return None
    return bytes(note) + "".join(session.scalars(COSIGNATURE_LINES, {"size": size})).encode()
