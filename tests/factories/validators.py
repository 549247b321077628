"""Judges for the files of a signing house."""

from __future__ import annotations

from approval.adapters.pdf_validator import PdfValidator, WorkerPdfValidator
from tests.factories.pki import SigningHouse


def public_validator(house: SigningHouse) -> PdfValidator:
    """Knows the root and nothing else, as an outsider would."""
    return PdfValidator(house.authority.trust_roots, house.clock)


def careful_validator(house: SigningHouse) -> PdfValidator:
    """Knows the house's current CRLs too."""
    return PdfValidator(house.authority.trust_roots, house.clock, evidence=house.authority)


def worker_validator(house: SigningHouse) -> WorkerPdfValidator:
    """The quick judge."""
    return WorkerPdfValidator(house.authority.trust_roots, house.clock, evidence=house.authority)
