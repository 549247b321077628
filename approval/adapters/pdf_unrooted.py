"""Judges a pledge file when nobody said whom to trust: everything but who issued the keys can still be judged."""

from __future__ import annotations

from approval.adapters.clock import Clock
from approval.adapters.pdf_reading import read_pledge_file
from approval.adapters.pdf_trust import named_authorities
from approval.adapters.pdf_validator import PdfValidator
from approval.domain.document import ValidationReport


def inspect_unrooted(pdf: bytes, clock: Clock) -> ValidationReport:
    """As `PdfValidator.inspect`, taking the authorities that the file names at their word.

    SOUND then means whole, complete and made by those authorities; anybody can be one of their own making.
    """
    try:
        authorities = named_authorities(read_pledge_file(pdf))
    except Exception:  # noqa: BLE001 - damaged files make pyHanko raise many kinds; the judge has the words for it
        authorities = ()
    return PdfValidator(authorities, clock).inspect(pdf)
