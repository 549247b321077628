"""What the quick judge found good before and need not examine again.

Only good findings are kept, in this process only: whoever could write here could also replace the verdict itself.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

from approval.domain.document import SignatureCheck

Value = TypeVar("Value")
_KEPT = 512
# Trust is a matter of the moment. A new CRL makes a new key; this is for what no certificate and no CRL says.
LONGEST_LIFE = timedelta(days=1)


class BoundedMemory(Generic[Value]):
    """A fixed number of values by digest, the oldest dropped first. Safe to share between threads."""

    def __init__(self) -> None:
        self._values: OrderedDict[bytes, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: bytes) -> Value | None:
        """The value kept under this key."""
        with self._lock:
            return self._values.get(key)

    def keep(self, key: bytes, value: Value) -> None:
        """Keep a value."""
        with self._lock:
            self._values[key] = value
            while len(self._values) > _KEPT:
                self._values.popitem(last=False)


@dataclass(frozen=True, slots=True)
class GoodCheck:
    """A signature found good as of a moment, by certificates and CRLs of which the first ends at `evidence_ends`."""

    check: SignatureCheck
    moment: datetime
    evidence_ends: datetime

    def holds_at(self, moment: datetime) -> bool:
        """Whether examining the signature again, with the same evidence, would give the same."""
        return self.moment <= moment <= min(self.evidence_ends, self.moment + LONGEST_LIFE)


def digest_of(pdf: bytes, end: int, evidence: Iterable[bytes] = ()) -> bytes:
    """Key of the file up to `end`, judged with this evidence."""
    digest = hashlib.sha256(memoryview(pdf)[:end])
    for part in evidence:
        digest.update(hashlib.sha256(part).digest())
    return digest.digest()
