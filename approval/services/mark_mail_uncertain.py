"""Note that nobody can tell whether a mail arrived: the line broke after its last word."""

from __future__ import annotations

from approval.domain.audit_event import EventType
from approval.models.delivery_event import DeliveryStep
from approval.services.mail_closing import UnsentMail, close_unsent
from approval.services.unit_of_work import unit_of_work


class MarkMailUncertain(UnsentMail):
    """The claimed mail may have arrived: `answer` is what broke, `cause` a sentence that people may see."""

    __slots__ = ()


def mark_mail_uncertain(command: MarkMailUncertain) -> None:
    """Close the row as uncertain; only a person may have it sent again. Raises LeaseLostError."""
    with unit_of_work() as uow:
        close_unsent(uow, command, step=DeliveryStep.UNCERTAIN, event=EventType.MAIL_UNCERTAIN)
