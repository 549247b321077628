"""Which mail another one follows: mailboxes show it below the invitation it is about."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.models.outbox_message import OutboxMessage
from approval.queries.mail_due import REVIEW_KINDS, SIGNING_KINDS

_OF_STAGE = {"review": REVIEW_KINDS, "signing": SIGNING_KINDS}
_LEFT = ("sent", "uncertain")


def thread_id(message: OutboxMessage, thread: str) -> str:
    """What all mails about the same thing refer to (RFC 5322 §3.6.4)."""
    host = (message.message_id or "").rpartition("@")[2].rstrip(">")
    return f"<{thread}@{host}>"


def invitation_before(
    session: Session, message: OutboxMessage, *, pledge_id: uuid.UUID, party_id: int | None, stage: str = ""
) -> str | None:
    """Message-ID of the newest invitation of this pledge that went to the person `message` goes to.

    `stage` is "review" or "signing"; "" looks for either. None when the person was not invited: somebody who reads
    along, a superior, or whose mail did not leave.
    """
    kinds = _OF_STAGE.get(stage, REVIEW_KINDS | SIGNING_KINDS)
    if message.kind in REVIEW_KINDS | SIGNING_KINDS or message.person_id is None:
        return None
    query = select(OutboxMessage.message_id).where(
        OutboxMessage.pledge_id == pledge_id,
        OutboxMessage.party_id == party_id,
        OutboxMessage.person_id == message.person_id,
        OutboxMessage.kind.in_(kinds),
        OutboxMessage.outcome.in_(_LEFT),
    )
    return session.scalar(query.order_by(OutboxMessage.id.desc()).limit(1))
