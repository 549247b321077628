"""Plans the letter that tells an agency what became of its comments: one for a working session of the coordinator."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, select

from approval.models.comment import Comment
from approval.models.outbox_message import OutboxMessage
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.models.pledge_revision import PledgeRevision
from approval.services.outbox import queue_mail
from approval.services.unit_of_work import UnitOfWork

_KIND = "comment-answered"
_SESSION = timedelta(minutes=10)


def queue_answer_mail(uow: UnitOfWork, pledge: Pledge, comment: Comment) -> None:
    """A letter in ten minutes, unless one is still to come: what a letter tells is read when it leaves.

    One that is due may have been read already, so it is not relied on.
    """
    party = uow.session.get_one(PledgeParty, comment.party_id)
    to_come = exists().where(
        OutboxMessage.pledge_id == pledge.id,
        OutboxMessage.party_id == party.id,
        # A letter to somebody who was replaced will not leave.
        OutboxMessage.person_id == party.person_id,
        OutboxMessage.kind == _KIND,
        OutboxMessage.closed_at.is_(None),
        OutboxMessage.due_at > uow.now,
    )
    if uow.session.scalar(select(to_come)):
        return
    revision = uow.session.get_one(PledgeRevision, comment.revision_id)
    queue_mail(
        uow,
        kind=_KIND,
        pledge=pledge,
        party=party,
        person_id=party.person_id,
        slot=_slot(uow.now),
        due_at=uow.now + _SESSION,
        facts={"revision": revision.number, "since": uow.now.isoformat()},
    )


def _slot(since: datetime) -> str:
    """Tells the letters of one round apart."""
    return f"{since:%Y%m%dT%H%M%S%f}"
