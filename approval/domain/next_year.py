"""Takes a pledge up again for a later year: heading, date and parties move on, every other word stays as it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from approval.domain.agency_names import find_names, name_key
from approval.domain.party_blocks import PREFIX
from approval.domain.pledge_text import DateLine, DatePolicy, PartyBlock, PledgeText
from approval.domain.proof_document import agencies
from approval.domain.proof_finding import BODY, Level, Part, Passage, Place, ProofFinding, passages_of
from approval.domain.stale_references import looked_ahead, stale_references
from approval.domain.year_move import YearMove


@dataclass(frozen=True, slots=True)
class NextYear:
    """The draft for the later year and what a person must look at, in the order of the page."""

    text: PledgeText
    findings: tuple[ProofFinding, ...]


def next_year(source: PledgeText, move: YearMove, members: Sequence[str]) -> NextYear:
    """`source` for `move.new`, signed by `members` (agency names in protocol order).

    Title and subject name the new year, the date line is a year or more later with its day blank, an agency that was
    a party keeps its block. Preamble, clauses and closing are the source's: what went stale in them is a finding.
    """
    text = replace(
        source,
        date=_date(source.date, move),
        date_policy=DatePolicy.FILLED_AT_FINALISATION,
        title=_heading(Part.TITLE, source.title, move),
        subject=_heading(Part.SUBJECT, source.subject, move),
        parties=_parties(source, members),
    )
    passages = passages_of(text)
    found = [*stale_references(passages, move), *looked_ahead(passages, move), *_agencies(source, text, passages)]
    return NextYear(text, tuple(sorted(found, key=lambda finding: (finding.place.order, finding.rule))))


def _date(date: DateLine, move: YearMove) -> DateLine:
    """The day blank, the month kept, the year moved on (a pledge for 2025 may be dated December 2024)."""
    return DateLine(None, date.month, move.new if date.year is None else date.year + move.step)


def _heading(part: Part, line: str, move: YearMove) -> str:
    """The line with the years that have an obvious successor replaced, last one first so that places hold."""
    moved = line
    for finding in reversed(tuple(stale_references((Passage(part, line),), move))):
        if finding.suggestion is not None:
            moved = moved[: finding.place.start] + finding.suggestion + moved[finding.place.end :]
    return moved


def _parties(source: PledgeText, members: Sequence[str]) -> tuple[PartyBlock, ...]:
    known = {name_key(block.agency): block for block in source.parties}
    return tuple(known.get(name_key(name)) or PartyBlock(name, f"{PREFIX} {name.upper()}") for name in members)


def _agencies(source: PledgeText, text: PledgeText, passages: tuple[Passage, ...]) -> Iterator[ProofFinding]:
    """Y05: names of agencies that left, and of new ones the preamble lacks; L06: the count and the order."""
    now = {name_key(block.agency) for block in text.parties}
    before = {name_key(block.agency) for block in source.parties}
    left = [block.agency for block in source.parties if name_key(block.agency) not in now]
    for passage in passages:
        if passage.part in BODY:
            yield from _named_still(passage, left, [block.agency for block in text.parties])
    joined = [block.agency for block in text.parties if name_key(block.agency) not in before]
    preamble = "\n".join(text.preamble)
    for name, hit in zip(joined, find_names(joined, preamble), strict=True):
        if hit is None:
            vi = f"“{name}” mới tham gia Khối, phần ký đã thêm mà phần mở đầu chưa nêu tên."
            yield ProofFinding("Y05", Level.WARN, Place(Part.PREAMBLE), "", vi)
    yield from (finding for finding in agencies(text) if finding.place.part is not Part.PARTY)


def _named_still(passage: Passage, left: Sequence[str], staying: Sequence[str]) -> Iterator[ProofFinding]:
    # The names that stay are looked for too, so that "Sở Văn hóa" is not found inside a longer name.
    for hit in find_names([*left, *staying], passage.text)[: len(left)]:
        if hit:
            vi = "Cơ quan này không còn là thành viên của Khối và không còn khối ký; sửa chỗ này."
            start = passage.text.index(hit.text)
            yield passage.warning("Y05", (start, start + len(hit.text)), vi)
