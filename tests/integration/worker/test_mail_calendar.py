"""Mails carry their deadline as a calendar file that calendars can read, follow when it moves, and take away."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar, Event
from sqlalchemy import update

from approval.adapters.calendar_file import CalendarSource, calendar_attachment
from approval.extensions import db
from approval.models.outbox_message import OutboxMessage
from approval.models.reminder import Reminder
from approval.queries.mail_calendar import load_deadline_events
from approval.services.cancel_pledge import cancel_pledge
from approval.services.decline_to_sign import decline_to_sign
from approval.services.revise_pledge import revise_pledge
from approval.services.submit_for_review import submit_for_review
from tests.factories.relayed_mails import email, relay, rows
from tests.factories.review_house import cancel_command, make_review, revise_command, submit_command
from tests.factories.signing_house import (
    MAY_15,
    MovingClock,
    SigningHouse,
    decline_command,
    make_open_pledge,
    stored_pledge,
)
from tests.servers.smtp import SmtpSink


def entries(mail: EmailMessage) -> tuple[str, list[dict[str, Any]]]:
    """Method and entries of the mail's one calendar file, read as a mail program would."""
    (part,) = [one for one in mail.iter_attachments() if one.get_content_type() == "text/calendar"]
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    calendar = Calendar.from_ical(raw)
    assert isinstance(calendar, Calendar)
    assert part.get_param("method") == str(calendar["method"])
    events = [one for one in calendar.walk("VEVENT") if isinstance(one, Event)]
    assert all(not event.errors for event in events)
    return str(calendar["method"]), [{key.lower(): event.decoded(key) for key in event} for event in events]


def as_text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def to(sink: SmtpSink, address: str) -> list[EmailMessage]:
    return [mail for mail in sink.mails if mail["X-Envelope-To"] == address]


def test_the_invitation_to_sign_carries_its_deadline(app: Flask, house: SigningHouse, smtp_sink: SmtpSink) -> None:
    pledge_id = make_open_pledge(app, house)
    relay(app)
    found = [entries(mail) for mail in smtp_sink.mails]
    assert {method for method, _events in found} == {"PUBLISH"}
    events = [event for _method, (event,) in found]
    assert len({as_text(event["uid"]) for event in events}) == 3
    assert all(as_text(event["uid"]).startswith(f"{pledge_id}-") for event in events)
    with app.app_context():
        version = stored_pledge(pledge_id).version
    assert {event["sequence"] for event in events} == {version}
    assert {event["dtend"] for event in events} == {MAY_15 + timedelta(days=3)}
    assert as_text(events[0]["summary"]) == "Hạn ký: Bản giao ước thi đua năm 2024"
    assert as_text(events[0]["url"]) == f"http://localhost/van-ban/{pledge_id}/ky"
    assert as_text(events[0]["status"]) == "CONFIRMED"


def test_cancelling_takes_the_deadline_out_of_the_calendar(
    app: Flask, house: SigningHouse, smtp_sink: SmtpSink
) -> None:
    pledge_id = make_open_pledge(app, house)
    relay(app)
    cancel = cancel_command(app, house.coordinator, pledge_id)
    with app.app_context():
        cancel_pledge(cancel)
    relay(app)
    invited, cancelled = (entries(mail) for mail in to(smtp_sink, email(app, house, 0)))
    assert cancelled[0] == "CANCEL"
    assert as_text(cancelled[1][0]["status"]) == "CANCELLED"
    assert cancelled[1][0]["uid"] == invited[1][0]["uid"]
    assert cancelled[1][0]["sequence"] > invited[1][0]["sequence"]


def test_a_refusal_to_sign_takes_the_deadline_away_from_the_others(
    app: Flask, house: SigningHouse, smtp_sink: SmtpSink
) -> None:
    pledge_id = make_open_pledge(app, house)
    relay(app)
    command = decline_command(app, pledge_id, house.representatives[2])
    with app.app_context():
        decline_to_sign(command)
    relay(app)
    _invited, (method, (event,)) = (entries(mail) for mail in to(smtp_sink, email(app, house, 0)))
    assert method == "CANCEL"
    assert "dtstart" not in event, "the deadline is gone"


