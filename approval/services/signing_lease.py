"""One writer at a time on a signed file: a lease on the signing row, proved later by compare-and-swap on its head.

The lease saves work (two people never build on one head for nothing); it is not what makes the result right.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from approval.domain.errors import BusyError
from approval.extensions import parts
from approval.models.signing import Signing
from approval.services.unit_of_work import UnitOfWork, housekeeping

# A signer killed in mid-act must not keep the next one waiting longer than that one is willing to wait.
_PATIENCE_SECONDS = 10.0
_LEASE = timedelta(seconds=8)
# A distant time-stamp authority answers in seconds to minutes.
_LEASE_REMOTE_TSA = timedelta(seconds=60)
_SHORTEST_PAUSE_SECONDS = 0.01
_LONGEST_PAUSE_SECONDS = 0.06


@dataclass(frozen=True, slots=True)
class Lease:
    """Proof of being the writer: `number` rises with every taking, so a late release frees nobody else's lease."""

    signing_id: int
    number: int


@contextmanager
def signing_lease(signing_id: int) -> Iterator[Lease]:
    """Hold the lease for the block. Raises BusyError when others kept it for about ten seconds."""
    lease = _take(signing_id)
    try:
        yield lease
    except BaseException:
        _release(lease)
        raise


def release_lease(signing: Signing, lease: Lease) -> None:
    """Give the lease back inside the unit of work that moves the head: one commit fewer at every signature."""
    if signing.lease_number == lease.number:
        signing.lease_until = None


def _take(signing_id: int) -> Lease:
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while True:
        lease = _try_to_take(signing_id)
        if lease is not None:
            return lease
        if time.monotonic() > give_up:
            raise _busy()
        time.sleep(random.uniform(_SHORTEST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS))


def _try_to_take(signing_id: int) -> Lease | None:
    with housekeeping() as uow:
        signing = _lock(uow, signing_id)
        if signing.lease_until is not None and signing.lease_until > uow.now:
            return None
        signing.lease_number += 1
        signing.lease_until = uow.now + (_LEASE_REMOTE_TSA if parts().settings.tsa_url else _LEASE)
        return Lease(signing_id, signing.lease_number)


def _release(lease: Lease) -> None:
    with housekeeping() as uow:
        uow.session.execute(
            update(Signing)
            .where(Signing.id == lease.signing_id, Signing.lease_number == lease.number)
            .values(lease_until=None)
        )


def _lock(uow: UnitOfWork, signing_id: int) -> Signing:
    query = select(Signing).where(Signing.id == signing_id)
    return uow.session.execute(query.with_for_update().execution_options(populate_existing=True)).scalar_one()


def _busy() -> BusyError:
    return BusyError(
        "signing-busy",
        "Cơ quan khác đang ký văn bản này. Ông/Bà chờ ít giây rồi bấm ký lại; chưa có gì được ghi.",
        "Somebody else is signing this document. Wait a few seconds and sign again; nothing was recorded.",
    )
