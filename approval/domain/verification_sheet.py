"""Phiếu xác thực: the paper beside a finished document that says which file is meant and where to have it checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SheetSignature:
    """One body and when it signed."""

    agency: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class VerificationSheet:
    """What the sheet says: the file by its SHA-256 (hex), who signed it in protocol order, when it was issued."""

    title: str
    bloc_name: str
    superior: str
    sha256: str
    finalised_at: datetime
    signatures: tuple[SheetSignature, ...]


def check_address(base_url: str, sha256: str) -> str:
    """Where the QR code leads. It carries a hash and no identity: who holds only the sheet learns nothing there."""
    return f"{base_url}/kiem-tra?ma={sha256}"
