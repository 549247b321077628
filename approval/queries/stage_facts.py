"""What the plan of an open stage depends on, for a preview of its coming dates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.reminder_plan import BY_HAND, TO_SUPERIOR, StageFacts
from approval.domain.reminder_policy import Stage
from approval.models.pledge import Pledge
from approval.models.pledge_revision import PledgeRevision
from approval.models.reminder import Reminder
from approval.models.signing import Signing


def load_stage_facts(
    session: Session,
    pledge: Pledge,
    stage: Stage,
    reminders: Iterable[Reminder],
    *,
    since: datetime | None,
    now: datetime,
) -> StageFacts:
    """For one agency, whose rows are given and whose representative acts since `since` (None: from the beginning)."""
    deadline = pledge.review_deadline if stage is Stage.REVIEW else pledge.signing_deadline
    invited_at = _invited_at(session, pledge, stage) or now
    mine = [one for one in reminders if one.stage == stage and was_sent_since(one, since)]
    return StageFacts(
        invited_at=max(invited_at, since or invited_at),
        deadline=deadline or now,
        now=now,
        sent=frozenset(one.slot for one in mine if counts(one, since)),
        escalated=any(one.kind in TO_SUPERIOR for one in mine),
    )


def counts(row: Reminder, since: datetime | None) -> bool:
    """Against the cap, which begins anew with another representative."""
    return was_sent_since(row, since) and row.kind not in TO_SUPERIOR and row.kind not in BY_HAND


def was_sent_since(row: Reminder, since: datetime | None) -> bool:
    """Whether a reminder went into a mail after `since`."""
    return row.outcome == "mailed" and (since is None or row.closed_at is None or row.closed_at > since)


def _invited_at(session: Session, pledge: Pledge, stage: Stage) -> datetime | None:
    if stage is Stage.SIGNING:
        return session.scalar(
            select(Signing.opened_at).where(Signing.pledge_id == pledge.id, Signing.voided_at.is_(None))
        )
    return session.scalar(
        select(PledgeRevision.submitted_at).where(
            PledgeRevision.pledge_id == pledge.id, PledgeRevision.number == pledge.revision_number
        )
    )
