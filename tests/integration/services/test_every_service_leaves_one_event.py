"""Every service that changes something is found in the source, run for real, and leaves exactly its one event."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from sqlalchemy import select

import approval.services
from approval.domain.drafting_commands import DiscardWorkingCopy
from approval.domain.reminder_commands import RetryOutbox
from approval.extensions import db
from approval.models.audit_event import AuditEvent
from approval.models.outbox_message import OutboxMessage
from approval.models.signing import Signing
from approval.services.beat_heart import beat_heart
from approval.services.close_outbox import CloseOutbox, close_outbox
from approval.services.discard_working_copy import discard_working_copy
from approval.services.mail_due_reminders import mail_due_reminders
from approval.services.put_back_outbox import PutBackOutbox, put_back_outbox
from approval.services.record_checkpoint import RecordCheckpoint, record_checkpoint
from approval.services.record_cosignature import RecordCosignature, record_cosignature
from approval.services.record_token import RecordToken, record_token
from approval.services.retry_outbox import retry_outbox
from approval.services.save_working_copy import save_working_copy
from approval.services.signing_lease import signing_lease
from approval.services.skip_reminders import SkipReminders, skip_reminders
from approval.services.take_mail import take_mail
from approval.services.taken_mail import TakeMail
from approval.services.touch_session import touch_session
from approval.services.unlock_signing_key import unlocked_signing_key
from tests.factories.draft_desk import autosave
from tests.factories.history import events, require_sound_history
from tests.factories.review_house import import_draft
from tests.factories.service_story import STORY, Story, open_session
from tests.factories.signing_house import MAY_15, PIN, MovingClock, make_house, make_open_pledge, sign_by, stored_pledge
from tests.servers.fixtures import AppFactory
from worker.mail_reading import read_mail
from worker.relay_mail import LEASE

SERVICES = Path(approval.services.__path__[0])

# What is no part of the history, and why.
HOUSEKEEPING: dict[str, str] = {
    "beat_heart": "that the background is alive is no act",
    "claim_outbox": "a lease says who works on a row, not what happened",
    "close_outbox": "the finalisation it closes has left its own event",
    "discard_working_copy": "what was typed and never saved has changed nothing",
    "mail_due_reminders": "putting what is due into a mail is a step of work; sending or skipping is the event",
    "put_back_outbox": "a delivery error is a state of work; sending or skipping is the event",
    "record_checkpoint": "a signed head is about the history; an event for each would have to be signed again",
    "record_cosignature": "what a witness signs is about the history, see record_checkpoint",
    "record_opening": "coming by a link is no act",
    "record_token": "a stamp is about a signed head, see record_checkpoint",
    "retry_outbox": "ending a pause early changes when work is tried, not what is done",
    "save_working_copy": "what is typed is no change of the draft; saving it is the event",
    "signing_lease": "a lease orders writers; the signature is the event",
    "skip_reminders": "the mail that carried them is sent or skipped, which is the event",
    "take_mail": "that a mail is on its way is a state of work; what became of it is the event",
    "touch_session": "last seen at most once a minute is no act",
    "unlock_signing_key": "counting an attempt before it is judged; the refusal is an event of its own",
}


@pytest.fixture
def story(app_factory: AppFactory, sqlite_url: str) -> Story:
    app = app_factory(database_url=sqlite_url, clock=MovingClock(MAY_15))
    return Story(app, make_house(app))


def opening(word: str) -> set[str]:
    """Service files that call `word()`: the only two ways to a commit."""
    found = set()
    for path in SERVICES.glob("*.py"):
        calls = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))
        if any(isinstance(call.func, ast.Name) and call.func.id == word for call in calls):
            found.add(path.stem)
    return found


def test_every_changing_service_is_in_the_story_and_every_other_has_a_reason() -> None:
    assert opening("unit_of_work") == {service for service, _event, _act in STORY}
    assert opening("housekeeping") == set(HOUSEKEEPING)


def test_each_service_leaves_exactly_its_one_event(story: Story) -> None:
    with story.app.app_context():
        for service, event, act in STORY:
            before = len(events())
            watched = act(story)
            if callable(watched):
                # Not the snapshot from before the preparations.
                db.session.rollback()
                before = len(events())
                watched()
            db.session.rollback()
            assert [entry["type"] for entry in events()[before:]] == [event], service
        require_sound_history()


def test_housekeeping_leaves_no_event(story: Story) -> None:
    with story.app.app_context():
        draft_id = import_draft(story.app, story.house)
        pledge_id = make_open_pledge(story.app, story.house)
        sign_by(story.app, pledge_id, *story.house.representatives)
        open_session(story)
        signing_id = db.session.scalars(select(Signing.id)).one()
        before = len(events())
        save_working_copy(autosave(story.house.coordinator, draft_id))
        discard_working_copy(DiscardWorkingCopy(story.house.coordinator, draft_id))
        touch_session(story.token)
        with signing_lease(signing_id):
            pass
        with unlocked_signing_key(story.house.representatives[0], PIN):
            pass
        beat_heart("relay")
        root = db.session.get_one(AuditEvent, 1).prev_root
        for _ in range(2):
            record_checkpoint(RecordCheckpoint(1, root, b"note"))
            record_cosignature(RecordCosignature(1, "so-noi-vu.example", "line"))
            record_token(RecordToken(1, b"token"))
        mail_due_reminders(10)
        claim = story.claimed("mail")
        skip_reminders(SkipReminders(*claim, ()))
        take_mail(TakeMail(LEASE, read_mail))
        put_back_outbox(PutBackOutbox(*claim, "refused"))
        retry_outbox(RetryOutbox(story.house.administrator, claim[0]))
        close_outbox(CloseOutbox(*story.claimed("finalise")))
        db.session.rollback()
        assert len(events()) == before
        assert (
            db.session.scalars(select(OutboxMessage.outcome).where(OutboxMessage.topic == "finalise")).one() == "done"
        )
        assert stored_pledge(pledge_id).state == "finalising"
