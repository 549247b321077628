"""Who may steer the reminders of a pledge, and whom they are about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from approval.domain.commands import Actor
from approval.domain.errors import NotAllowedError, NotFoundError, TransitionRefusedError
from approval.domain.reminder_policy import Stage
from approval.domain.states import Role, State
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.models.pledge_revision import PledgeRevision
from approval.models.signature import Signature
from approval.models.signing import Signing
from approval.models.verdict import Verdict
from approval.services.signing_standing import require_coordinator_sight

_STAGES = {State.IN_REVIEW: Stage.REVIEW, State.SIGNING: Stage.SIGNING}
_OVER = frozenset({State.FINALISING, State.FINALISED, State.CANCELLED})


def require_steering(session: Session, actor: Actor, pledge: Pledge) -> None:
    """Raise NotFoundError when the pledge does not exist for the actor, NotAllowedError for all but a coordinator."""
    require_coordinator_sight(session, actor, pledge)
    if actor.role is not Role.COORDINATOR:
        raise NotAllowedError(
            "coordinator-only",
            "Chỉ Thư ký Khối điều chỉnh việc nhắc của văn bản này. Liên hệ Thư ký Khối nếu cần.",
            "Only the coordinator steers the reminders of this pledge. Ask the coordinator if needed.",
        )


def open_stage(pledge: Pledge) -> Stage | None:
    """The stage in which people are being asked now."""
    return _STAGES.get(State(pledge.state))


def require_open_stage(pledge: Pledge) -> Stage:
    """The same. Raises TransitionRefusedError when nobody is being asked."""
    stage = open_stage(pledge)
    if stage is None:
        raise TransitionRefusedError(
            "nobody-is-asked",
            "Văn bản không đang lấy ý kiến hay đang ký nên không có việc để nhắc. Mở lại trang để xem bước hiện tại.",
            "The pledge is neither in review nor being signed, so there is nothing to remind of. Reload the page.",
        )
    return stage


def require_not_over(pledge: Pledge) -> None:
    """Raise TransitionRefusedError when nobody will be asked any more."""
    if State(pledge.state) in _OVER:
        raise TransitionRefusedError(
            "pledge-over",
            "Văn bản đã đủ chữ ký hoặc đã hủy nên không còn lịch nhắc để đổi.",
            "The pledge is fully signed or cancelled; there are no reminders left to change.",
        )


def require_party_of(session: Session, pledge: Pledge, party_id: int) -> PledgeParty:
    """The party of this pledge. Raises NotFoundError."""
    party = session.get(PledgeParty, party_id)
    if party is None or party.pledge_id != pledge.id:
        raise NotFoundError(
            "party-not-found",
            "Không tìm thấy cơ quan này trong văn bản. Mở lại trang nhắc việc và chọn lại.",
            "No such agency in this pledge. Open the reminders page again and choose once more.",
        )
    return party


def invited_at(session: Session, pledge: Pledge, stage: Stage) -> datetime:
    """When people were asked: the round was sent out, or signing opened."""
    if stage is Stage.REVIEW:
        query = select(PledgeRevision.submitted_at).where(
            PledgeRevision.pledge_id == pledge.id, PledgeRevision.number == pledge.revision_number
        )
    else:
        query = select(Signing.opened_at).where(Signing.pledge_id == pledge.id, Signing.voided_at.is_(None))
    return session.execute(query).scalar_one()


def party_invited_at(party: PledgeParty, stage_invited_at: datetime) -> datetime:
    """When this agency's representative was asked: somebody who took over later, then."""
    return max(stage_invited_at, party.person_since or stage_invited_at)


def waiting_parties(session: Session, pledge: Pledge, stage: Stage) -> Sequence[PledgeParty]:
    """Who has neither answered the current revision nor signed, in protocol order."""
    acted = (
        exists().where(
            Verdict.party_id == PledgeParty.id,
            Verdict.superseded_at.is_(None),
            Verdict.revision_id == PledgeRevision.id,
            PledgeRevision.pledge_id == pledge.id,
            PledgeRevision.number == pledge.revision_number,
        )
        if stage is Stage.REVIEW
        else exists().where(
            Signature.party_id == PledgeParty.id, Signature.signing_id == Signing.id, Signing.voided_at.is_(None)
        )
    )
    query = select(PledgeParty).where(PledgeParty.pledge_id == pledge.id, ~acted).order_by(PledgeParty.position)
    return session.scalars(query).all()
