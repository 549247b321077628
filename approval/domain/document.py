"""Values that cross the border between typesetting, signing and validation of one pledge PDF."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

DAY_FIELD = "NGAY"
MONTH_FIELD = "THANG"
YEAR_FIELD = "NAM"
SEAL_FIELD = "NIEM_PHONG"
CERTIFICATION_FIELD = "MO_KY"
TEST_NOTICE = "CHỮ KÝ THỬ NGHIỆM – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"


def signature_field_name(position: int) -> str:
    """Field name of the party at a 1-based protocol position, e.g. `KY_01`."""
    return f"KY_{position:02d}"


@dataclass(frozen=True, slots=True)
class FieldBox:
    """A rectangle on a page: `page` counts from 0; corners in PDF points, origin bottom-left."""

    name: str
    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class TypesetDocument:
    """A PDF/A-3b file without any signature, and where its fields belong.

    `signature_boxes` are in protocol order and named by `signature_field_name`; `date_boxes` holds one box for each
    blank date part (DAY_FIELD, MONTH_FIELD, YEAR_FIELD), none when the date is complete.
    """

    pdf: bytes
    page_count: int
    signature_boxes: tuple[FieldBox, ...]
    seal_box: FieldBox
    date_boxes: tuple[FieldBox, ...]


@dataclass(frozen=True, slots=True)
class SignedRevision:
    """What one signing act produced: the whole new file and the evidence read back from it."""

    pdf: bytes
    signed_at: datetime
    certificate_serial: str
    certificate_subject: str


@dataclass(frozen=True, slots=True)
class ExpectedDocument:
    """What a file must hold to be complete: party fields in protocol order, date parts, and whether it is final."""

    signature_fields: tuple[str, ...]
    date_fields: tuple[str, ...]
    signed_fields: frozenset[str]
    final: bool


class Finding(StrEnum):
    """Outcome of a validation; in this order the exit codes 0 to 3 of `approval verify`."""

    SOUND = "sound"
    TAMPERED = "tampered"
    INCOMPLETE = "incomplete"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class SignatureCheck:
    """One signature as a validator sees it. `problems` is empty when all is well."""

    field_name: str
    signer: str
    signed_at: datetime | None
    intact: bool
    valid: bool
    trusted: bool
    modification_level: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """Verdict on one file; `problems` are sentences (Vietnamese) for people, worst first."""

    finding: Finding
    signatures: tuple[SignatureCheck, ...]
    problems: tuple[str, ...]
    last_signed_at: datetime | None
