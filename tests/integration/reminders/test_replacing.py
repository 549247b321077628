"""Another person acts for an agency of a pledge that is out: who is written to, what is planned, what stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest
from icalendar import Calendar
from sqlalchemy import select

from approval.domain.commands import Actor, LockAccount
from approval.domain.errors import NotAllowedError
from approval.domain.reminder_commands import NudgeParty
from approval.extensions import db
from approval.models.outbox_message import OutboxMessage
from approval.models.person import Person
from approval.models.pledge_party import PledgeParty
from approval.services.give_verdict import give_verdict
from approval.services.lock_account import lock_account
from approval.services.nudge_party import nudge_party
from approval.services.open_signing import open_signing
from approval.services.replace_representative import replace_representative
from approval.services.revise_pledge import revise_pledge
from approval.services.submit_for_review import submit_for_review
from tests.factories.history import events
from tests.factories.reminder_acts import party_ids, replace_command
from tests.factories.review_comments import comment_by
from tests.factories.review_house import agree_by, answer_all, revise_command, submit_command, verdict_command
from tests.factories.signing_house import open_command, sign_by, stored_pledge
from tests.integration.reminders.conftest import Desk

NAMED = "Ông/Bà được giao đại diện Sở Thử nghiệm"
RELIEVED = "Ông/Bà thôi đại diện Sở Thử nghiệm"


def hand_over(desk: Desk, successor: Actor, *, index: int = 0) -> None:
    command = replace_command(desk.app, desk.house, desk.pledge_id, successor, index=index)
    with desk.app.app_context():
        replace_representative(command)


def agree_all(desk: Desk) -> None:
    agree_by(desk.app, desk.pledge_id, *desk.house.representatives)


def open_pledge(desk: Desk) -> None:
    command = open_command(desk.app, desk.house, desk.pledge_id)
    with desk.app.app_context():
        open_signing(command)


def address(desk: Desk, actor: Actor) -> str:
    with desk.app.app_context():
        return db.session.get_one(Person, actor.person_id).email


def letters(desk: Desk, actor: Actor) -> list[str]:
    """How the subjects of the last relay to somebody begin."""
    mine = [mail for mail in desk.sink.mails if mail["To"].addresses[0].addr_spec == address(desk, actor)]
    return [str(mail["Subject"]).partition("] ")[2] for mail in mine]


def letter(desk: Desk, actor: Actor) -> EmailMessage:
    """The only mail of the last relay to somebody."""
    (mail,) = [mail for mail in desk.sink.mails if mail["To"].addresses[0].addr_spec == address(desk, actor)]
    return mail


def said(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return " ".join(str(part.get_content()).split())


def entry(mail: EmailMessage) -> tuple[str, str, int]:
    """Method, name and sequence of the mail's one calendar entry."""
    (part,) = [part for part in mail.iter_attachments() if part.get_content_type() == "text/calendar"]
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    calendar = Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), str(event["UID"]), int(str(event["SEQUENCE"]))


def waiting(desk: Desk, index: int = 0) -> list[str]:
    rows = desk.rows(party_ids(desk.app, desk.pledge_id)[index])
    return [f"{kind} {slot[-2:]}" for kind, slot, outcome, _ in rows if outcome is None]


def skipped(desk: Desk, actor: Actor) -> Iterator[str]:
    """Why mails to somebody did not leave."""
    with desk.app.app_context():
        query = select(OutboxMessage.note).where(
            OutboxMessage.person_id == actor.person_id, OutboxMessage.outcome == "skipped"
        )
        yield from sorted(db.session.scalars(query).all())


