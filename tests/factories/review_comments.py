"""What people write during a round: comments, suggestions and answers as their pages would send them now."""

from __future__ import annotations

import json
import uuid

from flask import Flask

from approval.domain.anchors import Anchor, words_at
from approval.domain.commands import Actor
from approval.domain.pledge_text import PledgeText
from approval.domain.review_commands import AddComment, TakeSuggestion
from approval.services.add_comment import add_comment
from tests.factories.signing_house import SigningHouse, current_revision, stored_pledge

CLAUSE_1 = Anchor.parse("clause:1")
WHOLE = Anchor.parse("whole")


def comment_command(
    app: Flask, pledge_id: uuid.UUID, actor: Actor, body: str = "Nên nêu rõ chỉ tiêu.", *, anchor: Anchor = CLAUSE_1
) -> AddComment:
    """A remark on one part of the current revision."""
    with app.app_context():
        revision = current_revision(pledge_id)
        return AddComment(actor, pledge_id, revision.number, revision.sha256, anchor, body)


def suggestion_command(
    app: Flask,
    pledge_id: uuid.UUID,
    actor: Actor,
    *,
    quote: str,
    replacement: str,
    anchor: Anchor = CLAUSE_1,
) -> AddComment:
    """Other words for the first `quote` of a part of the current revision."""
    with app.app_context():
        revision = current_revision(pledge_id)
        words = words_at(PledgeText.from_dict(json.loads(revision.content)), anchor)
    return AddComment(
        actor,
        pledge_id,
        revision.number,
        revision.sha256,
        anchor,
        body="",
        quote_start=words.index(quote),
        quote=quote,
        replacement=replacement,
    )


def comment_by(app: Flask, pledge_id: uuid.UUID, actor: Actor, body: str = "Nên nêu rõ chỉ tiêu.") -> int:
    """This person comments on the first clause."""
    command = comment_command(app, pledge_id, actor, body)
    with app.app_context():
        return add_comment(command)


def suggest_by(
    app: Flask, pledge_id: uuid.UUID, actor: Actor, *, quote: str, replacement: str, anchor: Anchor = CLAUSE_1
) -> int:
    """This person suggests other words."""
    command = suggestion_command(app, pledge_id, actor, quote=quote, replacement=replacement, anchor=anchor)
    with app.app_context():
        return add_comment(command)


def take_command(app: Flask, house: SigningHouse, pledge_id: uuid.UUID, comment_id: int) -> TakeSuggestion:
    """What the coordinator's worklist would send now."""
    with app.app_context():
        return TakeSuggestion(house.coordinator, pledge_id, comment_id, stored_pledge(pledge_id).version)
