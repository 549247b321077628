"""Rows of the plan and of its mails as the sweep and the relay leave them, for pages that only read."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from sqlalchemy import select, update

from approval.domain.reminder_plan import ReminderKind
from approval.domain.reminder_policy import Stage
from approval.domain.vietnam_time import in_vietnam
from approval.extensions import db, parts
from approval.models.delivery_event import DeliveryEvent, DeliveryStep
from approval.models.outbox_message import OutboxMessage
from approval.models.pledge_party import PledgeParty
from approval.models.reminder import Reminder


@dataclass(frozen=True)
class Seat:
    """One agency of a pledge."""

    app: Flask
    pledge_id: uuid.UUID
    party_id: int
    person_id: int
    stage: Stage = Stage.REVIEW

    def empty_plan(self) -> None:
        """Nothing is planned for this agency any more."""
        with self.app.app_context():
            now = parts().clock.now()
            db.session.execute(
                update(Reminder)
                .where(Reminder.party_id == self.party_id, Reminder.outcome.is_(None))
                .values(outcome="withdrawn", note="replanned", closed_at=now)
            )
            db.session.commit()

    def plan(self, due_at: datetime, kind: ReminderKind = ReminderKind.CADENCE) -> None:
        """One reminder still to come, and no other."""
        self.empty_plan()
        with self.app.app_context():
            db.session.add(self._row(due_at, kind))
            db.session.commit()

    def mail(
        self, at: datetime, *, kind: ReminderKind = ReminderKind.CADENCE, outcome: str | None = "sent", answer: str = ""
    ) -> int:
        """A reminder that was taken into a mail, and what became of the mail; returns its number."""
        with self.app.app_context():
            token = uuid.uuid4().hex
            mail = OutboxMessage(
                topic="mail",
                kind=f"reminder-{kind}",
                key=f"test:{token}",
                pledge_id=self.pledge_id,
                party_id=self.party_id,
                person_id=self.person_id,
                round=1,
                message_id=f"<{token}@localhost>",
                created_at=at,
                due_at=at,
                closed_at=at if outcome else None,
                outcome=outcome,
            )
            db.session.add(mail)
            db.session.flush()
            row = self._row(at, kind)
            row.outcome, row.outbox_id, row.closed_at = "mailed", mail.id, at
            db.session.add(row)
            if answer:
                step = outcome or DeliveryStep.DEFERRED
                db.session.add(DeliveryEvent(outbox_id=mail.id, step=step, answer=answer, at=at))
            db.session.commit()
            return mail.id

    def skip(self, at: datetime, reason: str) -> None:
        """A reminder that was not due when its time came."""
        with self.app.app_context():
            row = self._row(at, ReminderKind.LATE)
            row.outcome, row.note, row.closed_at = "skipped", reason, at
            db.session.add(row)
            db.session.commit()

    def _row(self, due_at: datetime, kind: ReminderKind) -> Reminder:
        slot = due_at.isoformat()[:25] if kind is ReminderKind.NUDGE else in_vietnam(due_at).date().isoformat()
        return Reminder(
            pledge_id=self.pledge_id,
            party_id=self.party_id,
            round=1,
            stage=self.stage.value,
            kind=kind.value,
            slot=slot,
            due_at=due_at,
            planned_at=due_at,
        )


def seat_of(app: Flask, pledge_id: uuid.UUID, position: int, stage: Stage = Stage.REVIEW) -> Seat:
    """The agency at a position, counted from 1."""
    with app.app_context():
        query = select(PledgeParty).where(PledgeParty.pledge_id == pledge_id, PledgeParty.position == position)
        party = db.session.scalars(query).one()
        return Seat(app, pledge_id, party.id, party.person_id, stage)
