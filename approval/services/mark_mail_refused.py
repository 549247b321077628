"""Note that the mail server will never take a mail as it is."""

from __future__ import annotations

from approval.domain.audit_event import EventType
from approval.models.delivery_event import DeliveryStep
from approval.services.mail_closing import UnsentMail, close_unsent
from approval.services.unit_of_work import unit_of_work


class MarkMailRefused(UnsentMail):
    """The server refused the claimed mail: `answer` are its words, `cause` a sentence that people may see."""

    __slots__ = ()


def mark_mail_refused(command: MarkMailRefused) -> None:
    """Close the row as refused; nobody tries again by itself. Raises LeaseLostError."""
    with unit_of_work() as uow:
        close_unsent(uow, command, step=DeliveryStep.REFUSED, event=EventType.MAIL_REFUSED)
