"""Somebody else acts for one agency of a pledge that is out: invited and reminded anew, the other one left in peace."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.audit_event import EventType
from approval.domain.commands import Actor
from approval.domain.errors import InvalidInputError, NotAllowedError, StaleTextError, TransitionRefusedError
from approval.domain.reminder_commands import ReplaceRepresentative
from approval.domain.reminder_policy import Stage
from approval.domain.states import Role, State
from approval.models.person import Person
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.services.already_done import already_done
from approval.services.outbox import queue_mail
from approval.services.pledge_parties import representing
from approval.services.reminder_plans import replan_replaced
from approval.services.reminder_standing import open_stage, require_not_over, require_party_of, waiting_parties
from approval.services.signing_standing import require_coordinator_sight
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work

NAMED, RELIEVED = "person-named", "person-relieved"


def replace_representative(command: ReplaceRepresentative) -> None:
    """Let `person_id` act for one agency from now on; a verdict already given stands.

    Who may sign is asked of the recorded authorities when they sign. Raises InvalidInputError (person), StaleTextError,
    AlreadyDoneError, TransitionRefusedError (draft, over, agency has signed), NotFoundError, NotAllowedError.
    """
    with unit_of_work() as uow:
        pledge = uow.lock_pledge(command.pledge_id)
        _require_right(uow.session, command.actor, pledge)
        party = require_party_of(uow.session, pledge, command.party_id)
        _refuse_second_click(command, party)
        _require_open(uow.session, pledge, party)
        _require_still(command, party)
        _require_representative(uow.session, pledge, party, command.person_id)
        _hand_over(uow, pledge, party, command.person_id)
        stage = open_stage(pledge)
        if stage is not None:
            replan_replaced(uow, pledge, stage, party)
        _write_letters(uow, pledge, party, stage, before=command.replaces)
        data = {"agency": party.agency_id, "from": command.replaces, "to": command.person_id, "round": pledge.round}
        uow.record(
            EventDraft(type=EventType.REPRESENTATIVE_REPLACED, actor=command.actor, pledge=pledge, data=data),
        )


def _require_right(session: Session, actor: Actor, pledge: Pledge) -> None:
    require_coordinator_sight(session, actor, pledge)
    if actor.role not in {Role.COORDINATOR, Role.ADMINISTRATOR}:
        raise NotAllowedError(
            "coordinator-only",
            "Chỉ Thư ký Khối hoặc Quản trị đổi được người đại diện. Liên hệ Thư ký Khối nếu cần đổi.",
            "Only the coordinator or an administrator names another representative. Ask the coordinator if needed.",
        )


def _refuse_second_click(command: ReplaceRepresentative, party: PledgeParty) -> None:
    if party.person_id != command.person_id:
        return
    if party.person_since is None or command.replaces == command.person_id:
        raise InvalidInputError(
            "representative-same",
            "Người này đang đại diện cơ quan cho văn bản này; hãy chọn người khác, hoặc giữ nguyên.",
            "This person already acts for the agency on this pledge; choose somebody else, or leave it.",
            field="person_id",
        )
    raise already_done(
        "representative-already-replaced",
        "giao người này đại diện cơ quan",
        "named this person to act for the agency",
        done_at=party.person_since,
    )


def _require_open(session: Session, pledge: Pledge, party: PledgeParty) -> None:
    require_not_over(pledge)
    if pledge.state == State.DRAFT:
        raise TransitionRefusedError(
            "pledge-in-draft",
            "Văn bản đang soạn nên chưa hỏi ai. Gửi lấy ý kiến trước, rồi đổi người đại diện ở trang Thư nhắc.",
            "The pledge is a draft and nobody is asked yet. Send it out for review, then name another representative.",
        )
    signed = pledge.state == State.SIGNING and party.id not in {
        waiting.id for waiting in waiting_parties(session, pledge, Stage.SIGNING)
    }
    if signed:
        raise TransitionRefusedError(
            "agency-already-signed",
            "Cơ quan này đã ký nên giữ nguyên người đại diện; không cần làm gì thêm.",
            "This agency has signed, so its representative stays; nothing more to do.",
        )


def _require_still(command: ReplaceRepresentative, party: PledgeParty) -> None:
    if party.person_id != command.replaces:
        raise StaleTextError(
            "representative-changed",
            "Người đại diện của cơ quan này đã được đổi sau khi Ông/Bà mở trang. Xem ai đang đại diện rồi quyết định "
            "lại; chưa có gì được ghi.",
            "The representative of this agency changed since you opened the page. See who acts now and decide again; "
            "nothing was recorded.",
        )


def _require_representative(session: Session, pledge: Pledge, party: PledgeParty, person_id: int) -> None:
    """Locked, so that the account is not shut at the same moment."""
    query = select(Person.id).where(
        Person.id == person_id, Person.agency_id == party.agency_id, representing(pledge.bloc_id)
    )
    if session.scalar(query.with_for_update()) is None:
        raise InvalidInputError(
            "representative-unknown",
            "Người được chọn không phải là đại diện đang hoạt động của cơ quan này. Chọn trong danh sách; "
            "nếu chưa có người đó, đề nghị Quản trị tạo tài khoản đại diện.",
            "The person chosen is no active representative of this agency. Choose from the list; if the person is not "
            "there, ask the administrator to make an account.",
            field="person_id",
        )


def _hand_over(uow: UnitOfWork, pledge: Pledge, party: PledgeParty, person_id: int) -> None:
    """The version rises so that a calendar takes the deadline out, and puts it in again if the person comes back."""
    party.person_id, party.person_since = person_id, uow.now
    pledge.version += 1
    pledge.updated_at = uow.now
    uow.session.flush()


def _write_letters(uow: UnitOfWork, pledge: Pledge, party: PledgeParty, stage: Stage | None, *, before: int) -> None:
    """Whether the other one was ever invited is asked when the letter leaves: an invitation may be on its way now."""
    waits = stage is not None and party.id in {one.id for one in waiting_parties(uow.session, pledge, stage)}
    asked = stage.value if stage is not None and waits else ""
    for kind, person_id, other, slot in (
        (NAMED, party.person_id, before, asked),
        (RELIEVED, before, party.person_id, (stage or Stage.REVIEW).value),
    ):
        queue_mail(
            uow,
            kind=kind,
            pledge=pledge,
            party=party,
            person_id=person_id,
            # The version tells several successions of one round apart.
            slot=f"v{pledge.version}",
            facts={"stage": slot, "other": other},
        )
