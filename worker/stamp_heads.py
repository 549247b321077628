"""Gets trusted time stamps for signed heads of the history: after each finalisation, and at least once a day."""

from __future__ import annotations

import hashlib
import logging
import time

from approval.adapters.timestamp_authority import TimestampUnavailableError
from approval.extensions import db, parts
from approval.queries.unstamped_head import load_unstamped_head
from approval.services.record_token import RecordToken, record_token

log = logging.getLogger(__name__)

_PAUSE_SECONDS = 30.0
# Of this process: when the authority may be asked again (monotonic seconds).
_paused_until = [0.0]


def stamp_heads() -> int:
    """Stamp what waits for it; returns how many. An authority that is away is asked again later."""
    done = 0
    # A view of now, whatever ran before in this thread.
    db.session.rollback()
    while time.monotonic() >= _paused_until[0]:
        head = load_unstamped_head(db.session(), parts().clock.now())
        # No transaction stays open while a distant authority thinks.
        db.session.rollback()
        if head is None:
            break
        try:
            token = parts().tsa.token(hashlib.sha256(head.note).digest())
        except TimestampUnavailableError as error:
            log.warning("no time stamp for the head of %s events: %s", head.size, error.reason)
            _paused_until[0] = time.monotonic() + _PAUSE_SECONDS
            break
        record_token(RecordToken(head.size, token))
        done += 1
    return done
