"""A test authority with a clock set to May 2024, and all that signs with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from approval.adapters.clock import FixedClock
from approval.adapters.key_store import KdfCost, Pkcs12KeyStore, UnlockedKey
from approval.adapters.pdf_signer import PdfSigner
from approval.adapters.pki import TestAuthority
from approval.adapters.timestamp_authority import BuiltInTestTsa

MAY_2024 = datetime(2024, 5, 15, 2, 30, tzinfo=UTC)
QUICK = KdfCost(memory_kib=64, time=1, parallelism=1)
PEPPER = b"pepper of the tests, 32 bytes...."


@dataclass(frozen=True)
class SigningHouse:
    """Authority, time stamps and signer over one hand-moved clock."""

    clock: FixedClock
    authority: TestAuthority
    tsa: BuiltInTestTsa
    key_store: Pkcs12KeyStore
    signer: PdfSigner

    def person(self, position: int) -> UnlockedKey:
        """A new person's key."""
        certificate, key = self.authority.issue_person(f"Đại diện cơ quan {position}", f"Cơ quan {position}")
        return UnlockedKey(certificate, key, self.authority.other_certs)


def signing_house(directory: Path, *, moment: datetime = MAY_2024) -> SigningHouse:
    """A whole house below `directory`."""
    clock = FixedClock(moment)
    authority = TestAuthority.create_or_load(directory / "pki", clock)
    tsa = BuiltInTestTsa(authority.tsa, authority.other_certs, clock)
    key_store = Pkcs12KeyStore(authority, pepper=PEPPER, cost=QUICK)
    return SigningHouse(clock, authority, tsa, key_store, PdfSigner(authority, tsa, clock))
