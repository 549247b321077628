"""A pledge as running text, in the order of the printed page; what an import must give back word for word."""

from __future__ import annotations

from collections.abc import Iterator

from approval.domain.date_line import render_date_line
from approval.domain.pledge_text import PledgeText


def flatten(text: PledgeText) -> str:
    """All words of the pledge, one paragraph a line, clause numbers as "1. "."""
    return "\n".join(_lines(text))


def _lines(text: PledgeText) -> Iterator[str]:
    yield render_date_line(text.place, text.date)
    yield text.title
    yield text.subject
    yield from text.preamble
    for clause in text.clauses:
        first, *rest = clause.paragraphs
        yield f"{clause.number}. {first}"
        yield from rest
    yield from text.closing
    for party in text.parties:
        yield party.heading
