"""Words that all letters share: who writes to whom, moments, titles, digests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from approval.adapters.clock import VIETNAM
from approval.domain.date_line import DatePart, date_part_text
from approval.domain.states import Role
from approval.extensions import parts
from approval.models.agency import Agency
from approval.models.bloc import Bloc
from approval.models.outbox_message import OutboxMessage
from approval.models.person import Person
from approval.models.pledge import Pledge
from approval.models.pledge_revision import PledgeRevision
from approval.models.verdict import Verdict

# Inside a sentence (NĐ 30/2020, Phụ lục II: "thứ Hai").
_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_ADDRESSES = ("Ông ", "Bà ", "Ông/Bà ", "Đồng chí ", "Đ/c ")
_GROUP = 4
# Built once: building takes longer than asking, and a relay asks for each mail.
_ANSWERS = (
    select(func.count())
    .select_from(Verdict)
    .join(PledgeRevision, PledgeRevision.id == Verdict.revision_id)
    .where(
        PledgeRevision.pledge_id == bindparam("pledge"),
        PledgeRevision.number == bindparam("revision"),
        Verdict.superseded_at.is_(None),
    )
)


def done_count(session: Session, pledge: Pledge, slot: str) -> int:
    """How many parties have answered the current revision, or signed."""
    if slot == "signing":
        return pledge.signed_count
    asked = {"pledge": pledge.id, "revision": pledge.revision_number}
    return int(session.scalar(_ANSWERS, asked) or 0)


def form_of_address(session: Session, person: Person) -> dict[str, Any]:
    """Form of address: an agency through its leaders, everybody else by their office."""
    agency = session.get(Agency, person.agency_id) if person.role == Role.REPRESENTATIVE and person.agency_id else None
    if agency is None:
        salutation, you = person.display_name, "Ông/Bà"
    else:
        salutation = f"Lãnh đạo {agency.name}"
        you = "Quý Sở" if agency.name.startswith("Sở ") else "Quý Cơ quan"
    return {
        "salutation": salutation,
        "you": you,
        "is_party": agency is not None,
        "for_coordinator": person.role == Role.COORDINATOR,
    }


def personal_address(session: Session, person: Person) -> dict[str, Any]:
    """Form of address in letters about the person, not the agency."""
    agency = agency_name(session, person.agency_id)
    name = respectful(person.display_name)
    return {"salutation": f"{name}, {agency}" if agency else name, "you": "Ông/Bà"}


def person_name(session: Session, person_id: int | None) -> str:
    """The name of a person; "" for none."""
    person = session.get(Person, person_id) if person_id is not None else None
    return person.display_name if person else ""


def respectful(name: str) -> str:
    """A person's name as a letter begins with it: not without a form of address."""
    return name if name.startswith(_ADDRESSES) else f"Ông/Bà {name}"


def agency_name(session: Session, agency_id: int | None) -> str:
    """The name of an agency; "" for none."""
    agency = session.get(Agency, agency_id) if agency_id is not None else None
    return agency.name if agency else ""


def sender_values(session: Session, pledge: Pledge, bloc: Bloc) -> dict[str, str]:
    """Who signs a letter: the coordinator, and the office."""
    coordinator = session.get_one(Person, pledge.created_by)
    lead = session.get(Agency, bloc.lead_agency_id) if bloc.lead_agency_id else None
    line = f"{bloc.name}" if lead is None else f"{lead.name} (Khối trưởng), {bloc.name}"
    return {"sender_name": coordinator.display_name, "sender_line": line}


def moment_text(moment: datetime | None) -> str:
    """The moment as people in Vietnam write it: 17:00 20/5/2024 (leading zeros after NĐ 30/2020, Phụ lục I)."""
    if moment is None:
        return ""
    local = moment.astimezone(VIETNAM)
    day, month = date_part_text(DatePart.DAY, local.day), date_part_text(DatePart.MONTH, local.month)
    return f"{local:%H:%M} {day}/{month}/{local.year}"


def one_paragraph(text: str) -> str:
    """The words without line breaks."""
    return " ".join(text.split())


def digest_groups(sha256: str) -> str:
    """A digest in groups of four."""
    return " ".join(sha256[start : start + _GROUP] for start in range(0, len(sha256), _GROUP))


def bloc_tag(bloc: Bloc) -> str:
    """What every subject begins with, so that a mailbox can sort by it."""
    return bloc.short_name if bloc.short_name.startswith("Khối") else f"Khối thi đua {bloc.short_name}"


def deadline_weekday(deadline: datetime | None) -> str:
    """The day of the week in words."""
    return _WEEKDAYS[deadline.astimezone(VIETNAM).weekday()] if deadline else ""


def opening_mark(link: str, message: OutboxMessage) -> str:
    """The link with the mail's own mark, by which the person it was sent to is seen to have opened it; "" stays "".

    The mark opens nothing and stands for nobody: it is the first part of the Message-ID.
    """
    mark = (message.message_id or "").lstrip("<").partition("@")[0]
    return f"{link}?thu={mark}" if link and mark else link


def link_to(pledge: Pledge, slot: str) -> str:
    """The page where what is asked for is done; it asks for login and does nothing by itself."""
    return f"{parts().settings.public_base_url}/van-ban/{pledge.id}" + ("/ky" if slot == "signing" else "")