def test_a_new_round_moves_the_entry_of_the_one_before(
    app: Flask, house: SigningHouse, smtp_sink: SmtpSink, clock: MovingClock
) -> None:
    pledge_id = make_review(app, house)
    relay(app)
    revise = revise_command(app, house, pledge_id)
    with app.app_context():
        revise_pledge(revise)
    clock.forward(days=1)
    submit = submit_command(app, house, pledge_id)
    with app.app_context():
        submit_for_review(submit)
    relay(app)
    (_one, (first,)), (method, (second,)) = (entries(mail) for mail in to(smtp_sink, email(app, house, 0)))
    assert method == "PUBLISH"
    assert second["uid"] == first["uid"]
    assert second["sequence"] > first["sequence"]
    assert second["dtend"] > first["dtend"]


def test_cancelling_in_review_takes_the_review_deadline_away(
    app: Flask, house: SigningHouse, smtp_sink: SmtpSink
) -> None:
    pledge_id = make_review(app, house)
    relay(app)
    cancel = cancel_command(app, house.coordinator, pledge_id)
    with app.app_context():
        cancel_pledge(cancel)
    relay(app)
    (_one, (first,)), (method, (second,)) = (entries(mail) for mail in to(smtp_sink, email(app, house, 1)))
    assert (method, second["uid"]) == ("CANCEL", first["uid"])


def test_a_digest_carries_every_deadline_it_speaks_of(app: Flask, house: SigningHouse) -> None:
    pledges = [make_open_pledge(app, house), make_review(app, house)]
    (digest, *_) = rows(app, kind="signing-invitation")
    with app.app_context():
        db.session.execute(update(OutboxMessage).where(OutboxMessage.id == digest.id).values(kind="reminder-digest"))
        for pledge_id, stage in zip(pledges, ("signing", "review"), strict=True):
            (party, *_) = [row.party_id for row in rows(app, pledge_id=pledge_id) if row.party_id]
            db.session.add(
                Reminder(
                    pledge_id=pledge_id, party_id=party, round=1, stage=stage, kind="late", slot="2030-05-20",
                    due_at=MAY_15, planned_at=MAY_15, outcome="mailed", closed_at=MAY_15, outbox_id=digest.id,
                )
            )  # fmt: skip
        db.session.commit()
        events = load_deadline_events(db.session(), digest.id)
        assert {event.pledge_id for event in events} == set(pledges)
        assert [event.deadline for event in events] == sorted(event.deadline for event in events if event.deadline)


def test_who_reads_along_gets_no_deadline(app: Flask, house: SigningHouse, smtp_sink: SmtpSink) -> None:
    pledge_id = make_open_pledge(app, house)
    command = decline_command(app, pledge_id, house.representatives[2])
    with app.app_context():
        decline_to_sign(command)
    relay(app)
    (told,) = [mail for mail in smtp_sink.mails if mail["X-Envelope-To"].startswith("coordinator-")]
    assert list(told.iter_attachments()) == []


def test_a_title_adds_no_line_to_the_calendar(app: Flask, house: SigningHouse) -> None:
    make_open_pledge(app, house)
    (row, *_) = rows(app, kind="signing-invitation")
    with app.app_context():
        (event,) = load_deadline_events(db.session(), row.id)
    hostile = type(event)(
        pledge_id=event.pledge_id, party_id=1, stage=event.stage, sequence=1, deadline=event.deadline, link=event.link,
        title="x\r\nATTENDEE:mailto:evil@x.example\nEND:VEVENT;,\\",
    )  # fmt: skip
    source = CalendarSource("khoi.example", "khong-tra-loi@khoi.example", MAY_15)
    raw = calendar_attachment((hostile,), source).content
    assert b"\nATTENDEE" not in raw
    assert raw.count(b"END:VEVENT\r\n") == 1
    with pytest.raises(ValueError, match="publishes or cancels"):
        calendar_attachment((), source)
