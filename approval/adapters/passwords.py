"""Passwords: argon2id hashes (RFC 9106), checked with equal work whether or not the account exists."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from approval.domain.pledge_text import to_nfc

# Each hash holds its whole memory cost; without a cap, a burst of sign-ins is a way to exhaust the machine.
_CONCURRENT_HASHES = 4

# No letters that look alike on paper: drawn passwords are read off a screen and typed.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_LENGTH = 4, 5


def generate_password() -> str:
    """A random password of four groups of five letters (almost 100 bits) that the password rule accepts."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))


@dataclass(frozen=True, slots=True)
class HashCost:
    """argon2id cost: memory in KiB, passes, lanes."""

    memory_kib: int
    time: int
    parallelism: int


class Passwords:
    """Hashes and checks passwords at one cost. Safe to share between threads.

    Passwords are composed (NFC) first: one keyboard sends "ế" as one character, another as three.
    """

    def __init__(self, cost: HashCost) -> None:
        self._hasher = PasswordHasher(
            time_cost=cost.time, memory_cost=cost.memory_kib, parallelism=cost.parallelism, hash_len=32, salt_len=16
        )
        self._slots = threading.BoundedSemaphore(_CONCURRENT_HASHES)
        self._nobody = self._hasher.hash(secrets.token_urlsafe(32))

    def hash(self, password: str) -> str:
        """The PHC string to store, about 100 characters."""
        with self._slots:
            return self._hasher.hash(to_nfc(password))

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether `password` is the stored one; `None` (no such account) costs the same and is never true."""
        with self._slots:
            try:
                good = self._hasher.verify(stored or self._nobody, to_nfc(password))
            except (VerificationError, InvalidHashError):
                return False
        return good and stored is not None

    def needs_rehash(self, stored: str) -> bool:
        """Whether the stored hash was made at another cost than today's."""
        return self._hasher.check_needs_rehash(stored)
