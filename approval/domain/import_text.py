"""Imports a pledge from Markdown or plain text: no word lost, every doubt reported, everything else refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from approval.domain.clause_paragraphs import CLAUSE_START, ends_sentence, read_body
from approval.domain.import_errors import NotAPledgeError, empty_file, refusal
from approval.domain.markdown_text import paragraphs as markdown_paragraphs
from approval.domain.party_blocks import is_heading_start, no_signature_blocks, read_parties
from approval.domain.plain_text import DEFAULT_LIMIT, read_plain_text
from approval.domain.pledge_heading import (
    DateHeading,
    no_date_line,
    read_date_heading,
    read_title,
    text_before_date_line,
)
from approval.domain.pledge_text import DatePolicy, PledgeText
from approval.domain.pledge_text_check import LONGEST_TEXT, TEXT_TOO_LONG
from approval.domain.text_findings import TextFinding

__all__ = ["ImportedPledge", "NotAPledgeError", "import_pledge"]

Lines = tuple[str, ...]

MOST_LINES = 10_000
"""Lines with text; the real pledge has 22. Far more would only keep a worker busy."""


@dataclass(frozen=True, slots=True)
class ImportedPledge:
    """The text of a file and what a person should look at."""

    text: PledgeText
    findings: tuple[TextFinding, ...]


def import_pledge(data: bytes, *, limit: int = DEFAULT_LIMIT) -> ImportedPledge:
    """Reads a pledge from the bytes of a Markdown or plain text file of at most `limit` bytes.

    Raises NotAPledgeError, whose `code` names the cause, when the file is not a pledge.
    """
    blocks = _read_blocks(data, limit)
    heading = _take_date_heading(blocks)
    signatures = _take_signatures(blocks)
    return compose_pledge(heading, blocks, signatures)


def compose_pledge(heading: DateHeading, blocks: list[Lines], signatures: Sequence[str]) -> ImportedPledge:
    """The pledge under a date line; `blocks` runs from the title to the last paragraph before the signature blocks.

    `blocks` is used up. Raises NotAPledgeError.
    """
    head = _take_until_first_clause(blocks)
    title, subject = read_title(head)
    body = read_body([" ".join(lines) for lines in (*head, *blocks)])
    parties = read_parties(signatures, preamble=body.preamble, place=heading.place)
    text = PledgeText(
        place=heading.place,
        date=heading.date,
        date_policy=DatePolicy.FILLED_AT_FINALISATION,
        title=title,
        subject=subject,
        preamble=body.preamble,
        clauses=body.clauses,
        closing=body.closing,
        parties=parties.blocks,
    )
    return ImportedPledge(text, (*heading.findings, *body.findings, *parties.findings))


def _read_blocks(data: bytes, limit: int) -> list[Lines]:
    text = read_plain_text(data, limit=limit)
    refuse_too_many_lines(sum(1 for line in text.split("\n") if line.strip()))
    # Reading takes seconds for a text that is refused afterwards; marks and white space are never half of a file.
    if len(text.encode()) > 2 * LONGEST_TEXT:
        raise refusal("text_too_long", *TEXT_TOO_LONG)
    blocks = [part for block in markdown_paragraphs(text) for part in opened_parts(block)]
    if not blocks:
        raise empty_file()
    return blocks


def refuse_too_many_lines(lines: int) -> None:
    """Raise NotAPledgeError (too_many_lines) for more lines with text than a pledge can have."""
    if lines > MOST_LINES:
        raise refusal(
            "too_many_lines",
            f"Tệp có {lines} dòng; bản giao ước không được quá {MOST_LINES} dòng, hãy kiểm tra lại tệp.",
            f"The file has {lines} lines; a pledge may have {MOST_LINES} at most, check the file.",
        )


def opened_parts(lines: Lines) -> Iterator[Lines]:
    """Cuts a paragraph where a line opens a clause, a signature block or a point although no blank line is there."""
    start = 0
    for index in range(1, len(lines)):
        if _opens_paragraph(lines[index], before=lines[index - 1]):
            yield lines[start:index]
            start = index
    yield lines[start:]


def _opens_paragraph(line: str, *, before: str) -> bool:
    if CLAUSE_START.match(line) or is_heading_start(line):
        return True
    # "- xã hội" may be the middle of a wrapped name, so a point needs a finished sentence before it.
    return (line[1:2] == ")" or line.startswith("- ")) and ends_sentence(before)


def _take_date_heading(blocks: list[Lines]) -> DateHeading:
    """Takes the date line off the front; nothing may stand above it."""
    first = blocks[0]
    if heading := read_date_heading(" ".join(first)):
        del blocks[0]
        return heading
    if heading := read_date_heading(first[0]):
        blocks[0] = first[1:]
        return heading
    if any(read_date_heading(line) for lines in blocks for line in lines):
        raise text_before_date_line(first[0])
    raise no_date_line(first[0])


def _take_signatures(blocks: list[Lines]) -> list[str]:
    starts = (i for i, lines in enumerate(blocks) if is_heading_start(" ".join(lines)))
    cut = next(starts, None)
    if cut is None:
        raise no_signature_blocks()
    signatures = [" ".join(lines) for lines in blocks[cut:]]
    del blocks[cut:]
    return signatures


def _take_until_first_clause(blocks: list[Lines]) -> list[Lines]:
    starts = (i for i, lines in enumerate(blocks) if CLAUSE_START.match(lines[0]))
    cut = next(starts, len(blocks))
    head = blocks[:cut]
    del blocks[:cut]
    return head
