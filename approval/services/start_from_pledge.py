"""Starts a later year's draft from a pledge of the same bloc."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.adapters.clock import VIETNAM
from approval.domain.audit_event import EventType
from approval.domain.commands import StartFromPledge
from approval.domain.draft_findings import as_remarks
from approval.domain.errors import DraftAlreadyStartedError, TransitionRefusedError
from approval.domain.next_year import next_year
from approval.domain.pledge_text import PledgeText
from approval.domain.pledge_text_check import check_pledge_text
from approval.domain.states import State
from approval.domain.year_move import pledge_year, year_move
from approval.models.agency import Agency
from approval.models.audit_event import AuditEvent
from approval.models.bloc import BlocMember
from approval.models.pledge import Pledge
from approval.models.pledge_revision import PledgeRevision
from approval.services.already_done import already_done
from approval.services.new_draft import add_draft, require_drafter
from approval.services.pledge_parties import match_parties
from approval.services.signing_standing import open_signing_of, require_coordinator_sight
from approval.services.unit_of_work import EventDraft, unit_of_work


@dataclass(frozen=True, slots=True)
class _Source:
    text: PledgeText
    sha256: str


def start_from_pledge(command: StartFromPledge) -> uuid.UUID:
    """Store the new draft and return its id; the source is only read.

    Raises NotFoundError and NotAllowedError (not this bloc's coordinator), TransitionRefusedError for a source that was
    never sent out, InvalidInputError for the year or when a member of the bloc has nobody to act for it,
    DraftAlreadyStartedError when the same start has left a draft nobody has touched since.
    """
    with unit_of_work() as uow:
        # The lock lets the second of two clicks see the draft of the first.
        pledge = uow.lock_pledge(command.pledge_id)
        require_coordinator_sight(uow.session, command.actor, pledge)
        require_drafter(uow.session, command.actor, pledge.bloc_id)
        source = _source(uow.session, pledge)
        old = pledge_year(source.text) or pledge.created_at.astimezone(VIETNAM).year
        move = year_move(old=old, new=command.year)
        _refuse_second_click(uow.session, command, pledge)
        started = next_year(source.text, move, _members(uow.session, pledge.bloc_id))
        check_pledge_text(started.text)
        remarks = as_remarks(started.findings, started.text)
        matched = match_parties(uow.session, pledge.bloc_id, started.text.parties)
        draft = add_draft(
            uow, command.actor, bloc_id=pledge.bloc_id, text=started.text, findings=remarks, matched=matched
        )
        uow.record(
            EventDraft(
                type=EventType.DRAFT_STARTED,
                actor=command.actor,
                pledge=draft,
                state_to=State.DRAFT,
                doc_sha256=draft.draft_sha256,
                data={
                    "agencies": [party.agency_id for party in matched],
                    "findings": len(remarks),
                    "source": str(pledge.id),
                    "source_sha256": source.sha256,
                    "year": move.new,
                },
            )
        )
        return draft.id


def _source(session: Session, pledge: Pledge) -> _Source:
    """What was printed for signing, else the current revision; `sha256` is of that text."""
    signing = open_signing_of(session, pledge)
    content = signing.printed_content if signing else _revision_content(session, pledge)
    text = PledgeText.from_dict(json.loads(content))
    return _Source(text, text.sha256())


def _revision_content(session: Session, pledge: Pledge) -> bytes:
    content = session.scalar(
        select(PledgeRevision.content).where(
            PledgeRevision.pledge_id == pledge.id, PledgeRevision.number == pledge.revision_number
        )
    )
    if content is None:
        raise TransitionRefusedError(
            "source-never-sent",
            "Dự thảo này chưa gửi lấy ý kiến lần nào nên chưa dùng làm gốc được. "
            "Sửa ngay trong dự thảo này, hoặc chọn một văn bản đã gửi các cơ quan.",
            "This draft was never sent out, so it cannot serve as a source. "
            "Edit it as it is, or choose a pledge that the agencies have seen.",
        )
    return content


def _members(session: Session, bloc_id: int) -> Sequence[str]:
    query = (
        select(Agency.name)
        .join(BlocMember, BlocMember.agency_id == Agency.id)
        .where(BlocMember.bloc_id == bloc_id)
        .order_by(BlocMember.position)
    )
    return session.scalars(query).all()


def _refuse_second_click(session: Session, command: StartFromPledge, source: Pledge) -> None:
    """Only drafts nobody has saved since are asked what their first event says."""
    untouched = session.execute(
        select(Pledge.id, Pledge.created_at).where(
            Pledge.bloc_id == source.bloc_id,
            Pledge.created_by == command.actor.person_id,
            Pledge.state == State.DRAFT.value,
            Pledge.version == 1,
        )
    )
    created = {str(row.id): row for row in untouched}
    payloads = session.scalars(
        select(AuditEvent.payload).where(
            AuditEvent.pledge_ref.in_(created),
            AuditEvent.pledge_seq == 0,
            AuditEvent.type == EventType.DRAFT_STARTED.value,
        )
    )
    for payload in map(json.loads, payloads):
        if (payload["data"]["source"], payload["data"]["year"]) == (str(source.id), command.year):
            draft = created[payload["pledge"]]
            raise _already_started(draft.id, draft.created_at, command.year)


def _already_started(pledge_id: uuid.UUID, started_at: datetime, year: int) -> DraftAlreadyStartedError:
    answer = already_done("", f"soạn dự thảo năm {year} từ văn bản này", "started this draft", done_at=started_at)
    return DraftAlreadyStartedError(
        "draft-already-started", answer.vi, answer.en, done_at=started_at, pledge_id=pledge_id
    )
