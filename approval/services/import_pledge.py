"""Makes a draft from an uploaded file: Word, Markdown or plain text."""

from __future__ import annotations

import hashlib
import uuid

from approval.adapters.pledge_source import import_source
from approval.domain.audit_event import EventType
from approval.domain.commands import ImportPledge
from approval.domain.pledge_text_check import check_pledge_text
from approval.domain.states import State
from approval.services.new_draft import add_draft, require_drafter
from approval.services.pledge_parties import match_parties
from approval.services.unit_of_work import EventDraft, unit_of_work


def import_pledge(command: ImportPledge) -> uuid.UUID:
    """Store the draft and return its id.

    Raises InvalidInputError (also as NotAPledgeError) for a file that is no pledge or names an agency outside the
    bloc, NotAllowedError for anybody but the bloc's coordinator. Nothing is stored then.
    """
    imported = import_source(command.content)
    check_pledge_text(imported.text)
    with unit_of_work() as uow:
        require_drafter(uow.session, command.actor, command.bloc_id)
        matched = match_parties(uow.session, command.bloc_id, imported.text.parties)
        pledge = add_draft(
            uow, command.actor, bloc_id=command.bloc_id, text=imported.text, findings=imported.findings, matched=matched
        )
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
