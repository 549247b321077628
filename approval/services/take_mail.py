"""Take the next due mail and write down that it is about to be handed over: a worker that dies then leaves a trace."""

from __future__ import annotations

from approval.services.taken_mail import Reading, TakeMail, TakenMail, take_due
from approval.services.unit_of_work import housekeeping


def take_mail(command: TakeMail[Reading]) -> TakenMail[Reading] | None:
    """The oldest due mail, or None when there is none."""
    with housekeeping() as uow:
        return take_due(uow, command)
