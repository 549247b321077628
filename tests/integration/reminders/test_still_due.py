"""What happens between the sweep and the sending: the mail stays away, and the row says why."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from approval.domain.commands import LockAccount
from approval.domain.reminder_commands import NudgeParty, PauseReminders
from approval.extensions import db
from approval.models.outbox_message import OutboxMessage
from approval.services.cancel_pledge import cancel_pledge
from approval.services.lock_account import lock_account
from approval.services.mail_due_reminders import mail_due_reminders
from approval.services.move_deadline import move_deadline
from approval.services.nudge_party import nudge_party
from approval.services.pause_reminders import pause_reminders
from approval.services.replace_representative import replace_representative
from approval.services.revise_pledge import revise_pledge
from tests.factories.reminder_acts import move_command, party_ids, replace_command
from tests.factories.review_house import agree_by, cancel_command, revise_command
from tests.integration.reminders.conftest import Desk


def notes(desk: Desk, kind: str) -> list[str]:
    return [note for row_kind, _, outcome, note in desk.rows() if row_kind == kind and outcome == "skipped"]


def sweep(desk: Desk) -> int:
    with desk.app.app_context():
        return mail_due_reminders(100)


def hand_over(desk: Desk) -> None:
    act = replace_command(desk.app, desk.house, desk.pledge_id, desk.another())
    with desk.app.app_context():
        replace_representative(act)


def pause(desk: Desk) -> None:
    party_id = party_ids(desk.app, desk.pledge_id)[0]
    with desk.app.app_context():
        pause_reminders(PauseReminders(desk.house.coordinator, desk.pledge_id, party_id, "Đợi."))


def lock(desk: Desk) -> None:
    with desk.app.app_context():
        lock_account(LockAccount(desk.house.administrator, desk.house.representatives[0].person_id or 0))


def cancel(desk: Desk) -> None:
    with desk.app.app_context():
        cancel_pledge(cancel_command(desk.app, desk.house.coordinator, desk.pledge_id))


def revise(desk: Desk) -> None:
    with desk.app.app_context():
        revise_pledge(revise_command(desk.app, desk.house, desk.pledge_id))


def agree(desk: Desk) -> None:
    agree_by(desk.app, desk.pledge_id, desk.house.representatives[0])


def move(desk: Desk) -> None:
    with desk.app.app_context():
        move_deadline(move_command(desk.app, desk.house, desk.pledge_id, days=20))


@pytest.mark.parametrize(
    ("what", "reason", "hit"),
    [
        (agree, "already-answered", 1),
        (pause, "paused", 1),
        (lock, "account-closed", 1),
        (hand_over, "person-replaced", 1),
        (cancel, "pledge-moved-on", 3),
        (revise, "pledge-moved-on", 3),
        (move, "deadline-moved", 3),
    ],
)
def test_what_happens_between_sweep_and_sending_stops_the_mail_and_the_row_says_why(
    desk: Desk, what: object, reason: str, hit: int
) -> None:
    desk.to_morning(23)
    sweep(desk)
    assert callable(what)
    what(desk)
    late = [subject for subject in desk.relay() if subject.startswith("Nhắc quá hạn")]
    assert len(late) == 3 - hit
    assert notes(desk, "late") == [reason] * hit
    with desk.app.app_context():
        skipped = db.session.scalars(select(OutboxMessage).where(OutboxMessage.outcome == "skipped")).all()
        assert [row.note for row in skipped if row.kind == "reminder-late"] == [reason] * hit


def test_a_nudge_passes_a_pause(desk: Desk) -> None:
    pause(desk)
    with desk.app.app_context():
        nudge_party(NudgeParty(desk.house.coordinator, desk.pledge_id, party_ids(desk.app, desk.pledge_id)[0]))
    assert len(desk.relay()) == 1


def test_only_the_last_of_two_moves_is_told(desk: Desk) -> None:
    for days in (3, 5):
        with desk.app.app_context():
            move_deadline(move_command(desk.app, desk.house, desk.pledge_id, days=days))
    assert len(desk.relay()) == 3
    assert {mail["Subject"].rpartition(" ")[2] for mail in desk.sink.mails} == {"30/5/2024)"}
