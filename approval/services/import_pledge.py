"""Makes a draft from an uploaded file."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy.orm import Session

from approval.domain.audit_event import EventType
from approval.domain.commands import Actor, ImportPledge
from approval.domain.errors import NotAllowedError
from approval.domain.import_text import import_pledge as read_pledge
from approval.domain.pledge_text import PledgeText
from approval.domain.pledge_text_check import check_pledge_text
from approval.domain.states import Role, State
from approval.domain.text_findings import TextFinding
from approval.models.person import Person
from approval.models.pledge import Pledge
from approval.services.draft_texts import keep_draft_text
from approval.services.pledge_parties import MatchedParty, match_parties, store_parties
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work


def import_pledge(command: ImportPledge) -> uuid.UUID:
    """Store the draft and return its id.

    Raises InvalidInputError (also as NotAPledgeError) for a file that is no pledge or names an agency outside the
    bloc, NotAllowedError for anybody but the bloc's coordinator. Nothing is stored then.
    """
    imported = read_pledge(command.content)
    check_pledge_text(imported.text)
    with unit_of_work() as uow:
        _require_drafter(uow.session, command.actor, command.bloc_id)
        matched = match_parties(uow.session, command.bloc_id, imported.text.parties)
        pledge = _add_pledge(uow, command, imported.text, imported.findings, matched)
        uow.record(
            EventDraft(
                type=EventType.DRAFT_IMPORTED,
                actor=command.actor,
                pledge=pledge,
                state_to=State.DRAFT,
                doc_sha256=pledge.draft_sha256,
                data={
                    "agencies": [party.agency_id for party in matched],
                    "findings": len(imported.findings),
                    "source_sha256": hashlib.sha256(command.content).hexdigest(),
                },
            )
        )
        return pledge.id


def _require_drafter(session: Session, actor: Actor, bloc_id: int) -> None:
    person = session.get(Person, actor.person_id) if actor.person_id is not None else None
    if person is None or not person.active or person.role != Role.COORDINATOR or person.bloc_id != bloc_id:
        raise NotAllowedError(
            "coordinator-only",
            "Chỉ Thư ký Khối được lập văn bản cho Khối của mình. Liên hệ Thư ký Khối nếu cần.",
            "Only the bloc's coordinator drafts its pledges. Ask the coordinator if needed.",
        )


def _add_pledge(
    uow: UnitOfWork,
    command: ImportPledge,
    text: PledgeText,
    findings: Sequence[TextFinding],
    matched: Sequence[MatchedParty],
) -> Pledge:
    pledge = Pledge(
        id=uuid.uuid4(),
        bloc_id=command.bloc_id,
        title=text.title,
        subject=text.subject,
        state=State.DRAFT.value,
        party_count=len(matched),
        draft_content=text.canonical_bytes(),
        draft_sha256=text.sha256(),
        draft_saved_at=uow.now,
        import_findings=json.dumps([asdict(finding) for finding in findings], ensure_ascii=False),
        created_by=command.actor.person_id,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(pledge)
    uow.session.flush()
    store_parties(uow, pledge, matched)
    keep_draft_text(uow, pledge, command.actor.person_id)
    return pledge
