"""The tasks: "look at the table". Without arguments, because the outbox rows say everything."""

from __future__ import annotations

import threading

from celery import shared_task

from approval.services.beat_heart import beat_heart
from worker.finalise_due import finalise_due
from worker.flask_app import flask_app
from worker.relay_mail import relay_mail
from worker.stamp_heads import stamp_heads
from worker.watch_heads import watch_heads
from worker.witness_heads import witness_heads

# One sweep of mails at a time in a process: a slow mail server then never keeps finalisation waiting, and a process
# that is killed has at most one mail on its way, which may arrive twice.
_relaying = threading.Lock()
# The same for heads of the history: a witness or an authority that does not answer holds one thread, not all.
_publishing = threading.Lock()


@shared_task(name="relay-mail", acks_late=True, ignore_result=True)
def relay_mail_task() -> None:
    """Send the mails that are due, unless a sweep is at it."""
    if not _relaying.acquire(blocking=False):
        return
    try:
        with flask_app().app_context():
            relay_mail()
    finally:
        _relaying.release()


@shared_task(name="finalise-due", acks_late=True, ignore_result=True)
def finalise_due_task() -> None:
    """Finalise the pledges that everybody signed, then look at those that are being signed."""
    with flask_app().app_context():
        finalise_due()
        beat_heart("finalise")
        watch_heads()


@shared_task(name="publish-log", acks_late=True, ignore_result=True)
def publish_log_task() -> None:
    """Have the signed heads of the history stamped and witnessed, unless a sweep is at it."""
    if not _publishing.acquire(blocking=False):
        return
    try:
        with flask_app().app_context():
            stamp_heads()
            witness_heads()
    finally:
        _publishing.release()