def test_the_successor_is_invited_and_the_other_one_relieved_once(desk: Desk) -> None:
    first, heir = desk.house.representatives[0], desk.another()
    invited = entry(letter(desk, first))
    desk.to_morning(16, 10)
    hand_over(desk, heir)
    assert len(desk.relay()) == 2
    named, relieved = letter(desk, heir), letter(desk, first)
    assert letters(desk, heir) == [f"{NAMED} 1: {_title(desk)} (hạn 09:00 22/5/2024)"]
    assert "Kính gửi: Ông/Bà Người kế nhiệm, Sở Thử nghiệm 1," in said(named)
    assert "thay Ông/Bà Đại diện Sở Thử nghiệm 1. Thư ký Khối đang xin ý kiến về dự thảo lần 1" in said(named)
    assert "Hạn cho ý kiến: 09:00 22/5/2024 (thứ Tư, +07:00)" in said(named)
    assert letters(desk, first) == [f"{RELIEVED} 1: {_title(desk)}"]
    assert "không cần cho ý kiến hay ký" in said(relieved)
    assert entry(named)[0] == "PUBLISH"
    assert entry(relieved)[:2] == ("CANCEL", invited[1])
    assert entry(relieved)[2] > invited[2]
    for day in range(17, 32):
        desk.to_morning(day)
        desk.relay()
        assert letters(desk, first) == []


def test_reminders_are_planned_anew_from_the_successors_invitation(desk: Desk) -> None:
    desk.to_morning(17)
    desk.relay()
    desk.to_morning(17, 10)
    before = waiting(desk, 1)
    hand_over(desk, desk.another())
    assert waiting(desk)[:5] == ["day-before 21", "on-the-day 22", "late 23", "late 24", "escalation 27"]
    assert len([one for one in waiting(desk) if "escalation" not in one]) == 10, "the cap begins anew"
    assert waiting(desk, 1) == before, "the others' plans stay"
    hand_over(desk, desk.another(1, "Người khác"), index=1)
    desk.to_morning(21)
    assert sum(subject.startswith("Sắp hết hạn") for subject in desk.relay()) == 3


def test_a_successor_named_at_night_is_invited_first_and_reminded_another_day(desk: Desk) -> None:
    first, heir = desk.house.representatives[0], desk.another()
    party = party_ids(desk.app, desk.pledge_id)[0]
    desk.to_morning(16, 20)
    with desk.app.app_context():
        nudge_party(NudgeParty(desk.house.coordinator, desk.pledge_id, party))
    hand_over(desk, heir)
    assert waiting(desk)[0] == "day-before 21"
    assert [row[3] for row in desk.rows(party) if row[0] == "nudge"] == ["person-replaced"]
    assert desk.relay() == []
    desk.to_morning(17)
    desk.relay()
    assert [subject[: len(NAMED)] for subject in letters(desk, heir)] == [NAMED]
    assert [subject[: len(RELIEVED)] for subject in letters(desk, first)] == [RELIEVED]


def test_who_was_never_invited_hears_nothing(desk: Desk) -> None:
    first, second, third = desk.house.representatives[0], desk.another(), desk.another(name="Người thứ ba")
    desk.to_morning(16, 20)
    hand_over(desk, second)
    hand_over(desk, third)
    desk.to_morning(17, 8)
    desk.relay()
    assert letters(desk, second) == []
    assert list(skipped(desk, second)) == ["never-invited", "person-replaced"]
    assert [subject[: len(RELIEVED)] for subject in letters(desk, first)] == [RELIEVED]
    assert [subject[: len(NAMED)] for subject in letters(desk, third)] == [NAMED]


def test_who_comes_back_before_the_letter_leaves_is_not_sent_away(desk: Desk) -> None:
    first, heir = desk.house.representatives[0], desk.another()
    desk.to_morning(16, 20)
    hand_over(desk, heir)
    hand_over(desk, first)
    desk.to_morning(17, 8)
    desk.relay()
    assert [subject[: len(NAMED)] for subject in letters(desk, first)] == [NAMED]
    assert list(skipped(desk, first)) == ["overtaken"]
    assert letters(desk, heir) == []


def test_a_verdict_stands_and_nothing_waits_for_the_successor(desk: Desk) -> None:
    first, heir = desk.house.representatives[0], desk.another()
    agree_by(desk.app, desk.pledge_id, first)
    hand_over(desk, heir)
    desk.relay()
    with desk.app.app_context():
        assert stored_pledge(desk.pledge_id).agreed_count == 1
    assert "Hiện chưa có việc chờ Ông/Bà" in said(letter(desk, heir))
    assert "Hạn" not in said(letter(desk, heir))
    assert list(letter(desk, heir).iter_attachments()) == []
    assert waiting(desk) == []
    command = verdict_command(desk.app, desk.pledge_id, first)
    with desk.app.app_context(), pytest.raises(NotAllowedError, match="another-acts"):
        give_verdict(command)
    agree_by(desk.app, desk.pledge_id, heir)
    with desk.app.app_context():
        assert stored_pledge(desk.pledge_id).agreed_count == 1


