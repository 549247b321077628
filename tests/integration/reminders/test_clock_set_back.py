"""The clock is set back by an hour: no mail twice, none lost, none early, nothing waits for ever."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from sqlalchemy import select, update

from approval.domain.reminder_commands import NudgeParty, RetryOutbox
from approval.extensions import db
from approval.models.outbox_message import OutboxMessage
from approval.models.person import Person
from approval.services.claim_outbox import ClaimOutbox, claim_outbox
from approval.services.nudge_party import nudge_party
from approval.services.retry_outbox import retry_outbox
from tests.factories.history import require_sound_history
from tests.factories.reminder_acts import party_ids
from tests.factories.review_house import agree_by, make_review
from tests.integration.reminders.conftest import Desk
from tests.servers.smtp import Behaviour
from worker.relay_mail import LEASE, relay_mail

HOUR = timedelta(hours=1)


def look(desk: Desk) -> int:
    """Sweep and send; how many mails there are now."""
    with desk.app.app_context():
        relay_mail()
    return len(desk.sink.mails)


def live(desk: Desk, *, minutes: int) -> None:
    """A beat every other minute."""
    for _ in range(minutes // 2):
        look(desk)
        desk.clock.forward(minutes=2)


def copies(desk: Desk) -> set[int]:
    return set(Counter(str(mail["Message-ID"]) for mail in desk.sink.mails).values())


def test_reminders_of_this_morning_are_neither_repeated_nor_early_nor_lost(desk: Desk) -> None:
    desk.sink.clear()
    desk.to_morning(17)
    desk.sink.answers[str(representative(desk, 0))] = "451 later"
    assert look(desk) == 2
    desk.clock.moment -= HOUR
    desk.sink.answers.clear()
    live(desk, minutes=28)
    assert len(desk.sink.mails) == 2, "half past seven has not come again"
    live(desk, minutes=90)
    assert len(desk.sink.mails) == 3
    assert copies(desk) == {1}
    assert {mail["Date"].datetime.hour for mail in desk.sink.mails} == {8}
    agree_by(desk.app, desk.pledge_id, desk.house.representatives[0])
    with desk.app.app_context():
        require_sound_history()


def test_a_dead_workers_mail_and_a_rested_one_come_back_when_the_hour_is_over(desk: Desk) -> None:
    desk.sink.clear()
    make_review(desk.app, desk.house)
    with desk.app.app_context():
        claim_outbox(ClaimOutbox("mail", limit=1, lease=LEASE))
    desk.sink.behaviour = Behaviour.TEMPORARY
    for _ in range(8):
        look(desk)
        desk.clock.forward(seconds=61)
    desk.sink.behaviour = Behaviour.ACCEPT
    desk.clock.forward(seconds=-61)
    desk.clock.moment -= HOUR
    live(desk, minutes=66)
    assert len(desk.sink.mails) == 3
    assert copies(desk) == {1}


def test_nobody_has_to_wait_for_the_hour(desk: Desk) -> None:
    """Both kinds of waiting end by the administrator's button."""
    desk.sink.clear()
    make_review(desk.app, desk.house)
    with desk.app.app_context():
        claim_outbox(ClaimOutbox("mail", limit=1, lease=LEASE))
    desk.sink.behaviour = Behaviour.TEMPORARY
    look(desk)
    desk.sink.behaviour = Behaviour.ACCEPT
    desk.clock.moment -= HOUR
    with desk.app.app_context():
        open_rows = select(OutboxMessage.id).where(OutboxMessage.outcome.is_(None))
        for outbox_id in db.session.scalars(open_rows).all():
            retry_outbox(RetryOutbox(desk.house.administrator, outbox_id))
        # They were written an hour from now.
        db.session.execute(update(OutboxMessage).values(due_at=desk.clock.now()))
        db.session.commit()
    assert look(desk) == 3


def test_people_may_nudge_again_and_the_sweep_goes_on(desk: Desk) -> None:
    desk.sink.clear()
    desk.to_morning(16, hour=10)
    party_id = party_ids(desk.app, desk.pledge_id)[0]
    command = NudgeParty(desk.house.coordinator, desk.pledge_id, party_id)
    with desk.app.app_context():
        nudge_party(command)
    assert look(desk) == 1
    desk.clock.moment -= HOUR
    with desk.app.app_context():
        nudge_party(command)
    assert look(desk) == 2
    desk.to_morning(17)
    assert look(desk) == 5
    assert copies(desk) == {1}


def representative(desk: Desk, index: int) -> str:
    with desk.app.app_context():
        return str(db.session.get_one(Person, desk.house.representatives[index].person_id).email)
