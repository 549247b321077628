"""Whether a planned mail is still worth sending: asked right before it leaves."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import Session

from approval.domain.reminder_letters import is_overturned
from approval.domain.reminder_plan import BY_HAND, TO_SUPERIOR, ReminderKind
from approval.domain.reminder_policy import Stage
from approval.domain.states import State
from approval.domain.vietnam_time import VIETNAM_TIME, in_vietnam
from approval.models.agency_superior import AgencySuperior
from approval.models.delivery_event import DeliveryEvent, DeliveryStep
from approval.models.outbox_message import OutboxMessage
from approval.models.person import Person
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.models.pledge_revision import PledgeRevision
from approval.models.reminder import Reminder
from approval.models.reminder_pause import ReminderPause
from approval.models.signature import Signature
from approval.models.signing import Signing
from approval.models.verdict import Verdict

REVIEW_KINDS = frozenset({"review-invitation", "text-changed"})
SIGNING_KINDS = frozenset({"signing-invitation"})
DEADLINE_MOVED = "deadline-moved"
NAMED, RELIEVED = "person-named", "person-relieved"
# What asks somebody to act for their agency.
INVITING = REVIEW_KINDS | SIGNING_KINDS | {DEADLINE_MOVED, NAMED}
# A deputy who signed hears of the end beside the representative.
_FINISHED = "finished"
# Of a pledge that is over nobody wants to know any more.
_MOOT_WHEN_CANCELLED = frozenset({"comment-answered", NAMED})
# Built once: building takes longer than asking, and a relay asks for each mail.
_ANSWERED = select(
    exists().where(
        Verdict.party_id == bindparam("party"),
        Verdict.superseded_at.is_(None),
        Verdict.revision_id == PledgeRevision.id,
        PledgeRevision.pledge_id == bindparam("pledge"),
        PledgeRevision.number == bindparam("revision"),
    )
)
_SIGNED = select(
    exists().where(
        Signature.party_id == bindparam("party"), Signature.signing_id == Signing.id, Signing.voided_at.is_(None)
    )
)
_PAUSED = select(exists().where(ReminderPause.party_id == bindparam("party"), ReminderPause.resumed_at.is_(None)))


def slot_of(message: OutboxMessage) -> str:
    """What the mail asks for: "review", "signing", or nothing ("") when it tells what happened."""
    if message.kind in REVIEW_KINDS:
        return "review"
    if message.kind in SIGNING_KINDS:
        return "signing"
    return str(json.loads(message.facts)["stage"]) if message.kind in {DEADLINE_MOVED, NAMED} else ""


def deadline_of(pledge: Pledge, stage: str) -> datetime | None:
    """The deadline of "review" or "signing"."""
    return pledge.signing_deadline if stage == "signing" else pledge.review_deadline


def why_not_due(session: Session, message: OutboxMessage, pledge: Pledge, person: Person) -> str | None:
    """Why a mail that is no reminder should not be sent any more (ASCII, for the history), or None when it should."""
    if not person.active:
        return "account-closed"
    reason = _why_wrong_person(session, message)
    if reason is not None:
        return reason
    slot = slot_of(message)
    if not slot:
        moot = message.kind in _MOOT_WHEN_CANCELLED and pledge.state == State.CANCELLED
        return "pledge-moved-on" if moot else None
    if message.kind == DEADLINE_MOVED and not _is_current_deadline(message, pledge, slot):
        return "overtaken"
    return _why_not_asked(session, pledge, stage=slot, round_number=message.round, party_id=message.party_id)


def why_reminder_not_due(
    session: Session, message: OutboxMessage, row: Reminder, pledge: Pledge, party: PledgeParty, *, now: datetime
) -> str | None:
    """The same for one reminder of a mail; `now` is aware."""
    reason = _why_recipient_gone(session, message, party)
    reason = reason or _why_not_asked(session, pledge, stage=row.stage, round_number=row.round, party_id=row.party_id)
    if reason is not None:
        return reason
    if row.kind not in BY_HAND and _is_paused(session, party):
        return "paused"
    if _invitation_waits(session, row):
        return "invitation-waiting"
    deadline = deadline_of(pledge, row.stage) or row.due_at
    if is_overturned(ReminderKind(row.kind), row.slot, deadline=deadline, now=now):
        return "deadline-moved"
    return "overtaken" if _has_newer(session, row, now=now) else None


def _why_wrong_person(session: Session, message: OutboxMessage) -> str | None:
    """The agency may have named somebody else since the mail was planned, or the same person again."""
    if message.party_id is None or message.kind == _FINISHED:
        return None
    party = session.get_one(PledgeParty, message.party_id, populate_existing=True)
    acts = party.person_id == message.person_id
    if message.kind != RELIEVED:
        return None if acts else "person-replaced"
    if acts:
        return "overtaken"
    return None if _was_invited(session, message) else "never-invited"


def _was_invited(session: Session, message: OutboxMessage) -> bool:
    """An invitation has left, or is in the hands of another relay at this moment."""
    attempted = exists().where(
        DeliveryEvent.outbox_id == OutboxMessage.id, DeliveryEvent.step == DeliveryStep.ATTEMPTED
    )
    leaving = OutboxMessage.closed_at.is_(None) & OutboxMessage.lease_until.is_not(None) & attempted
    invited = exists().where(
        OutboxMessage.party_id == message.party_id,
        OutboxMessage.person_id == message.person_id,
        OutboxMessage.kind.in_(INVITING),
        or_(OutboxMessage.outcome.in_(("sent", "uncertain")), leaving),
    )
    return bool(session.scalar(select(invited)))


def _why_recipient_gone(session: Session, message: OutboxMessage, party: PledgeParty) -> str | None:
    """A superior has no account that could be closed, but may have been named anew."""
    if message.person_id is None:
        superior = session.get(AgencySuperior, party.agency_id, populate_existing=True)
        return None if superior is not None and superior.address == message.to_address else "person-replaced"
    if message.person_id != party.person_id:
        return "person-replaced"
    return None if session.get_one(Person, message.person_id, populate_existing=True).active else "account-closed"


def _why_not_asked(
    session: Session, pledge: Pledge, *, stage: str, round_number: int | None, party_id: int | None
) -> str | None:
    if round_number != pledge.round or pledge.state != (State.IN_REVIEW if stage == "review" else State.SIGNING):
        return "pledge-moved-on"
    if stage == "signing":
        return "already-signed" if _has_signed(session, party_id) else None
    return "already-answered" if _has_answered(session, party_id, pledge) else None


def _is_current_deadline(message: OutboxMessage, pledge: Pledge, stage: str) -> bool:
    """It may have been moved again before the mail about the first move left."""
    told = datetime.fromisoformat(json.loads(message.facts)["deadline"])
    return told == deadline_of(pledge, stage)


def _is_paused(session: Session, party: PledgeParty) -> bool:
    return bool(session.scalar(_PAUSED, {"party": party.id}))


def _invitation_waits(session: Session, row: Reminder) -> bool:
    """After trouble with the mail server a reminder, which is tried sooner, would come before what it reminds of."""
    waits = exists().where(
        OutboxMessage.pledge_id == row.pledge_id,
        OutboxMessage.party_id == row.party_id,
        OutboxMessage.round == row.round,
        OutboxMessage.kind.in_({NAMED} | (SIGNING_KINDS if row.stage == Stage.SIGNING else REVIEW_KINDS)),
        OutboxMessage.closed_at.is_(None),
    )
    return bool(session.scalar(select(waits)))


def _has_newer(session: Session, row: Reminder, *, now: datetime) -> bool:
    """A mail server that was away must not make people get each day's reminder at once, or two in one morning."""
    tomorrow = datetime.combine(in_vietnam(now).date() + timedelta(days=1), time(0, tzinfo=VIETNAM_TIME))
    same_reader = Reminder.kind.in_(TO_SUPERIOR) if row.kind in TO_SUPERIOR else Reminder.kind.not_in(TO_SUPERIOR)
    newer = exists().where(
        Reminder.party_id == row.party_id,
        Reminder.stage == row.stage,
        Reminder.round == row.round,
        or_(Reminder.outcome == "mailed", Reminder.outcome.is_(None) & (Reminder.due_at < tomorrow)),
        Reminder.due_at > row.due_at,
        same_reader,
    )
    if row.kind in BY_HAND:
        # Done just now; what a clock since set back wrote later is not newer.
        newer = newer.where(Reminder.due_at <= now)
    return bool(session.scalar(select(newer)))


def _has_answered(session: Session, party_id: int | None, pledge: Pledge) -> bool:
    asked = {"party": party_id, "pledge": pledge.id, "revision": pledge.revision_number}
    return bool(session.scalar(_ANSWERED, asked))


def _has_signed(session: Session, party_id: int | None) -> bool:
    return bool(session.scalar(_SIGNED, {"party": party_id}))
