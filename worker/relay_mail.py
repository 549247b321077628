"""Empties the mail part of the outbox: look whether the mail is still due, send, note it.

A mail costs one commit: closing it takes the next one, which is written down as attempted before the server hears of
it. While the server stores a mail, the next one is written. Only one mail of a process is ever on its way, so one that
is killed makes at most one copy.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from approval.adapters.failpoints import failpoint
from approval.adapters.mail_errors import MailRefusedError, MailUncertainError, ServerAwayError
from approval.adapters.mailer import MailLine
from approval.extensions import parts
from approval.queries.mail_content import NoLongerDue
from approval.services.beat_heart import beat_heart
from approval.services.claimed_row import LeaseLostError
from approval.services.mail_due_reminders import mail_due_reminders
from approval.services.mark_mail_refused import MarkMailRefused, mark_mail_refused
from approval.services.mark_mail_sent import MarkMailSent, mark_mail_sent, mark_sent_and_take
from approval.services.mark_mail_uncertain import MarkMailUncertain, mark_mail_uncertain
from approval.services.skip_mail import SkipMail, skip_mail
from approval.services.skip_reminders import SkipReminders, skip_reminders
from approval.services.take_mail import take_mail
from approval.services.taken_mail import ReadAhead, TakeMail, TakenMail
from worker.mail_reading import Reading, outgoing, read_ahead, read_mail
from worker.outbox_loop import put_back

log = logging.getLogger(__name__)

# Longer than one SMTP dialogue may take: some 20 seconds a step, a minute for the last answer.
LEASE = timedelta(seconds=180)
# One transaction's worth.
_REMINDERS_A_SWEEP = 500
# A sweep that runs for ever would keep its message unacknowledged; the next sweep goes on where this one stops.
_MAILS_A_SWEEP = 200

Taken = TakenMail[Reading]


def relay_mail() -> int:
    """Put the reminders that are due into mails, then send what is due; returns how many mails were closed."""
    while mail_due_reminders(_REMINDERS_A_SWEEP) >= _REMINDERS_A_SWEEP:
        pass
    beat_heart("sweep")
    with parts().mailer.line() as line:
        closed = _Sweep(line).run()
    beat_heart("relay")
    return closed


class _Sweep:
    """One pass over what is due, on one line to the server."""

    def __init__(self, line: MailLine) -> None:
        self._line = line
        self._left = _MAILS_A_SWEEP
        self._closed = 0
        self._ahead: ReadAhead[Reading] | None = None

    def run(self) -> int:
        """How many mails were closed."""
        taken = self._take()
        while taken is not None:
            taken = self._work_one(taken)
        return self._closed

    def _work_one(self, taken: Taken) -> Taken | None:
        """Close a mail, or give it back; returns the next one."""
        claimed = taken.claimed
        try:
            sent = self._send_or_skip(taken)
            following = self._take() if sent is None else self._mark_sent(sent)
        except LeaseLostError:
            log.warning("outbox row %s: another worker took it over", claimed.id)
        except Exception as error:
            # Whatever went wrong, the row must not be lost and the next one must have its turn.
            log.exception("outbox row %s failed", claimed.id)
            put_back(claimed, error)
            if isinstance(error, ServerAwayError):
                # Each further mail would wait as long for nothing; the next sweep knocks again.
                return None
        else:
            self._closed += 1
            return following
        return self._take()

    def _send_or_skip(self, taken: Taken) -> MarkMailSent | None:
        """What is to be noted about a mail that was sent; None for one that is closed already.

        Raises what kept the mail from being read or written, MailDeferredError, LeaseLostError.
        """
        claimed, reading = taken.claimed, taken.reading
        if reading is None:
            raise taken.fault or LookupError(claimed.id)
        if reading.content.dropped:
            skip_reminders(SkipReminders(claimed.id, claimed.lease_number, reading.content.dropped))
        if isinstance(reading.content, NoLongerDue):
            skip_mail(SkipMail(claimed.id, claimed.lease_number, reading.content.reason))
            return None
        failpoint("relay:1")
        try:
            mail = reading.written or outgoing(claimed.id, reading.content, reading.events)
            answer = self._line.send(mail, meanwhile=partial(self._look_ahead, mail.recipient_address))
        except MailRefusedError as error:
            mark_mail_refused(MarkMailRefused(claimed.id, claimed.lease_number, error.answer, error.vi))
        except MailUncertainError as error:
            mark_mail_uncertain(MarkMailUncertain(claimed.id, claimed.lease_number, error.answer, error.vi))
        else:
            return MarkMailSent(claimed.id, claimed.lease_number, answer)
        return None

    def _mark_sent(self, sent: MarkMailSent) -> Taken | None:
        failpoint("relay:3")
        if not self._may_take():
            mark_mail_sent(sent)
            return None
        try:
            following = mark_sent_and_take(sent, self._next())
        except SQLAlchemyError:
            # A mail that has left must not leave again because the database stumbled over the next one.
            log.exception("outbox row %s: sent, but not noted at the first try", sent.outbox_id)
            mark_mail_sent(sent)
            return self._take()
        failpoint("relay:5")
        return following

    def _take(self) -> Taken | None:
        return take_mail(self._next()) if self._may_take() else None

    def _next(self) -> TakeMail[Reading]:
        """What was read ahead is of use once."""
        ahead, self._ahead = self._ahead, None
        return TakeMail(LEASE, read_mail, ahead)

    def _look_ahead(self, recipient: str) -> None:
        """Write the next mail while the server stores this one; it counts only if nothing happens until it is taken.

        One to the same `recipient` may follow this one, which is not known to have left yet.
        """
        failpoint("relay:2")
        if not self._left:
            return
        try:
            self._ahead = read_ahead(besides=recipient)
        except Exception:
            # Whatever is wrong with the next mail is said when it has its turn.
            log.debug("the next mail could not be read ahead", exc_info=True)

    def _may_take(self) -> bool:
        self._left -= 1
        return self._left >= 0
