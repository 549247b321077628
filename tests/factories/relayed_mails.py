"""The relay run once, and what it left behind: rows of the outbox, delivery steps, events, mails."""

from __future__ import annotations

from collections import Counter
from email.message import EmailMessage
from typing import Any

from flask import Flask
from sqlalchemy import select

from approval.extensions import db
from approval.models.audit_event import AuditEvent
from approval.models.delivery_event import DeliveryEvent
from approval.models.outbox_message import OutboxMessage
from approval.models.person import Person
from tests.factories.history import events as stored_events
from tests.factories.signing_house import SigningHouse
from worker.relay_mail import relay_mail


def relay(app: Flask) -> int:
    with app.app_context():
        return relay_mail()


def rows(app: Flask, **wanted: Any) -> list[OutboxMessage]:
    with app.app_context():
        found = db.session.scalars(select(OutboxMessage).filter_by(**wanted).order_by(OutboxMessage.id)).all()
        db.session.expunge_all()
        return list(found)


def events(app: Flask, kind: str) -> int:
    with app.app_context():
        return len(db.session.scalars(select(AuditEvent.seq).where(AuditEvent.type == kind)).all())


def steps_told(app: Flask, outbox_id: int) -> list[str]:
    with app.app_context():
        query = select(DeliveryEvent).where(DeliveryEvent.outbox_id == outbox_id).order_by(DeliveryEvent.id)
        return [f"{one.step}: {one.answer}".removesuffix(": ") for one in db.session.scalars(query)]


def steps(app: Flask, outbox_id: int) -> list[str]:
    """What happened to a mail; why it was deferred is not repeated."""
    return ["deferred" if step.startswith("deferred") else step for step in steps_told(app, outbox_id)]


def history(app: Flask, kind: str) -> list[dict[str, Any]]:
    with app.app_context():
        return stored_events(kind)


def data(event: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = event["data"]
    return found


def ids(mails: list[EmailMessage]) -> Counter[str]:
    return Counter(str(mail["Message-ID"]) for mail in mails)


def email(app: Flask, house: SigningHouse, index: int) -> str:
    with app.app_context():
        return db.session.get_one(Person, house.representatives[index].person_id).email
