"""A review of three agencies in May 2024 with a mail server, on both databases."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from approval.domain.commands import Actor
from approval.extensions import db
from approval.models.reminder import Reminder
from tests.factories.review_house import make_review, make_review_house
from tests.factories.signing_house import MAY_15, MovingClock, SigningHouse, add_signer
from tests.servers.fixtures import AppFactory
from tests.servers.smtp import SmtpSink
from worker.relay_mail import relay_mail


class Desk:
    """One pledge in review since Wednesday 15 May, 09:00; the deadline is Wednesday 22 May, 09:00."""

    def __init__(self, app: Flask, clock: MovingClock, sink: SmtpSink) -> None:
        self.app, self.clock, self.sink = app, clock, sink
        self.house: SigningHouse = make_review_house(app, 3)
        self.pledge_id: uuid.UUID = make_review(app, self.house)

    def relay(self) -> list[str]:
        """Sweep and send; the subjects of what arrived, without the bloc's tag."""
        self.sink.clear()
        with self.app.app_context():
            relay_mail()
        return [str(mail["Subject"]).partition("] ")[2] for mail in self.sink.mails]

    def to_morning(self, day: int, hour: int = 8) -> None:
        """This hour (Vietnam) of a day in May."""
        self.clock.moment = MAY_15.replace(day=day, hour=0) + (MAY_15 - MAY_15.replace(hour=1)) * (hour - 7)

    def another(self, index: int = 0, name: str = "Người kế nhiệm") -> Actor:
        """One more representative of an agency, with a key and an authority."""
        with self.app.app_context():
            actor = add_signer(self.house.bloc_id, self.house.agencies[index], name=name)
            db.session.commit()
            return actor

    def rows(self, party: int | None = None) -> list[tuple[str, str, str | None, str]]:
        """Kind, slot, outcome and note of the plan, of one agency or of all, in order of time."""
        with self.app.app_context():
            query = select(Reminder).order_by(Reminder.due_at, Reminder.id)
            found = db.session.scalars(query if party is None else query.where(Reminder.party_id == party)).all()
            return [(row.kind, row.slot, row.outcome, row.note) for row in found]


@pytest.fixture
def desk(app_factory: AppFactory, database_url: str, smtp_sink: SmtpSink) -> Desk:
    clock = MovingClock(MAY_15)
    app = app_factory(database_url=database_url, clock=clock, smtp_port=smtp_sink.port, quiet_hours=True)
    made = Desk(app, clock, smtp_sink)
    made.relay()
    return made
