"""Works off due outbox rows of one topic, one after the other; a failure goes back with its cause and stops nobody."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from approval.adapters.mail_errors import MailNotSentError
from approval.domain.errors import PledgeError
from approval.services.claim_outbox import ClaimedMessage, ClaimOutbox, claim_outbox
from approval.services.claimed_row import LeaseLostError
from approval.services.put_back_outbox import PutBackOutbox, put_back_outbox

log = logging.getLogger(__name__)

Work = Callable[[ClaimedMessage], None]

# A sweep that runs for ever would keep its message unacknowledged; the next sweep goes on where this one stops.
_ROWS_A_SWEEP = 200


def work_off(topic: str, *, lease: timedelta, work: Work) -> int:
    """Claim and work off due rows, one a claim so that a lease never has to cover a batch; returns how many closed.

    `work` does the thing and closes the row, or raises.
    """
    closed = 0
    for _ in range(_ROWS_A_SWEEP):
        claimed = claim_outbox(ClaimOutbox(topic, limit=1, lease=lease))
        if not claimed:
            break
        closed += _work_one(claimed[0], work)
    return closed


def _work_one(claimed: ClaimedMessage, work: Work) -> bool:
    try:
        work(claimed)
    except LeaseLostError:
        log.warning("outbox row %s: another worker took it over", claimed.id)
        return False
    except Exception as error:
        # Whatever went wrong, the row must not be lost and the next one must have its turn.
        log.exception("outbox row %s failed", claimed.id)
        put_back(claimed, error)
        return False
    return True


def put_back(claimed: ClaimedMessage, error: Exception) -> None:
    """Give the row back with the cause, unless somebody else holds it by now."""
    cause = error.vi if isinstance(error, PledgeError) else f"{type(error).__name__}: {error}"
    answer = error.answer if isinstance(error, MailNotSentError) else ""
    try:
        put_back_outbox(PutBackOutbox(claimed.id, claimed.lease_number, cause, answer))
    except LeaseLostError:
        log.warning("outbox row %s: another worker took it over", claimed.id)
