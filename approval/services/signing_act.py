"""One person's act of signing: everything checked that can be refused, before PIN, lease and PDF cost anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.adapters.clock import VIETNAM
from approval.domain.authority import authority_lines
from approval.domain.commands import SignPledge
from approval.domain.date_line import can_fall_in, render_date_line
from approval.domain.document import FieldBox
from approval.domain.errors import InvalidInputError, NotAllowedError, TransitionRefusedError
from approval.domain.pledge_text import DatePolicy, PledgeText
from approval.domain.signing_layout import SigningLayout
from approval.domain.states import Action, AuthorityKind, State
from approval.domain.transitions import find_transition
from approval.extensions import db, parts
from approval.models.agency import Agency
from approval.models.person import Person
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.models.signature import Signature
from approval.models.signature_picture import SignaturePicture
from approval.models.signing import Signing
from approval.models.signing_authority import SigningAuthority
from approval.services.already_done import already_done
from approval.services.signing_standing import (
    open_signing_of,
    require_existing,
    require_party,
    require_revision,
    stale_text,
)
from approval.services.stored_text import parse_stored_text
from approval.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class SigningAct:
    """Plain values of one act, free of the session. `picture` is a stored PNG, None for the default one."""

    signing_id: int
    party_id: int
    person_id: int
    box: FieldBox
    display_name: str
    agency_name: str
    authority_id: int
    authority_lines: tuple[str, ...]
    picture: bytes | None
    printed: PledgeText


def prepare_act(command: SignPledge) -> SigningAct:
    """Check the act against what is stored now and gather what it needs; reads only.

    Raises NotFoundError, NotAllowedError, AlreadyDoneError, TransitionRefusedError, StaleTextError, InvalidInputError.
    """
    session = db.session()
    pledge = require_existing(session.get(Pledge, command.pledge_id))
    party, signing = _check(session, command, pledge)
    authority = _check_authority(session, command)
    name, agency_name, picture = _describe_signer(session, command.actor.person_id, party)
    act = SigningAct(
        signing_id=signing.id,
        party_id=party.id,
        person_id=command.actor.person_id or 0,
        box=SigningLayout.from_json(signing.layout).signature_box(party.position),
        display_name=name,
        agency_name=agency_name,
        authority_id=authority.id,
        authority_lines=authority_lines(AuthorityKind(authority.kind), authority.position_title),
        picture=picture,
        printed=parse_stored_text(signing.printed_content),
    )
    refuse_unfitting_day(act.printed, parts().clock.now())
    return act


def confirm_act(uow: UnitOfWork, command: SignPledge, act: SigningAct) -> tuple[Pledge, Signing]:
    """The same checks again under the pledge's lock: between the two, minutes and other people may have passed.

    Raises what `prepare_act` raises.
    """
    pledge = uow.lock_pledge(command.pledge_id)
    _party, signing = _check(uow.session, command, pledge)
    if signing.id != act.signing_id:
        raise stale_text()
    uow.session.refresh(signing, with_for_update=True)
    _check_authority(uow.session, command)
    return pledge, signing


def refuse_unfitting_day(printed: PledgeText, moment: datetime) -> None:
    """A blank day is filled from the last signature, so nobody may sign on a day that the printed month cannot hold.

    Raises TransitionRefusedError.
    """
    day = moment.astimezone(VIETNAM).date()
    if printed.date_policy is DatePolicy.FIXED_AT_OPENING or can_fall_in(printed.date, day):
        return
    line = render_date_line(printed.place, printed.date)
    raise TransitionRefusedError(
        "date-cannot-fall",
        f"Văn bản ghi “{line}” nên hôm nay ({day:%d/%m/%Y}) không ký được. "
        "Đề nghị Thư ký Khối mở ký lại với ngày khác.",
        f"The document says “{line}”, so it cannot be signed today ({day.isoformat()}). "
        "Ask the coordinator to open signing again with another date.",
    )


def _check(session: Session, command: SignPledge, pledge: Pledge) -> tuple[PledgeParty, Signing]:
    party = require_party(session, command.actor, pledge)
    signing = open_signing_of(session, pledge)
    if signing is not None:
        _refuse_second_signature(session, signing, party, command)
    find_transition(State(pledge.state), Action.SIGN, command.actor.role)
    require_revision(session, pledge, number=command.revision_number, sha256=command.revision_sha256)
    if signing is None or signing.base_sha256 != command.document_sha256:
        raise stale_text()
    if not command.consent:
        raise InvalidInputError(
            "consent-missing",
            "Ông/Bà cần đánh dấu vào câu xác nhận đã đọc và đồng ý ký. Đánh dấu rồi bấm ký lại.",
            "Tick the sentence that you have read the document and agree to sign, then sign again.",
            field="consent",
        )
    return party, signing


def _refuse_second_signature(session: Session, signing: Signing, party: PledgeParty, command: SignPledge) -> None:
    query = select(Signature).where(Signature.signing_id == signing.id, Signature.party_id == party.id)
    signature = session.execute(query).scalar_one_or_none()
    if signature is None:
        return
    if signature.person_id == command.actor.person_id:
        raise already_done("already-signed", "ký văn bản này", "signed this document", done_at=signature.signed_at)
    moment = f"{signature.signed_at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"
    raise TransitionRefusedError(
        "agency-already-signed",
        f"Người khác đã ký thay mặt cơ quan của Ông/Bà lúc {moment}. Không cần ký thêm.",
        f"Somebody else signed for your agency at {moment} (Vietnam time). No further signature is needed.",
    )


def _check_authority(session: Session, command: SignPledge) -> SigningAuthority:
    """The recorded right of this person to sign for this agency, in force now. Raises NotAllowedError."""
    now = parts().clock.now()
    authority = session.get(SigningAuthority, command.authority_id, populate_existing=True)
    in_force = (
        authority is not None
        and authority.person_id == command.actor.person_id
        and authority.agency_id == _agency_of(session, command.actor.person_id)
        and authority.revoked_at is None
        and authority.valid_from <= now
        and (authority.valid_to is None or now < authority.valid_to)
    )
    if authority is None or not in_force:
        raise NotAllowedError(
            "authority-not-in-force",
            "Thẩm quyền ký đã chọn không còn hiệu lực hoặc không phải của Ông/Bà. "
            "Liên hệ Quản trị để cập nhật thẩm quyền.",
            "The chosen signing authority is not in force or not yours. Ask the administrator to update it.",
        )
    return authority


def _agency_of(session: Session, person_id: int | None) -> int | None:
    return session.execute(select(Person.agency_id).where(Person.id == person_id)).scalar_one_or_none()


def _describe_signer(session: Session, person_id: int | None, party: PledgeParty) -> tuple[str, str, bytes | None]:
    row = session.execute(
        select(Person.display_name, Agency.name, SignaturePicture.png)
        .select_from(Person)
        .join(Agency, Agency.id == party.agency_id)
        .outerjoin(SignaturePicture, SignaturePicture.person_id == Person.id)
        .where(Person.id == person_id)
    ).one()
    return row[0], row[1], row[2]
