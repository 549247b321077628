"""Two coordinators of one bloc and what their editors would send."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence

from flask import Flask
from sqlalchemy import select

from approval.domain.commands import Actor
from approval.domain.drafting_commands import DismissFinding, RestoreFinding, SaveWorkingCopy
from approval.domain.states import Role
from approval.extensions import db
from approval.models.draft_text import DraftText
from approval.models.working_copy import WorkingCopy
from approval.services.dismiss_finding import dismiss_finding
from approval.services.restore_finding import restore_finding
from tests.factories.review_house import import_draft
from tests.factories.signing_house import SigningHouse, add_person

SLIP = "5ca1ab1e" * 8
TYPED: Mapping[str, Sequence[str]] = {"title": ["TÊN ĐANG GÕ"], "clause": ["Một", ""]}


def second_coordinator(app: Flask, house: SigningHouse, name: str = "Thư ký thứ hai") -> Actor:
    """A colleague in the same bloc."""
    with app.app_context():
        actor = add_person(Role.COORDINATOR, house.bloc_id, name=name)
        db.session.commit()
        return actor


def autosave(
    actor: Actor, pledge_id: uuid.UUID, edit_number: int = 0, fields: Mapping[str, Sequence[str]] = TYPED
) -> SaveWorkingCopy:
    """What a tab's script would send."""
    return SaveWorkingCopy(actor, pledge_id, base_version=1, edit_number=edit_number, fields=fields)


def dismissal(actor: Actor, pledge_id: uuid.UUID, fingerprint: str = SLIP) -> DismissFinding:
    """Let one finding stand."""
    return DismissFinding(actor, pledge_id, "W01", "đầy mạnh", fingerprint)


def restoration(actor: Actor, pledge_id: uuid.UUID, fingerprint: str = SLIP) -> RestoreFinding:
    """Show it again."""
    return RestoreFinding(actor, pledge_id, fingerprint)


def dismiss_and_watch(app: Flask, house: SigningHouse) -> Callable[[], None]:
    """The call that lets a finding of a new draft stand."""
    pledge_id = import_draft(app, house)
    return lambda: dismiss_finding(dismissal(house.coordinator, pledge_id))


def restore_and_watch(app: Flask, house: SigningHouse) -> Callable[[], None]:
    """The call that shows it again."""
    pledge_id = import_draft(app, house)
    dismiss_finding(dismissal(house.coordinator, pledge_id))
    return lambda: restore_finding(restoration(house.coordinator, pledge_id))


def draft_texts(app: Flask, pledge_id: uuid.UUID) -> list[DraftText]:
    """The remembered texts, oldest first."""
    with app.app_context():
        query = select(DraftText).where(DraftText.pledge_id == pledge_id).order_by(DraftText.version)
        return list(db.session.scalars(query))


def working_copy(app: Flask, pledge_id: uuid.UUID, actor: Actor) -> WorkingCopy | None:
    """What is kept of this person's typing."""
    with app.app_context():
        return db.session.get(WorkingCopy, (pledge_id, actor.person_id))
