"""Who stands how to a pledge that is being signed: sight first, then the right to act."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.access import Standing, may_see
from approval.domain.commands import Actor
from approval.domain.errors import NotAllowedError, NotFoundError, StaleTextError
from approval.domain.states import Role, State
from approval.models.person import Person
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.models.pledge_revision import PledgeRevision
from approval.models.signing import Signing


def require_coordinator_sight(session: Session, actor: Actor, pledge: Pledge) -> None:
    """Raise NotFoundError when this pledge does not exist for the actor."""
    _find_own_party(session, actor, pledge)


def require_party(session: Session, actor: Actor, pledge: Pledge) -> PledgeParty:
    """The place of the actor's agency in this pledge.

    Raises NotFoundError when the actor may not even know of the pledge, NotAllowedError when they represent no party.
    """
    party = _find_own_party(session, actor, pledge)
    if party is None or actor.role is not Role.REPRESENTATIVE:
        raise NotAllowedError(
            "not-a-party",
            "Chỉ đại diện của cơ quan tham gia giao ước được làm việc này. "
            "Liên hệ Thư ký Khối nếu cần thay đổi phân công.",
            "Only a representative of a party to the pledge may do this. Ask the coordinator about assignments.",
        )
    return party


def require_acting_party(session: Session, actor: Actor, pledge: Pledge) -> PledgeParty:
    """The same, and the actor is the one who speaks for the agency on this pledge. Raises NotAllowedError too."""
    party = require_party(session, actor, pledge)
    if party.person_id != actor.person_id:
        raise NotAllowedError(
            "another-acts",
            "Người khác đang đại diện cơ quan của Ông/Bà cho văn bản này. Liên hệ Thư ký Khối nếu cần đổi phân công.",
            "Somebody else acts for your agency on this pledge. Ask the coordinator if the assignment should change.",
        )
    return party


def require_existing(pledge: Pledge | None) -> Pledge:
    """The pledge itself. Raises NotFoundError when there is none."""
    if pledge is None:
        raise _not_found()
    return pledge


def require_revision(session: Session, pledge: Pledge, *, number: int, sha256: str) -> PledgeRevision:
    """The current revision, if it is the one the person read. Raises StaleTextError."""
    revision = session.execute(
        select(PledgeRevision).where(
            PledgeRevision.pledge_id == pledge.id, PledgeRevision.number == pledge.revision_number
        )
    ).scalar_one_or_none()
    if revision is None or revision.number != number or revision.sha256 != sha256:
        raise stale_text()
    return revision


def open_signing_of(session: Session, pledge: Pledge) -> Signing | None:
    """The signing of this pledge that is not void, if there is one."""
    query = select(Signing).where(Signing.pledge_id == pledge.id, Signing.voided_at.is_(None))
    return session.execute(query).scalar_one_or_none()


def lock_open_signing(session: Session, pledge: Pledge) -> Signing | None:
    """The same, with fresh values and its row locked (after the pledge's row, as everywhere)."""
    query = select(Signing).where(Signing.pledge_id == pledge.id, Signing.voided_at.is_(None)).with_for_update()
    return session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()


def stale_text() -> StaleTextError:
    """The text or the file is no longer the one the person opened."""
    return StaleTextError(
        "text-changed",
        "Văn bản đã thay đổi sau khi Ông/Bà mở. Xem phần thay đổi rồi quyết định lại; chưa có gì được ghi.",
        "The text changed since you opened it. Look at what changed and decide again; nothing was recorded.",
    )


def _find_own_party(session: Session, actor: Actor, pledge: Pledge) -> PledgeParty | None:
    person = session.get(Person, actor.person_id) if actor.person_id is not None else None
    if person is None or not person.active or person.role != actor.role.value:
        raise _not_found()
    party = _party_of_agency(session, pledge, person.agency_id)
    standing = Standing(
        role=actor.role,
        same_bloc=person.bloc_id == pledge.bloc_id,
        is_party=party is not None,
        state=State(pledge.state),
        was_submitted=pledge.revision_number >= 1,
    )
    if not may_see(standing):
        raise _not_found()
    return party


def _party_of_agency(session: Session, pledge: Pledge, agency_id: int | None) -> PledgeParty | None:
    if agency_id is None:
        return None
    query = select(PledgeParty).where(PledgeParty.pledge_id == pledge.id, PledgeParty.agency_id == agency_id)
    return session.execute(query).scalar_one_or_none()


def _not_found() -> NotFoundError:
    return NotFoundError(
        "pledge-not-found",
        "Không tìm thấy văn bản này. Kiểm tra lại đường dẫn hoặc mở từ mục Việc cần xử lý.",
        "No such pledge. Check the address, or open it from your task list.",
    )
