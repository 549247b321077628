"""What the public page says of a file somebody brought: one word, its reasons, and who signed, with names masked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

_LONGEST_TEXT = 400
_MOST_LINES = 60


class Word(StrEnum):
    """The three results a reader may get; doubt is never VALID."""

    VALID = "valid"
    INVALID = "invalid"
    UNKNOWN = "unknown"


class UploadKind(StrEnum):
    """What the file turned out to be: our document, a signed PDF of others, a bundle of evidence, none of them."""

    PLEDGE = "pledge"
    FOREIGN = "foreign"
    BUNDLE = "bundle"
    OTHER = "other"


class Part(StrEnum):
    """What a signature is for."""

    OPENING = "opening"
    PARTY = "party"
    SEAL = "seal"
    TIME_STAMP = "time_stamp"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ShownSignature:
    """One signature in the words of the page. `signer` and `serial` are masked; `moment` is ISO 8601 or "".

    `validity`: how the certificate's term stood at that moment.
    """

    part: Part
    organisation: str
    signer: str
    moment: str
    issuer: str
    serial: str
    validity: str
    intact: bool
    word: Word
    problems: tuple[str, ...]

    @property
    def signed_at(self) -> datetime | None:
        """The moment of signing, aware."""
        return datetime.fromisoformat(self.moment) if self.moment else None


@dataclass(frozen=True, slots=True)
class UploadVerdict:
    """The result for one file: `reasons` are sentences, worst first; `title` is told only of a valid document."""

    word: Word
    kind: UploadKind
    reasons: tuple[str, ...]
    title: str = ""
    signatures: tuple[ShownSignature, ...] = ()

    def to_json(self) -> bytes:
        """One JSON object in UTF-8."""
        return json.dumps(asdict(self), ensure_ascii=False).encode("utf-8", "replace")

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read `to_json` back, long texts and lists cut. Raises ValueError for anything else."""
        try:
            found = json.loads(text)
            return cls(
                word=Word(found["word"]),
                kind=UploadKind(found["kind"]),
                reasons=_lines(found["reasons"]),
                title=_text(found["title"]),
                signatures=tuple(_signature(one) for one in found["signatures"][:_MOST_LINES]),
            )
        except (KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError("this is no verdict") from error


OVER_LIMIT = UploadVerdict(
    Word.UNKNOWN,
    UploadKind.OTHER,
    ("Quá giới hạn: tệp cần nhiều thời gian hoặc bộ nhớ hơn mức cho phép. Hãy dùng lệnh approval verify.",),
)


def mask_name(name: str) -> str:
    """Initials, "N. T. M. H.": enough for who knows the person, no directory for who does not."""
    letters = [next((letter for letter in word if letter.isalpha()), "") for word in name.split()]
    return " ".join(f"{letter.upper()}." for letter in letters[:8] if letter)


def mask_organisation(name: str) -> str:
    """An organisation is public; a number of six digits or more within its name (tax, citizen) is not shown."""
    return " ".join("…" if sum(map(str.isdigit, word)) >= len("000000") else word for word in name.split())


def mask_serial(serial: str) -> str:
    """First and last four digits of a hexadecimal serial, "B3C5 … 1F8A"; a short one whole."""
    upper = serial.upper()
    return upper if len(upper) <= len("B3C51F8A") else f"{upper[:4]} … {upper[-4:]}"


def _signature(found: Mapping[str, Any]) -> ShownSignature:
    read = ShownSignature(
        part=Part(found["part"]),
        organisation=_text(found["organisation"]),
        signer=_text(found["signer"]),
        moment=_text(found["moment"]),
        issuer=_text(found["issuer"]),
        serial=_text(found["serial"]),
        validity=_text(found["validity"]),
        intact=found["intact"] is True,
        word=Word(found["word"]),
        problems=_lines(found["problems"]),
    )
    if read.signed_at is not None and read.signed_at.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return read


def _lines(found: Any) -> tuple[str, ...]:
    return tuple(_text(line) for line in found[:_MOST_LINES])


def _text(found: Any) -> str:
    if not isinstance(found, str):
        raise TypeError("text expected")
    return found[:_LONGEST_TEXT]
