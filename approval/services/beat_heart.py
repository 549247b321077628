"""The background says that it is alive."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.dialects import postgresql, sqlite

from approval.extensions import db, parts
from approval.models.heartbeat import Heartbeat
from approval.services.unit_of_work import housekeeping

# Sweeps come every second or so; a write each time would wear a small disk out for nothing.
AT_MOST_EVERY = timedelta(seconds=15)


def beat_heart(name: str) -> None:
    """Note that the part `name` ("sweep", "relay" or "finalise") was at work just now."""
    seen = db.session.get(Heartbeat, name, populate_existing=True)
    recently = seen is not None and not _is_old(seen.seen_at, parts().clock.now())
    db.session.rollback()
    if recently:
        return
    with housekeeping() as uow:
        dialect = postgresql if uow.session.get_bind().dialect.name == "postgresql" else sqlite
        # Two workers may come to the first beat together; the second one's word is as good.
        uow.session.execute(
            dialect.insert(Heartbeat)
            .values(name=name, seen_at=uow.now)
            .on_conflict_do_update(index_elements=["name"], set_={"seen_at": uow.now})
        )


def _is_old(seen_at: datetime, now: datetime) -> bool:
    """A moment in the future means that the clock was set back."""
    return abs(now - seen_at) >= AT_MOST_EVERY
