"""Adds a line to what happened to a mail; always inside the change that causes it."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table, insert

from approval.models.delivery_event import DeliveryEvent, DeliveryStep
from approval.services.unit_of_work import UnitOfWork

_STEP = insert(cast("Table", DeliveryEvent.__table__))
_LONGEST_ANSWER = 500


def add_step(uow: UnitOfWork, outbox_id: int, step: DeliveryStep, answer: str = "") -> None:
    """One more step of this mail; `answer` are the server's words, or why."""
    uow.ask(_STEP, {"outbox_id": outbox_id, "step": step.value, "answer": answer[:_LONGEST_ANSWER], "at": uow.now})
