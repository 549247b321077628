"""Everything one outbox mail says, read fresh when it is about to leave."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from approval.adapters.clock import VIETNAM
from approval.domain.date_line import DatePart, date_part_text
from approval.domain.states import Role
from approval.extensions import db, parts
from approval.models.agency import Agency
from approval.models.audit_event import AuditHead
from approval.models.bloc import Bloc
from approval.models.outbox_message import OutboxMessage
from approval.models.person import Person
from approval.models.pledge import Pledge
from approval.models.pledge_revision import PledgeRevision
from approval.models.signing import Signing
from approval.models.verdict import Verdict
from approval.queries.mail_answers import load_round_summary, load_told_answers
from approval.queries.mail_due import slot_of, why_not_due

_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
_GROUP = 4


@dataclass(frozen=True, slots=True)
class NoLongerDue:
    """The mail should be skipped; `reason` is ASCII, for the history."""

    reason: str


@dataclass(frozen=True, slots=True)
class MailContent:
    """One mail about to leave.

    `values` feeds the letter of `kind`; `attachment_sha256` names the finished file, `attachment_name` how to call it.
    """

    kind: str
    message_id: str
    thread_id: str
    recipient_name: str
    recipient_address: str
    values: Mapping[str, Any]
    attachment_sha256: str | None
    attachment_name: str


def load_mail_content(message_id: int) -> MailContent | NoLongerDue:
    """The content of outbox row `message_id` (a mail about a pledge), or why it need not be sent any more."""
    session = db.session
    message, pledge, bloc, person = session.execute(
        select(OutboxMessage, Pledge, Bloc, Person)
        .join(Pledge, Pledge.id == OutboxMessage.pledge_id)
        .join(Bloc, Bloc.id == Pledge.bloc_id)
        .join(Person, Person.id == OutboxMessage.person_id)
        .where(OutboxMessage.id == message_id)
    ).one()
    reason = why_not_due(session(), message, pledge, person)
    if reason is not None:
        return NoLongerDue(reason)
    mail_id = message.message_id or ""
    return MailContent(
        kind=message.kind,
        message_id=mail_id,
        thread_id=f"<pledge-{pledge.id}@{mail_id.rpartition('@')[2].rstrip('>')}>",
        recipient_name=person.display_name,
        recipient_address=person.email,
        values=_values(session(), message, pledge, bloc, person),
        attachment_sha256=pledge.final_sha256 if message.kind == "finished" else None,
        attachment_name=f"{_sentence_case(pledge.title)}.pdf",
    )


def _values(session: Session, message: OutboxMessage, pledge: Pledge, bloc: Bloc, person: Person) -> dict[str, Any]:
    slot = slot_of(message)
    deadline = pledge.signing_deadline if slot == "signing" else pledge.review_deadline
    facts = json.loads(message.facts)
    return {
        "bloc_name": bloc.name,
        "bloc_tag": bloc.short_name if bloc.short_name.startswith("Khối") else f"Khối thi đua {bloc.short_name}",
        "superior": bloc.superior,
        "title": _sentence_case(pledge.title),
        "round": message.round or pledge.round,
        "slot": slot,
        "urgent": message.kind in {"reminder-after", "declined", "cancelled"},
        "party_total": f"{pledge.party_count:02d}",
        "signed_count": f"{pledge.signed_count:02d}",
        "done_count": f"{_done(session, pledge, slot):02d}",
        "round_reason": _one_paragraph(pledge.round_reason),
        "reason": _one_paragraph(facts.get("reason") or pledge.cancel_reason or pledge.round_reason),
        "decliner": _agency_name(session, facts.get("agency_id")),
        "fingerprint": _groups(pledge.final_sha256 or ""),
        "revision_number": pledge.revision_number,
        "opened_fingerprint": _opened_fingerprint(session, pledge),
        "finished_at": _moment(pledge.finalised_at),
        "deadline": _moment(deadline),
        "deadline_weekday": _WEEKDAYS[deadline.astimezone(VIETNAM).weekday()] if deadline else "",
        "link": f"{parts().settings.public_base_url}/van-ban/{pledge.id}" + ("/ky" if slot == "signing" else ""),
        "receipt": _receipt(session),
        "answered_before": load_round_summary(session, pledge) if slot == "review" else "",
        **load_told_answers(session, message, facts),
        **_address(session, person),
        **_sender(session, pledge, bloc),
    }


def _opened_fingerprint(session: Session, pledge: Pledge) -> str:
    """The digest of the file opened for signing as the signing page writes it (`4CC7 B6E0 …`); "" when none is open."""
    opened = select(Signing.base_sha256).where(Signing.pledge_id == pledge.id, Signing.voided_at.is_(None))
    return _groups((session.scalar(opened) or "").upper())


def _done(session: Session, pledge: Pledge, slot: str) -> int:
    """How many parties have answered the current revision, or signed."""
    if slot == "signing":
        return pledge.signed_count
    count = (
        select(func.count())
        .select_from(Verdict)
        .join(PledgeRevision, PledgeRevision.id == Verdict.revision_id)
        .where(
            PledgeRevision.pledge_id == pledge.id,
            PledgeRevision.number == pledge.revision_number,
            Verdict.superseded_at.is_(None),
        )
    )
    return int(session.scalar(count) or 0)


def _address(session: Session, person: Person) -> dict[str, Any]:
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


def _agency_name(session: Session, agency_id: int | None) -> str:
    agency = session.get(Agency, agency_id) if agency_id is not None else None
    return agency.name if agency else ""


def _sender(session: Session, pledge: Pledge, bloc: Bloc) -> dict[str, str]:
    coordinator = session.get_one(Person, pledge.created_by)
    lead = session.get(Agency, bloc.lead_agency_id) if bloc.lead_agency_id else None
    line = f"{bloc.name}" if lead is None else f"{lead.name} (Khối trưởng), {bloc.name}"
    return {"sender_name": coordinator.display_name, "sender_line": line}


def _receipt(session: Session) -> str:
    """The history's three-line checkpoint: origin, size, root (base64), as in C2SP tlog-checkpoint."""
    head = session.execute(select(AuditHead.size, AuditHead.root).where(AuditHead.id == 1)).one()
    origin = urlsplit(parts().settings.public_base_url).netloc
    return f"{origin}/nhat-ky\n{head.size}\n{base64.b64encode(head.root).decode()}"


def _moment(moment: datetime | None) -> str:
    """The moment as people in Vietnam write it: 17:00 20/5/2024 (leading zeros after NĐ 30/2020, Phụ lục I)."""
    if moment is None:
        return ""
    local = moment.astimezone(VIETNAM)
    day, month = date_part_text(DatePart.DAY, local.day), date_part_text(DatePart.MONTH, local.month)
    return f"{local:%H:%M} {day}/{month}/{local.year}"


def _sentence_case(title: str) -> str:
    """Titles are set in capitals; running text is not."""
    return title.capitalize() if title.isupper() else title


def _one_paragraph(text: str) -> str:
    return " ".join(text.split())


def _groups(sha256: str) -> str:
    return " ".join(sha256[start : start + _GROUP] for start in range(0, len(sha256), _GROUP))
