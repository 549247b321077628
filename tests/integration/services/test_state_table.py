"""The whole table through the real services: every state × action × role is either the table's move or no change."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from approval.domain.access import Standing, may_see
from approval.domain.commands import (
    SYSTEM_ACTOR,
    Actor,
    CancelPledge,
    DeclineToSign,
    FinalisePledge,
    GiveVerdict,
    OpenSigning,
    RevisePledge,
    SaveDraft,
    SignPledge,
    SubmitForReview,
)
from approval.domain.errors import AlreadyDoneError, NotAllowedError, NotFoundError, PledgeError, TransitionRefusedError
from approval.domain.pledge_text import DateLine, DatePolicy, PledgeText
from approval.domain.review_commands import AddComment, AnswerComment, ReplyToComment
from approval.domain.states import Action, AnswerKind, Role, State, VerdictKind
from approval.domain.transitions import TRANSITIONS
from approval.extensions import db, parts
from approval.models.comment import Comment
from approval.models.pledge import Pledge
from approval.models.pledge_revision import PledgeRevision
from approval.models.signing import Signing
from approval.models.signing_authority import SigningAuthority
from approval.services.add_comment import add_comment
from approval.services.answer_comment import answer_comment
from approval.services.cancel_pledge import cancel_pledge
from approval.services.decline_to_sign import decline_to_sign
from approval.services.finalise_pledge import finalise_pledge
from approval.services.give_verdict import give_verdict
from approval.services.open_signing import open_signing
from approval.services.reply_to_comment import reply_to_comment
from approval.services.revise_pledge import revise_pledge
from approval.services.save_draft import save_draft
from approval.services.sign_pledge import sign_pledge
from approval.services.submit_for_review import submit_for_review
from tests.factories.history import events, require_sound_history
from tests.factories.life_of_a_pledge import Life, live
from tests.factories.review_comments import CLAUSE_1
from tests.factories.review_house import reworded
from tests.factories.signing_house import PIN, SigningHouse, stored_pledge
from tests.servers.databases import close

# The two that only follow from others: the last verdict, the last signature.
CONSEQUENCES = {Action.AGREEMENT_REACHED, Action.ALL_SIGNED}
ACTIONS = [action for action in Action if action not in CONSEQUENCES]
ROWS = {(row.source, row.action): row for row in TRANSITIONS}
ALLOWED = [
    (row.source, row.action, role)
    for row in TRANSITIONS
    if row.action not in CONSEQUENCES
    for role in sorted(row.roles)
]

# Who asks for what they did themselves is told so, not scolded.
DONE_BY = {
    (Action.OPEN_SIGNING, Role.COORDINATOR): {State.SIGNING, State.FINALISING, State.FINALISED},
    (Action.SIGN, Role.REPRESENTATIVE): {State.FINALISING, State.FINALISED},
}

NO_HASH = "0" * 64


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Life:
    return live(tmp_path_factory.mktemp("life"), migrated_sqlite)


@pytest.fixture
def stage(life: Life, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[State], Flask]]:
    opened: list[Flask] = []

    def open_stage(state: State) -> Flask:
        opened.append(life.app(state, tmp_path.name))
        return opened[-1]

    yield open_stage
    for app in opened:
        close(app)


def actor_of(house: SigningHouse, role: Role) -> Actor:
    return {
        Role.COORDINATOR: house.coordinator,
        Role.REPRESENTATIVE: house.representatives[0],
        Role.OBSERVER: house.observer,
        Role.ADMINISTRATOR: house.administrator,
        Role.SYSTEM: SYSTEM_ACTOR,
    }[role]


def perform(pledge: Pledge, action: Action, actor: Actor) -> None:
    """What a page of this person would send for this action, with everything else right."""
    revision = db.session.scalars(
        select(PledgeRevision).where(PledgeRevision.pledge_id == pledge.id).order_by(PledgeRevision.number.desc())
    ).first()
    number, sha256 = (revision.number, revision.sha256) if revision else (0, NO_HASH)
    soon = parts().clock.now() + timedelta(days=3)
    match action:
        case Action.SAVE_DRAFT:
            text = reworded(PledgeText.from_dict(json.loads(pledge.draft_content)), "Nội dung mới.")
            save_draft(SaveDraft(actor, pledge.id, pledge.version, text))
        case Action.SUBMIT_FOR_REVIEW:
            submit_for_review(SubmitForReview(actor, pledge.id, pledge.version, soon))
        case Action.GIVE_VERDICT:
            kind, comment = VerdictKind.REQUEST_CHANGES, "Đề nghị sửa khoản 1."
            give_verdict(GiveVerdict(actor, pledge.id, number, sha256, kind, comment))
        case Action.REVISE:
            revise_pledge(RevisePledge(actor, pledge.id, pledge.version, "Sửa lỗi."))
        case Action.OPEN_SIGNING:
            policy = DatePolicy.FILLED_AT_FINALISATION
            open_signing(OpenSigning(actor, pledge.id, number, sha256, DateLine(None, 5, 2024), policy, soon))
        case Action.SIGN:
            base, authority = _signing_facts(pledge.id, actor)
            sign_pledge(SignPledge(actor, pledge.id, number, sha256, base, authority, PIN, consent=True))
        case Action.DECLINE_TO_SIGN:
            decline_to_sign(DeclineToSign(actor, pledge.id, number, sha256, "Sai chỉ tiêu."))
        case Action.FINALISE:
            finalise_pledge(FinalisePledge(pledge.id))
        case Action.CANCEL:
            cancel_pledge(CancelPledge(actor, pledge.id, pledge.version, "Không ký nữa."))
        case _:
            _discuss(pledge, action, actor, (number, sha256))


def _discuss(pledge: Pledge, action: Action, actor: Actor, revision: tuple[int, str]) -> None:
    comment = db.session.scalars(select(Comment.id).where(Comment.pledge_id == pledge.id)).first() or 0
    match action:
        case Action.ADD_COMMENT:
            add_comment(AddComment(actor, pledge.id, *revision, CLAUSE_1, "Nên nêu rõ chỉ tiêu."))
        case Action.REPLY_TO_COMMENT:
            reply_to_comment(ReplyToComment(actor, pledge.id, comment, "Xin nói rõ thêm."))
        case Action.ANSWER_COMMENT:
            answer_comment(AnswerComment(actor, pledge.id, comment, AnswerKind.PARTLY_ACCEPTED, "Nêu ở khoản 2."))
        case _:
            raise LookupError(action)


def _signing_facts(pledge_id: uuid.UUID, actor: Actor) -> tuple[str, int]:
    base = db.session.scalars(select(Signing.base_sha256).where(Signing.pledge_id == pledge_id)).first()
    authority = db.session.scalars(
        select(SigningAuthority.id).where(SigningAuthority.person_id == actor.person_id)
    ).first()
    return base or NO_HASH, authority or 0


def snapshot(pledge_id: uuid.UUID) -> tuple[object, ...]:
    """Everything a refused act must leave alone."""
    db.session.rollback()
    pledge = stored_pledge(pledge_id)
    row = tuple(getattr(pledge, column.key) for column in Pledge.__table__.columns)
    db.session.rollback()
    return (*row, len(events()))


def expected_refusal(state: State, action: Action, role: Role) -> set[type[PledgeError]]:
    """Nobody learns of a pledge they may not see; then the state speaks, then the role (in either order)."""
    standing = Standing(
        role=role,
        same_bloc=role in {Role.COORDINATOR, Role.REPRESENTATIVE, Role.OBSERVER},
        is_party=role is Role.REPRESENTATIVE,
        state=state,
        was_submitted=state is not State.CANCELLED,
    )
    if role is Role.SYSTEM or not may_see(standing):
        return {NotFoundError}
    if (action, role) in DONE_BY and state in DONE_BY[action, role]:
        return {AlreadyDoneError}
    row = ROWS.get((state, action))
    if row is None:
        return {TransitionRefusedError, NotAllowedError}
    return {NotAllowedError}


@pytest.mark.parametrize("state", list(State))
def test_what_the_table_does_not_hold_changes_nothing(
    life: Life, stage: Callable[[State], Flask], state: State
) -> None:
    app, pledge_id = stage(state), life.stages[state].pledge_id
    tried = 0
    for action in ACTIONS:
        for role in Role:
            if (state, action, role) in ALLOWED or (action is Action.FINALISE and role is not Role.SYSTEM):
                continue
            with app.app_context():
                before = snapshot(pledge_id)
                refusal = _refusal(pledge_id, action, actor_of(life.house, role))
                if action is Action.FINALISE:
                    assert refusal is None, "a worker that comes too early or too late goes away quietly"
                else:
                    assert type(refusal) in expected_refusal(state, action, role), (state, action, role, refusal)
                assert snapshot(pledge_id) == before
            tried += 1
    # Of finalising only the worker was tried.
    allowed = sum(row[0] is state for row in ALLOWED)
    assert tried == len(ACTIONS) * len(Role) - allowed - (len(Role) - 1)
    with app.app_context():
        require_sound_history()


def _refusal(pledge_id: uuid.UUID, action: Action, actor: Actor) -> PledgeError | None:
    try:
        perform(stored_pledge(pledge_id), action, actor)
    except PledgeError as refusal:
        return refusal
    return None


@pytest.mark.parametrize(("state", "action", "role"), ALLOWED, ids=str)
def test_every_row_of_the_table_is_taken_with_one_event(
    life: Life, stage: Callable[[State], Flask], state: State, action: Action, role: Role
) -> None:
    app, pledge_id = stage(state), life.stages[state].pledge_id
    with app.app_context():
        before = len(events())
        perform(stored_pledge(pledge_id), action, actor_of(life.house, role))
        db.session.rollback()
        pledge = stored_pledge(pledge_id)
        assert pledge.state == ROWS[state, action].target
        told = events()[before:]
        assert len(told) == 1
        assert (told[0]["obj"]["state_from"], told[0]["obj"]["state_to"]) == (state, ROWS[state, action].target)
        assert told[0]["actor"].split(":")[0] == role
        require_sound_history()
