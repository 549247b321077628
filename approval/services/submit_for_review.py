"""Freezes the draft as the next revision and asks every party for a verdict."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from approval.adapters.pledge_print import bloc_header
from approval.adapters.typeset_input import parties_of
from approval.domain.audit_event import EventType
from approval.domain.commands import SubmitForReview
from approval.domain.errors import InvalidInputError
from approval.domain.pledge_text_check import check_pledge_text
from approval.domain.states import Action, State
from approval.domain.transitions import find_transition
from approval.extensions import db, parts
from approval.models.bloc import Bloc
from approval.models.pledge import Pledge
from approval.models.pledge_revision import PledgeRevision
from approval.services.already_done import already_done
from approval.services.comment_standing import require_all_answered
from approval.services.pledge_parties import match_parties, update_parties
from approval.services.pledge_version import require_version
from approval.services.review_mails import queue_review_mails
from approval.services.signing_standing import require_coordinator_sight, require_existing
from approval.services.stored_text import parse_stored_text
from approval.services.transition_pledge import transition_pledge
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work

# The page is only tried and thrown away; one date for all lets the typesetter answer a second try from memory.
_ANY_DATE = datetime(2000, 1, 1, tzinfo=UTC)


def submit_for_review(command: SubmitForReview) -> None:
    """Open the round: a frozen revision, invitations and reminders.

    Raises InvalidInputError (deadline, parties, text; also as MissingGlyphError, WordTooWideError, BlockTooTallError),
    UnansweredCommentsError, StaleTextError, AlreadyDoneError, TransitionRefusedError, NotFoundError, NotAllowedError.
    """
    _require_printable(command)
    with unit_of_work() as uow:
        pledge = uow.lock_pledge(command.pledge_id)
        # The version asked for is the one whose text was printed.
        _check(uow.session, pledge, command, uow.now)
        agencies = _check_draft(uow, pledge)
        revision = _freeze(uow, pledge, command)
        pledge.agreed_count = 0
        pledge.review_deadline = command.deadline
        row = transition_pledge(uow, pledge, Action.SUBMIT_FOR_REVIEW, command.actor.role)
        queue_review_mails(uow, pledge, revision)
        uow.record(
            EventDraft(
                type=EventType.REVIEW_OPENED,
                actor=command.actor,
                pledge=pledge,
                state_from=row.source,
                state_to=row.target,
                doc_sha256=revision.sha256,
                revision=revision.number,
                data={"agencies": agencies, "deadline": command.deadline.isoformat(), "round": pledge.round},
            )
        )


def _require_printable(command: SubmitForReview) -> None:
    """Make the pages once, before any lock: what directors agree on must be what can be signed."""
    session, tools = db.session(), parts()
    pledge = require_existing(session.get(Pledge, command.pledge_id))
    _check(session, pledge, command, tools.clock.now())
    text = parse_stored_text(pledge.draft_content)
    # A draft may be older than today's rules.
    check_pledge_text(text)
    tools.typesetter.check_text(text)
    bloc = session.get_one(Bloc, pledge.bloc_id)
    tools.typesetter.typeset_pledge(
        text,
        parties=parties_of(text),
        header=bloc_header(superior=bloc.superior, bloc_name=bloc.name, test_notice=True),
        mark=None,
        fixed_created=_ANY_DATE,
    )


def _check(session: Session, pledge: Pledge, command: SubmitForReview, now: datetime) -> None:
    require_coordinator_sight(session, command.actor, pledge)
    _refuse_second_submission(session, pledge, command)
    find_transition(State(pledge.state), Action.SUBMIT_FOR_REVIEW, command.actor.role)
    require_version(pledge, command.expected_version)
    require_all_answered(session, pledge)
    require_future(command.deadline, now)


def require_future(deadline: datetime, now: datetime) -> None:
    """Raise InvalidInputError for a deadline that is already over."""
    if deadline <= now:
        raise InvalidInputError(
            "deadline-past",
            "Hạn phải ở sau thời điểm hiện tại; hãy chọn ngày giờ khác.",
            "The deadline must lie in the future; choose another one.",
            field="deadline",
        )


def _refuse_second_submission(session: Session, pledge: Pledge, command: SubmitForReview) -> None:
    """The state was left at the very version the person saw, by the same person: the second half of a double click."""
    if pledge.state != State.IN_REVIEW or pledge.version != command.expected_version + 1:
        return
    last = session.scalars(
        select(PledgeRevision).where(
            PledgeRevision.pledge_id == pledge.id, PledgeRevision.number == pledge.revision_number
        )
    ).one()
    if last.submitted_by == command.actor.person_id:
        raise already_done("already-submitted", "gửi lấy ý kiến", "sent this out for review", done_at=last.submitted_at)


def _check_draft(uow: UnitOfWork, pledge: Pledge) -> list[int]:
    """People and agencies change, so they are looked up again; returns the agencies in protocol order."""
    text = parse_stored_text(pledge.draft_content)
    matched = match_parties(uow.session, pledge.bloc_id, text.parties)
    update_parties(uow, pledge, matched)
    return [party.agency_id for party in matched]


def _freeze(uow: UnitOfWork, pledge: Pledge, command: SubmitForReview) -> PledgeRevision:
    highest = uow.session.scalar(select(func.max(PledgeRevision.number)).where(PledgeRevision.pledge_id == pledge.id))
    revision = PledgeRevision(
        pledge_id=pledge.id,
        number=(highest or 0) + 1,
        round=pledge.round,
        content=pledge.draft_content,
        sha256=pledge.draft_sha256,
        submitted_by=command.actor.person_id,
        submitted_at=uow.now,
    )
    uow.session.add(revision)
    uow.session.flush()
    pledge.revision_number = revision.number
    return revision
