"""Finishes what everybody signed; a failure is kept with its cause and tried again, without end."""

from __future__ import annotations

from datetime import timedelta

from approval.domain.commands import FinalisePledge
from approval.services.claim_outbox import ClaimedMessage
from approval.services.close_outbox import CloseOutbox, close_outbox
from approval.services.finalise_pledge import finalise_pledge
from worker.outbox_loop import work_off

# Sealing takes seconds, a distant time-stamp authority more. Running twice is harmless (the service is idempotent),
# so the lease is short: after a crash people should not look at "Đang hoàn thiện" for minutes.
LEASE = timedelta(seconds=30)


def finalise_due() -> int:
    """Finalise what waits; returns how many rows were closed."""
    return work_off("finalise", lease=LEASE, work=finalise_one)


def finalise_one(claimed: ClaimedMessage) -> None:
    """Finalise one claimed pledge and close its row. Raises what `finalise_pledge` raises, and LeaseLostError."""
    if claimed.pledge_id is None:
        raise ValueError(f"outbox row {claimed.id} names no pledge")
    finalise_pledge(FinalisePledge(claimed.pledge_id))
    close_outbox(CloseOutbox(claimed.id, claimed.lease_number))
