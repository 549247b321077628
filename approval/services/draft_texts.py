"""Remembers every text a draft has had."""

from __future__ import annotations

from approval.models.draft_text import DraftText
from approval.models.pledge import Pledge
from approval.services.unit_of_work import UnitOfWork


def keep_draft_text(uow: UnitOfWork, pledge: Pledge, person_id: int) -> None:
    """Note the working text under the pledge's present version: call it after the version has risen."""
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
