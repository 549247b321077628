"""What a pledge page shows, as the plain data handed to the Typst templates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from approval.domain.date_line import DatePart, date_part_text
from approval.domain.document import (
    DAY_FIELD,
    MONTH_FIELD,
    SEAL_FIELD,
    TEST_NOTICE,
    YEAR_FIELD,
    signature_field_name,
)
from approval.domain.pledge_text import DateLine, PledgeText

DATE_FIELDS: dict[DatePart, str] = {
    DatePart.DAY: DAY_FIELD,
    DatePart.MONTH: MONTH_FIELD,
    DatePart.YEAR: YEAR_FIELD,
}
_DIGITS = {DatePart.DAY: 2, DatePart.MONTH: 2, DatePart.YEAR: 4}


@dataclass(frozen=True, slots=True)
class PartyPrint:
    """One signature block in protocol order.

    Only what is certain before signing is printed on the page itself. Who signs, and under which authority, is known
    at the moment of signing and belongs in the stamp: leave `authority_lines` and `name` empty unless the stamp will
    not carry them, or they appear twice.
    """

    heading: str
    authority_lines: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class HeaderPrint:
    """The top left of page 1, the recipients ("Nơi nhận", whole lines) and whether test certificates will sign."""

    parent: str
    bloc: str
    recipients: tuple[str, ...] = ()
    test_notice: bool = False


def parties_of(text: PledgeText) -> tuple[PartyPrint, ...]:
    """The blocks as drafted, in the order of the text."""
    return tuple(PartyPrint(party.heading) for party in text.parties)


def pledge_data(
    text: PledgeText,
    parties: Sequence[PartyPrint],
    header: HeaderPrint,
    mark: str | None,
) -> dict[str, Any]:
    """JSON-ready data for `pledge.typ`; empty strings and lists stand for what is not printed."""
    return {
        "title": text.title,
        "subject": text.subject,
        "date": {"place": text.place, **_date_data(text.date)},
        "header": {
            "parent": header.parent,
            "bloc": header.bloc,
            "recipients": list(header.recipients),
        },
        "body": [{"text": paragraph, "indent": True} for paragraph in _paragraphs(text)],
        "parties": [_party_data(party, position) for position, party in enumerate(parties, start=1)],
        "mark": mark or "",
        "notice": TEST_NOTICE if header.test_notice else "",
        "seal": SEAL_FIELD,
    }


def _paragraphs(text: PledgeText) -> Iterator[str]:
    yield from text.preamble
    for clause in text.clauses:
        first, *others = clause.paragraphs
        yield f"{clause.number}. {first}"
        yield from others
    yield from text.closing


def _date_data(date: DateLine) -> dict[str, Any]:
    values = {
        DatePart.DAY: date.day,
        DatePart.MONTH: date.month,
        DatePart.YEAR: date.year,
    }
    return {
        part.value: {
            "text": date_part_text(part, value),
            "field": DATE_FIELDS[part],
            "digits": _DIGITS[part],
        }
        for part, value in values.items()
    }


def _party_data(party: PartyPrint, position: int) -> dict[str, Any]:
    return {
        "field": signature_field_name(position),
        "heading": party.heading,
        "authority": list(party.authority_lines),
        "name": party.name,
    }
