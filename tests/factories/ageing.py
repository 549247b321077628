"""Years pass, and the time-stamp authority gets a new key and certificate."""

from __future__ import annotations

from datetime import timedelta

from approval.adapters.clock import FixedClock
from approval.adapters.pdf_renewer import PdfRenewer
from approval.adapters.pki import TestAuthority
from approval.adapters.pki_certificates import TSA, issue, subject_name
from approval.adapters.timestamp_authority import BuiltInTestTsa
from approval.extensions import parts

YEAR = timedelta(days=365)


def new_tsa(authority: TestAuthority, clock: FixedClock) -> BuiltInTestTsa:
    """Stamps with a certificate that was issued now."""
    identity = issue(subject_name("TSA", "Giao Ước"), TSA, issuer=authority.issuing, moment=clock.now())
    return BuiltInTestTsa(identity, authority.other_certs, clock)


def install_new_tsa(clock: FixedClock) -> None:
    """The same for the application whose context is open."""
    tools = parts()
    tools.tsa = new_tsa(tools.authority, clock)
    tools.renewer = PdfRenewer(tools.authority, tools.tsa, clock)
