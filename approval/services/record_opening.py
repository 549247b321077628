"""Notes that a person opened the link of a mail that was sent to them; once, and nothing else happens by it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from approval.domain.commands import Actor
from approval.extensions import db
from approval.models.delivery_event import DeliveryEvent, DeliveryStep
from approval.models.outbox_message import OutboxMessage
from approval.services.delivery_record import add_step
from approval.services.outbox import message_id_of
from approval.services.unit_of_work import housekeeping


@dataclass(frozen=True, slots=True)
class RecordOpening:
    """The signed-in `actor` came by a link that carries `mark`."""

    actor: Actor
    mark: str


def record_opening(command: RecordOpening) -> None:
    """A mark that is unknown, somebody else's or already noted changes nothing and raises nothing."""
    outbox_id = _unopened(db.session(), command)
    if outbox_id is None:
        return
    with housekeeping() as uow:
        row = select(OutboxMessage.id).where(OutboxMessage.id == outbox_id)
        uow.session.execute(row.with_for_update())
        # Two tabs may have come here at the same moment.
        if _unopened(uow.session, command) is not None:
            add_step(uow, outbox_id, DeliveryStep.OPENED)


def _unopened(session: Session, command: RecordOpening) -> int | None:
    opened = exists().where(
        DeliveryEvent.outbox_id == OutboxMessage.id, DeliveryEvent.step == DeliveryStep.OPENED.value
    )
    return session.scalar(
        select(OutboxMessage.id).where(
            OutboxMessage.message_id == message_id_of(command.mark),
            OutboxMessage.person_id == command.actor.person_id,
            ~opened,
        )
    )
