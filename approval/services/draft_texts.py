"""Writes the working text of a pledge and remembers every text it has had."""

from __future__ import annotations

from approval.domain.pledge_text import PledgeText
from approval.domain.spoken_title import spoken_title
from approval.models.draft_text import DraftText
from approval.models.pledge import Pledge
from approval.services.pledge_parties import match_parties, update_parties
from approval.services.unit_of_work import UnitOfWork


def write_draft_text(uow: UnitOfWork, pledge: Pledge, text: PledgeText) -> None:
    """Make `text`, already checked, the draft. Raises InvalidInputError for agencies that cannot be its parties."""
    update_parties(uow, pledge, match_parties(uow.session, pledge.bloc_id, text.parties))
    pledge.title = spoken_title(text.title, text)
    pledge.subject = text.subject
    pledge.draft_content = text.canonical_bytes()
    pledge.draft_sha256 = text.sha256()
    pledge.draft_saved_at = uow.now


def keep_draft_text(uow: UnitOfWork, pledge: Pledge, person_id: int | None) -> None:
    """Remember the draft as it stands from this version on; to be called once the version has risen.

    Two editors who opened an earlier version are later merged on the text that both saw.
    """
    uow.session.add(
        DraftText(
            pledge_id=pledge.id,
            version=pledge.version,
            content=pledge.draft_content,
            sha256=pledge.draft_sha256,
            saved_by=person_id,
            saved_at=uow.now,
        )
    )
