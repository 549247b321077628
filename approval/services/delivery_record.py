"""Adds a line to what happened to a mail; always inside the change that causes it."""

from __future__ import annotations

from approval.models.delivery_event import DeliveryEvent, DeliveryStep
from approval.services.unit_of_work import UnitOfWork

_LONGEST_ANSWER = 500


def add_step(uow: UnitOfWork, outbox_id: int, step: DeliveryStep, answer: str = "") -> None:
    """One more step of this mail; `answer` are the server's words, or why."""
    event = DeliveryEvent(outbox_id=outbox_id, step=step.value, answer=answer[:_LONGEST_ANSWER], at=uow.now)
    uow.session.add(event)