def test_a_successor_named_between_review_and_signing_gets_the_invitation_to_sign(desk: Desk) -> None:
    first, heir = desk.house.representatives[0], desk.another()
    agree_all(desk)
    hand_over(desk, heir)
    desk.relay()
    assert "Hiện chưa có việc chờ Ông/Bà" in said(letter(desk, heir))
    open_pledge(desk)
    desk.relay()
    assert [subject.partition(" ")[0] for subject in letters(desk, heir)] == ["Mời"]
    assert letters(desk, first) == []


def test_while_signing_the_successor_is_asked_to_sign_and_may(desk: Desk) -> None:
    first, heir = desk.house.representatives[0], desk.another()
    agree_all(desk)
    open_pledge(desk)
    desk.relay()
    desk.to_morning(16, 10)
    hand_over(desk, heir)
    desk.relay()
    assert letters(desk, heir) == [f"{NAMED} 1: {_title(desk)} (hạn 09:00 18/5/2024)"]
    assert "Mã bản mở ký" in said(letter(desk, heir))
    assert entry(letter(desk, heir))[1].partition("@")[0].endswith("-signing")
    assert entry(letter(desk, first))[0] == "CANCEL"
    assert "day-before 17" in waiting(desk), "planned for signing"
    sign_by(desk.app, desk.pledge_id, heir)
    with desk.app.app_context():
        assert stored_pledge(desk.pledge_id).signed_count == 1


def test_another_round_keeps_the_successor_as_long_as_the_account_is_open(desk: Desk) -> None:
    heir = desk.another()
    hand_over(desk, heir)
    assert _resubmitted(desk) == heir.person_id
    with desk.app.app_context():
        lock_account(LockAccount(desk.house.administrator, heir.person_id or 0))
    assert _resubmitted(desk) == desk.house.representatives[0].person_id


def test_answers_to_comments_are_told_to_the_successor(desk: Desk) -> None:
    first, heir = desk.house.representatives[0], desk.another()
    comment_by(desk.app, desk.pledge_id, first)
    answer_all(desk.app, desk.house, desk.pledge_id)
    hand_over(desk, heir)
    desk.clock.forward(minutes=1)
    comment_by(desk.app, desk.pledge_id, heir, "Bổ sung thời hạn.")
    answer_all(desk.app, desk.house, desk.pledge_id)
    desk.clock.forward(minutes=11)
    desk.relay()
    assert [subject[:7] for subject in letters(desk, heir)] == [NAMED[:7], "Tiếp th"]
    assert [subject[: len(RELIEVED)] for subject in letters(desk, first)] == [RELIEVED]


def test_history_says_who_was_replaced_by_whom_without_names(desk: Desk) -> None:
    first, heir = desk.house.representatives[0], desk.another()
    command = replace_command(desk.app, desk.house, desk.pledge_id, heir)
    with desk.app.app_context():
        replace_representative(replace(command, actor=desk.house.administrator))
        event = events("pledge:representative:replaced")[-1]
    assert event["actor"] == f"administrator:{desk.house.administrator.person_id}"
    data = {"agency": desk.house.agencies[0], "from": first.person_id, "to": heir.person_id, "round": 1}
    assert event["data"] == data


def _title(desk: Desk) -> str:
    with desk.app.app_context():
        return stored_pledge(desk.pledge_id).title


def _resubmitted(desk: Desk) -> int:
    """Who acts for the first agency after another round was opened."""
    desk.clock.moment += timedelta(minutes=1)
    again = revise_command(desk.app, desk.house, desk.pledge_id)
    with desk.app.app_context():
        revise_pledge(again)
    command = submit_command(desk.app, desk.house, desk.pledge_id)
    with desk.app.app_context():
        submit_for_review(command)
        return db.session.get_one(PledgeParty, party_ids(desk.app, desk.pledge_id)[0]).person_id
