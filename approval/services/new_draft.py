"""What every new draft has in common, whether it comes from a file or from an earlier pledge."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy.orm import Session

from approval.domain.commands import Actor
from approval.domain.errors import NotAllowedError
from approval.domain.pledge_text import PledgeText
from approval.domain.spoken_title import spoken_title
from approval.domain.states import Role, State
from approval.domain.text_findings import TextFinding
from approval.models.person import Person
from approval.models.pledge import Pledge
from approval.services.draft_texts import keep_draft_text
from approval.services.pledge_parties import MatchedParty, store_parties
from approval.services.unit_of_work import UnitOfWork


def require_drafter(session: Session, actor: Actor, bloc_id: int) -> None:
    """Raise NotAllowedError for anybody but the bloc's active coordinator."""
    person = session.get(Person, actor.person_id) if actor.person_id is not None else None
    if person is None or not person.active or person.role != Role.COORDINATOR or person.bloc_id != bloc_id:
        raise NotAllowedError(
            "coordinator-only",
            "Chỉ Thư ký Khối được lập văn bản cho Khối của mình. Liên hệ Thư ký Khối nếu cần.",
            "Only the bloc's coordinator drafts its pledges. Ask the coordinator if needed.",
        )


def add_draft(
    uow: UnitOfWork,
    actor: Actor,
    *,
    bloc_id: int,
    text: PledgeText,
    findings: Sequence[TextFinding],
    matched: Sequence[MatchedParty],
) -> Pledge:
    """A pledge in state `draft` with its parties, flushed; `findings` are shown with the draft."""
    pledge = Pledge(
        id=uuid.uuid4(),
        bloc_id=bloc_id,
        title=spoken_title(text.title, text),
        subject=text.subject,
        state=State.DRAFT.value,
        party_count=len(matched),
        draft_content=text.canonical_bytes(),
        draft_sha256=text.sha256(),
        draft_saved_at=uow.now,
        import_findings=json.dumps([asdict(finding) for finding in findings], ensure_ascii=False),
        created_by=actor.person_id,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(pledge)
    uow.session.flush()
    store_parties(uow, pledge, matched)
    keep_draft_text(uow, pledge, actor.person_id)
    return pledge
