"""One representative's answer to one revision; the last agreement moves the pledge on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from approval.domain.audit_event import EventType
from approval.domain.commands import Actor, GiveVerdict
from approval.domain.errors import InvalidInputError, TransitionRefusedError
from approval.domain.states import AGREEING_VERDICTS, Action, Role, State, VerdictKind
from approval.domain.transitions import find_transition
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.models.pledge_revision import PledgeRevision
from approval.models.verdict import Verdict
from approval.services.already_done import already_done
from approval.services.comment_standing import standing_comments
from approval.services.reason_text import optional_words
from approval.services.signing_standing import require_acting_party, require_revision
from approval.services.transition_pledge import transition_pledge
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work
from approval.services.verdict_words import keep_verdict_words

_DONE_WORDS = {
    VerdictKind.AGREE: ("thống nhất với văn bản này", "agreed to this text"),
    VerdictKind.AGREE_WITH_COMMENTS: ("thống nhất kèm ý kiến này", "agreed with this comment"),
    VerdictKind.REQUEST_CHANGES: ("đề nghị sửa với nội dung này", "asked for these changes"),
}


@dataclass(frozen=True, slots=True)
class _Answer:
    party: PledgeParty
    revision: PledgeRevision
    previous: Verdict | None
    comment: str
    comment_count: int


def give_verdict(command: GiveVerdict) -> None:
    """Record the answer in place of an earlier one; fires `agreement_reached` when every party agrees to this revision.

    It collects the agency's comments; its own words become one that waits for an answer like the others. Raises
    AlreadyDoneError for the same answer again, StaleTextError when the text is no longer the one read,
    InvalidInputError (comment), TransitionRefusedError (also for another answer after the deadline), NotAllowedError,
    NotFoundError.
    """
    comment = optional_words(command.comment, field="comment")
    with unit_of_work() as uow:
        pledge = uow.lock_pledge(command.pledge_id)
        answer = _check(uow, pledge, command, comment)
        _replace(uow, answer, command)
        keep_verdict_words(uow, pledge, answer.revision, answer.party, answer.comment)
        state_from = State(pledge.state)
        fired = _count(uow, pledge, answer.revision, command.actor)
        uow.record(_event(pledge, answer, command, state_from, fired))


def _check(uow: UnitOfWork, pledge: Pledge, command: GiveVerdict, comment: str) -> _Answer:
    session = uow.session
    party = require_acting_party(session, command.actor, pledge)
    previous = _current_verdict(session, pledge, party)
    count = 0 if previous is None else standing_comments(session, revision_id=previous.revision_id, party_id=party.id)
    # Before the state: the second click of the last agreement finds the pledge already agreed.
    _refuse_same_again(session, previous, command, (comment, count))
    find_transition(State(pledge.state), Action.GIVE_VERDICT, command.actor.role)
    revision = require_revision(session, pledge, number=command.revision_number, sha256=command.revision_sha256)
    _refuse_change_after_deadline(pledge, previous, uow.now)
    count = standing_comments(session, revision_id=revision.id, party_id=party.id)
    if command.kind is not VerdictKind.AGREE and not comment and count == 0:
        raise _says_nothing()
    return _Answer(party, revision, previous, comment, count)


def _refuse_change_after_deadline(pledge: Pledge, previous: Verdict | None, now: datetime) -> None:
    """A first answer may come late while the round is open; one that was given is final then."""
    if previous is None or pledge.review_deadline is None or now <= pledge.review_deadline:
        return
    raise TransitionRefusedError(
        "verdict-final",
        "Đã hết hạn cho ý kiến nên ý kiến đã gửi không đổi được nữa; góp ý thì vẫn ghi thêm được khi vòng còn mở. "
        "Liên hệ Thư ký Khối nếu cần sửa văn bản.",
        "The deadline is over, so the verdict you gave is final; comments may still be added while the round is open. "
        "Talk to the coordinator if the text must change.",
    )


def _says_nothing() -> InvalidInputError:
    return InvalidInputError(
        "comment-missing",
        "Cần ghi rõ nội dung để các cơ quan hiểu quyết định này, hoặc góp ý vào phần cần sửa của văn bản; "
        "hãy nhập rồi gửi lại.",
        "Say in words why, or comment on the part that should change, so that the agencies understand the decision; "
        "then send again.",
        field="comment",
    )


def _current_verdict(session: Session, pledge: Pledge, party: PledgeParty) -> Verdict | None:
    query = (
        select(Verdict)
        .join(PledgeRevision, PledgeRevision.id == Verdict.revision_id)
        .where(
            PledgeRevision.pledge_id == pledge.id,
            PledgeRevision.number == pledge.revision_number,
            Verdict.party_id == party.id,
            Verdict.superseded_at.is_(None),
        )
    )
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def _refuse_same_again(session: Session, previous: Verdict | None, command: GiveVerdict, said: tuple[str, int]) -> None:
    """The same kind, the same words and no comment more or less than the earlier answer collected."""
    if previous is None or previous.person_id != command.actor.person_id:
        return
    if (previous.kind, previous.comment, previous.comment_count) != (command.kind.value, *said):
        return
    revision = session.get_one(PledgeRevision, previous.revision_id)
    if (revision.number, revision.sha256) != (command.revision_number, command.revision_sha256):
        return
    vi, en = _DONE_WORDS[command.kind]
    raise already_done("verdict-already-given", vi, en, done_at=previous.given_at)


def _replace(uow: UnitOfWork, answer: _Answer, command: GiveVerdict) -> None:
    if answer.previous is not None:
        answer.previous.superseded_at = uow.now
        # The partial unique index allows one current answer: the old one must be out before the new one comes in.
        uow.session.flush()
    uow.session.add(
        Verdict(
            revision_id=answer.revision.id,
            party_id=answer.party.id,
            person_id=command.actor.person_id,
            kind=command.kind.value,
            comment=answer.comment,
            comment_count=answer.comment_count,
            given_at=uow.now,
        )
    )
    uow.session.flush()


def _count(uow: UnitOfWork, pledge: Pledge, revision: PledgeRevision, actor: Actor) -> list[str]:
    """Count anew, never add one: an answer may have been replaced in either direction."""
    agreed = select(func.count()).where(
        Verdict.revision_id == revision.id, Verdict.superseded_at.is_(None), Verdict.kind.in_(AGREEING_VERDICTS)
    )
    pledge.agreed_count = uow.session.scalar(agreed) or 0
    transition_pledge(uow, pledge, Action.GIVE_VERDICT, actor.role)
    if pledge.agreed_count < pledge.party_count:
        return []
    transition_pledge(uow, pledge, Action.AGREEMENT_REACHED, Role.SYSTEM)
    return [Action.AGREEMENT_REACHED.value]


def _event(pledge: Pledge, answer: _Answer, command: GiveVerdict, state_from: State, fired: list[str]) -> EventDraft:
    return EventDraft(
        type=EventType.VERDICT_GIVEN,
        actor=command.actor,
        pledge=pledge,
        state_from=state_from,
        state_to=State(pledge.state),
        doc_sha256=answer.revision.sha256,
        revision=answer.revision.number,
        data={
            "agreed_count": pledge.agreed_count,
            "comment": answer.comment,
            "comment_count": answer.comment_count,
            "fired": fired,
            "kind": command.kind.value,
            "replaced": None if answer.previous is None else answer.previous.kind,
        },
    )
