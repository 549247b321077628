"""A mail server slower than we wait: before the last dot the mail is tried again, after it nobody knows."""

from __future__ import annotations

import pytest
from flask import Flask

from approval.adapters import smtp_dialogue, smtp_line
from tests.factories.relayed_mails import email, ids, relay, rows, steps, steps_told
from tests.factories.signing_house import MovingClock, SigningHouse, make_open_pledge
from tests.servers.smtp import SmtpSink
from worker.relay_mail import LEASE


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a quarter of a second instead of 20 and 60."""
    monkeypatch.setattr(smtp_line, "_TIMEOUT_SECONDS", 0.25)
    monkeypatch.setattr(smtp_dialogue, "_ANSWER_SECONDS", 0.25)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_silence_before_the_last_dot_defers_this_mail_and_stops_no_other(
    app: Flask, house: SigningHouse, smtp_sink: SmtpSink, clock: MovingClock, step: str
) -> None:
    make_open_pledge(app, house)
    slow = email(app, house, 0)
    smtp_sink.silent[slow] = step
    assert relay(app) == 2
    (waiting,) = rows(app, outcome=None, kind="signing-invitation")
    assert "timed out" in steps_told(app, waiting.id)[1]
    smtp_sink.silent.clear()
    clock.forward(seconds=2)
    assert relay(app) == 1
    assert steps(app, waiting.id) == ["attempted", "deferred", "attempted", "sent: 250 kept"]
    assert sorted(ids(smtp_sink.mails).values()) == [1, 1, 1]


@pytest.mark.usefixtures("impatient")
def test_silence_after_the_last_dot_is_uncertain_and_never_sent_again_by_itself(
    app: Flask, house: SigningHouse, smtp_sink: SmtpSink, clock: MovingClock
) -> None:
    make_open_pledge(app, house)
    smtp_sink.silent[email(app, house, 0)] = "END"
    assert relay(app) == 3
    (lost,) = rows(app, outcome="uncertain")
    assert lost.person_id == house.representatives[0].person_id
    smtp_sink.silent.clear()
    clock.forward(hours=5)
    relay(app)
    assert ids(smtp_sink.mails)[str(lost.message_id)] == 1
    assert sum(ids(smtp_sink.mails).values()) == 3


def test_a_dialogue_that_took_too_long_does_not_begin_the_mail(
    app: Flask, house: SigningHouse, smtp_sink: SmtpSink, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step in time and yet too long together: another worker may have this mail by now."""
    make_open_pledge(app, house)
    monkeypatch.setattr(smtp_line, "_DIALOGUE_SECONDS", -1)
    assert relay(app) == 0
    assert smtp_sink.mails == []
    waiting = rows(app, outcome=None, kind="signing-invitation")
    assert [steps_told(app, row.id)[1] for row in waiting] == ["deferred: máy chủ thư trả lời quá chậm"] * 3
    monkeypatch.undo()
    clock.forward(seconds=2)
    assert relay(app) == 3
    assert set(ids(smtp_sink.mails).values()) == {1}


def test_the_longest_dialogue_ends_before_its_lease() -> None:
    longest = smtp_line._DIALOGUE_SECONDS + smtp_line._TIMEOUT_SECONDS + smtp_dialogue._ANSWER_SECONDS
    assert longest < LEASE.total_seconds()
