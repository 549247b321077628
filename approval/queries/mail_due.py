"""Whether a planned mail is still worth sending: asked right before it leaves."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from approval.domain.states import State
from approval.models.outbox_message import OutboxMessage
from approval.models.person import Person
from approval.models.pledge import Pledge
from approval.models.pledge_revision import PledgeRevision
from approval.models.signature import Signature
from approval.models.signing import Signing
from approval.models.verdict import Verdict

REVIEW_KINDS = frozenset({"review-invitation", "text-changed"})
SIGNING_KINDS = frozenset({"signing-invitation"})
REMINDER_KINDS = frozenset({"reminder-before", "reminder-after"})


def slot_of(message: OutboxMessage) -> str:
    """What the mail asks for: "review", "signing", or nothing ("") when it tells what happened.

    A reminder's key ends in the slot it was planned for.
    """
    if message.kind in REVIEW_KINDS:
        return "review"
    if message.kind in SIGNING_KINDS:
        return "signing"
    return message.key.rsplit(":", 1)[-1] if message.kind in REMINDER_KINDS else ""


def why_not_due(session: Session, message: OutboxMessage, pledge: Pledge, person: Person) -> str | None:
    """Why the mail should not be sent any more (ASCII, for the history), or None when it should."""
    if not person.active:
        return "account-closed"
    slot = slot_of(message)
    if not slot:
        answers_nothing = message.kind == "comment-answered" and pledge.state == State.CANCELLED
        return "pledge-moved-on" if answers_nothing else None
    if message.round != pledge.round or pledge.state != (State.IN_REVIEW if slot == "review" else State.SIGNING):
        return "pledge-moved-on"
    if slot == "signing":
        return "already-signed" if _has_signed(session, message) else None
    return "already-answered" if _has_answered(session, message, pledge) else None


def _has_answered(session: Session, message: OutboxMessage, pledge: Pledge) -> bool:
    given = exists().where(
        Verdict.party_id == message.party_id,
        Verdict.superseded_at.is_(None),
        Verdict.revision_id == PledgeRevision.id,
        PledgeRevision.pledge_id == pledge.id,
        PledgeRevision.number == pledge.revision_number,
    )
    return bool(session.scalar(select(given)))


def _has_signed(session: Session, message: OutboxMessage) -> bool:
    signed = exists().where(
        Signature.party_id == message.party_id,
        Signature.signing_id == Signing.id,
        Signing.voided_at.is_(None),
    )
    return bool(session.scalar(select(signed)))
