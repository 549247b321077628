"""The structured text of a pledge: the value that is reviewed, hashed, typeset and signed."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

import rfc8785

FORMAT_VERSION = 1


class DatePolicy(StrEnum):
    """When the blank parts of the date line are filled (design: "Date policy per pledge")."""

    FILLED_AT_FINALISATION = "filled_at_finalisation"
    FIXED_AT_OPENING = "fixed_at_opening"


@dataclass(frozen=True, slots=True)
class DateLine:
    """Day, month and year of the date line; `None` means "left blank in the draft"."""

    day: int | None = None
    month: int | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One numbered clause; `paragraphs` holds at least one paragraph, none of them with line breaks."""

    number: int
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartyBlock:
    """One signature block, in protocol order.

    `agency` is the name as the preamble writes it ("Sở Y tế"), `heading` the block as drafted ("ĐẠI DIỆN SỞ Y TẾ").
    """

    agency: str
    heading: str


@dataclass(frozen=True, slots=True)
class PledgeText:
    """A whole pledge. All strings are NFC, single-line, without leading or trailing white space."""

    place: str
    date: DateLine
    date_policy: DatePolicy
    title: str
    subject: str
    preamble: tuple[str, ...]
    clauses: tuple[Clause, ...]
    closing: tuple[str, ...]
    parties: tuple[PartyBlock, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain data with ASCII keys; the shape of the canonical JSON."""
        return {
            "v": FORMAT_VERSION,
            "place": self.place,
            "date": {"day": self.date.day, "month": self.date.month, "year": self.date.year},
            "date_policy": self.date_policy.value,
            "title": self.title,
            "subject": self.subject,
            "preamble": list(self.preamble),
            "clauses": [{"number": c.number, "paragraphs": list(c.paragraphs)} for c in self.clauses],
            "closing": list(self.closing),
            "parties": [{"agency": p.agency, "heading": p.heading} for p in self.parties],
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Inverse of `as_dict`. Raises KeyError, TypeError or ValueError on data of another shape."""
        if data["v"] != FORMAT_VERSION:
            raise ValueError(f"unknown pledge text version {data['v']!r}")
        date = data["date"]
        return cls(
            place=data["place"],
            date=DateLine(date["day"], date["month"], date["year"]),
            date_policy=DatePolicy(data["date_policy"]),
            title=data["title"],
            subject=data["subject"],
            preamble=tuple(data["preamble"]),
            clauses=tuple(Clause(c["number"], tuple(c["paragraphs"])) for c in data["clauses"]),
            closing=tuple(data["closing"]),
            parties=tuple(PartyBlock(p["agency"], p["heading"]) for p in data["parties"]),
        )

    def canonical_bytes(self) -> bytes:
        """RFC 8785 canonical JSON; the bytes that verdicts and signatures bind to."""
        return rfc8785.dumps(self.as_dict())

    def sha256(self) -> str:
        """Lower-case hex SHA-256 (64 characters) of `canonical_bytes`."""
        return hashlib.sha256(self.canonical_bytes()).hexdigest()


def to_nfc(text: str) -> str:
    """Compose at the edge: "ế" has two Unicode spellings and only one may reach the hash."""
    return unicodedata.normalize("NFC", text)
