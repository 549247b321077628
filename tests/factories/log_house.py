"""Keys of a log of its own, its witnesses and the house that seals: what evidence bundles are made with in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from approval.adapters.clock import FixedClock
from approval.adapters.pdf_cms import der
from approval.adapters.pki import TestAuthority
from approval.adapters.timestamp_authority import BuiltInTestTsa
from approval.domain.checkpoint import Checkpoint
from approval.domain.evidence_policy import EvidencePolicy
from approval.domain.signed_note import (
    KeyType,
    NoteKey,
    NoteSignature,
    SignedNote,
    cosigned_message,
    make_signature,
)

ORIGIN = "giao-uoc.example/nhat-ky"
MAY_1 = datetime(2024, 5, 1, 2, 0, tzinfo=UTC)
MAY_20 = datetime(2024, 5, 20, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Signer:
    """A private Ed25519 key with its public one."""

    key: NoteKey
    private: Ed25519PrivateKey

    @classmethod
    def make(cls, name: str, kind: KeyType, seed: int) -> Signer:
        """The same seed gives the same key."""
        private = Ed25519PrivateKey.from_private_bytes(sha256(f"{name} {seed}".encode()).digest())
        return cls(NoteKey(name, kind, private.public_key().public_bytes_raw()), private)

    def sign(self, text: str) -> NoteSignature:
        """As the log signs a head."""
        return make_signature(self.key, self.private.sign(text.encode()))

    def cosign(self, text: str, seconds: int) -> NoteSignature:
        """As a witness does."""
        return make_signature(self.key, self.private.sign(cosigned_message(text, seconds)), seconds)


@dataclass(frozen=True)
class LogHouse:
    """One installation's keys; `clock` is what its time stamps show."""

    clock: FixedClock
    authority: TestAuthority
    tsa: BuiltInTestTsa
    log: Signer = field(default_factory=lambda: Signer.make(ORIGIN, KeyType.ED25519, 1))
    witnesses: tuple[Signer, ...] = field(
        default_factory=lambda: tuple(
            Signer.make(f"so-{number}.example/nhan-chung", KeyType.COSIGNATURE, number) for number in range(1, 6)
        )
    )

    @classmethod
    def build(cls, folder: Path) -> LogHouse:
        """With a test authority in that folder."""
        clock = FixedClock(MAY_1)
        authority = TestAuthority.create_or_load(folder, clock)
        clock.moment = MAY_20
        return cls(clock, authority, BuiltInTestTsa(authority.tsa, authority.other_certs, clock))

    @property
    def root(self) -> str:
        """SHA-256 of the root certificate."""
        return sha256(der(self.authority.trust_roots[0])).hexdigest()

    def policy(self, *, quorum: int = 0) -> EvidencePolicy:
        """What a reader knows from elsewhere."""
        return EvidencePolicy.from_text(self.policy_text(quorum=quorum))

    def policy_text(self, *, quorum: int = 0) -> str:
        """The same as a file."""
        lines = [f"log {self.log.key.vkey}", f"root {self.root}"]
        if quorum:
            lines += [f"witness {one.key.vkey}" for one in self.witnesses] + [f"quorum {quorum}"]
        return "\n".join(lines) + "\n"

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Whoever sees a head meanwhile sees it then."""
        later, self.clock.moment = self.clock.moment, moment
        try:
            yield
        finally:
            self.clock.moment = later

    def head(self, size: int, root: bytes, *, by: Signer | None = None, witnesses: tuple[Signer, ...] = ()) -> bytes:
        """A signed head with the lines of these witnesses."""
        signer = by or self.log
        text = Checkpoint(ORIGIN, size, root).text
        seconds = int(self.clock.now().timestamp())
        return SignedNote(text, (signer.sign(text), *(one.cosign(text, seconds) for one in witnesses))).data

    def stamp(self, note: bytes) -> bytes:
        """A time stamp over a head as the log signed it."""
        text, _, below = note.decode().rpartition("\n\n")
        return self.tsa.token(sha256(f"{text}\n\n{below.splitlines()[0]}\n".encode()).digest())
