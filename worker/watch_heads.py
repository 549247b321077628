"""Looks at each signed file soon after its newest signature, instead of at all of them when the last one is given.

A damaged file is noticed while there is time to mend it, and what was found good is remembered: finishing then takes
less time. Nothing depends on it, for what was not looked at here is looked at there.
"""

from __future__ import annotations

import logging
import threading

from approval.adapters.file_store import FileDamagedError, FileMissingError
from approval.domain.document import Finding
from approval.extensions import db, parts
from approval.queries.signed_heads import SignedHead, load_signed_heads

log = logging.getLogger(__name__)

# Of this process, like the memory of findings it fills.
_seen: set[str] = set()
_looking = threading.Lock()


def watch_heads() -> int:
    """Judge the files not looked at yet; returns how many. One thread at a time: a second sweep finds nothing to do."""
    if not _looking.acquire(blocking=False):
        return 0
    try:
        heads = load_signed_heads(db.session())
        # Judging takes long; no transaction may stay open over it.
        db.session.rollback()
        new = [head for head in heads if head.sha256 not in _seen]
        for head in new:
            _look_at(head)
        _seen.intersection_update(head.sha256 for head in heads)
        _seen.update(head.sha256 for head in new)
        return len(new)
    finally:
        _looking.release()


def _look_at(head: SignedHead) -> None:
    try:
        report = parts().worker_validator.validate(parts().file_store.get(head.sha256), head.expected)
    except (FileMissingError, FileDamagedError):
        log.exception("pledge %s: signed file %s cannot be read", head.pledge_id, head.sha256)
        return
    if report.finding is not Finding.SOUND:
        log.error(
            "pledge %s: signed file %s: %s %s", head.pledge_id, head.sha256, report.finding, "; ".join(report.problems)
        )
