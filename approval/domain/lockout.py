"""How long wrong passwords and PINs lock a door: five wrong, fifteen minutes; again five, twice as long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Lockout:
    """After every `limit` failures the door is shut, first for `first`, then doubling up to `longest`.

    Failures older than `memory` after the last one (or after the end of the lock) are forgotten.
    """

    limit: int
    first: timedelta
    longest: timedelta
    memory: timedelta

    def locked_until(self, failures: int, now: datetime) -> datetime | None:
        """The end of the lock that this many failures in a row bring, None when they bring none."""
        if failures == 0 or failures % self.limit:
            return None
        doublings = min(failures // self.limit - 1, 30)
        lock: timedelta = self.first * (1 << doublings)
        return now + min(lock, self.longest)

    def tries_left(self, failures: int) -> int:
        """How many more failures there may be until the next lock begins; the whole limit right after one began."""
        return self.limit - failures % self.limit

    def is_forgotten(self, *, last_failure: datetime, locked_until: datetime | None, now: datetime) -> bool:
        """Whether so much time has passed that counting starts again."""
        return now > max(last_failure, locked_until or last_failure) + self.memory


PIN_LOCKOUT = Lockout(limit=5, first=timedelta(minutes=15), longest=timedelta(hours=24), memory=timedelta(days=3650))
# One account from one address: what a person who forgot the password meets.
PAIR_LOCKOUT = Lockout(limit=5, first=timedelta(minutes=15), longest=timedelta(hours=4), memory=timedelta(hours=12))
# One account from anywhere: guessing from many addresses. Higher, so that a stranger cannot easily lock a person out.
ACCOUNT_LOCKOUT = Lockout(limit=25, first=timedelta(minutes=15), longest=timedelta(hours=1), memory=timedelta(hours=12))
# One address against any account: higher still, as a whole office may sit behind one address.
ADDRESS_LOCKOUT = Lockout(
    limit=30, first=timedelta(minutes=15), longest=timedelta(hours=4), memory=timedelta(minutes=15)
)
