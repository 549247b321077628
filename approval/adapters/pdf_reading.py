"""A pledge file taken apart for validation: its fields, its signatures in order, its evidence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from approval.adapters.asn1 import crl as asn1_crl
from approval.adapters.asn1 import x509 as asn1_x509
from approval.adapters.pdf_fields import signature_fields, text_field_values
from approval.domain.document import CERTIFICATION_FIELD, SEAL_FIELD

PARTY_PREFIX = "KY_"
# The end of a PDF (ISO 32000-1 §7.5.5) lies in its last 1,024 bytes; the rest is room for the lines before it.
_TAIL = 2048
_END = re.compile(rb"[^\r\n][\r\n]{1,4}startxref\s{1,4}\d{1,12}\s{1,4}%%EOF")


@dataclass(frozen=True)
class PledgeFile:
    """One file opened for reading. `fields`: signature field → signed; `dates`: text field → value."""

    pdf: bytes
    reader: PdfFileReader
    fields: dict[str, bool]
    dates: dict[str, str | None]
    signatures: tuple[EmbeddedPdfSignature, ...]
    time_stamps: tuple[EmbeddedPdfSignature, ...]
    certificates: tuple[asn1_x509.Certificate, ...]
    crls: tuple[asn1_crl.CertificateList, ...]

    @property
    def newest(self) -> EmbeddedPdfSignature | None:
        """The signature or time stamp of the newest revision."""
        every = self.signatures + self.time_stamps
        return max(every, key=lambda signature: signature.signed_revision, default=None)

    @property
    def party_fields(self) -> tuple[str, ...]:
        """Fields of the parties, in the order of their names."""
        return tuple(sorted(name for name in self.fields if name.startswith(PARTY_PREFIX)))

    @property
    def unknown_fields(self) -> tuple[str, ...]:
        """Signature fields that are neither a party's nor the house's nor a time stamp."""
        house = {CERTIFICATION_FIELD, SEAL_FIELD} | {stamp.field_name for stamp in self.time_stamps}
        return tuple(name for name in self.fields if name not in house and not name.startswith(PARTY_PREFIX))


def read_pledge_file(pdf: bytes) -> PledgeFile:
    """Open a file. Raises whatever pyHanko raises on damaged input: callers must treat every exception as failure."""
    _require_end(pdf)
    reader = PdfFileReader(BytesIO(pdf))
    certificates, crls = _evidence(reader)
    return PledgeFile(
        pdf=pdf,
        reader=reader,
        fields=signature_fields(reader),
        dates=text_field_values(reader),
        signatures=tuple(reader.embedded_regular_signatures),
        time_stamps=tuple(reader.embedded_timestamp_signatures),
        certificates=certificates,
        crls=crls,
    )


def _require_end(pdf: bytes) -> None:
    """Raise ValueError without one: pyHanko looks for it byte by byte, a minute for some megabytes of anything."""
    if not _END.search(pdf[-_TAIL:]):
        raise ValueError("the file has no end")


def _evidence(
    reader: PdfFileReader,
) -> tuple[tuple[asn1_x509.Certificate, ...], tuple[asn1_crl.CertificateList, ...]]:
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return (), ()
    crls = tuple(asn1_crl.CertificateList.load(stream.get_object().data) for stream in store.crls)
    return tuple(store.load_certs()), crls


def sealed_date_values(pdf: bytes) -> dict[str, str | None]:
    """Value of each date field (/V), None while blank. Raises ValueError when the file cannot be read."""
    try:
        return text_field_values(PdfFileReader(BytesIO(pdf)))
    except Exception as error:  # pyHanko raises many kinds on damaged input; all mean the same here
        raise ValueError("the file cannot be read") from error
