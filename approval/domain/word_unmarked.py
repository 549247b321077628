"""A Word file typed by anybody: the national heading, the signature table and numbered paragraphs are told by words."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from approval.domain.agency_names import name_key
from approval.domain.clause_paragraphs import CLAUSE_START
from approval.domain.import_text import ImportedPledge, compose_pledge, opened_parts
from approval.domain.party_blocks import is_heading_start, no_signature_blocks
from approval.domain.pledge_heading import DateHeading, no_date_line, read_date_heading, text_before_date_line
from approval.domain.text_findings import TextFinding, letterhead_left_out
from approval.domain.word_paragraph import WordParagraph
from approval.domain.word_signatures import opens_block, read_signatures

_NATIONAL_TITLE = name_key("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
_MOTTO = name_key("Độc lập - Tự do - Hạnh phúc")
_RULE_MARKS = " -–—_=*."
# Columns made by tabs get a table of their own number: a real one counts from 0.
_TAB_TABLE = -1

Paragraphs = list[WordParagraph]


def read_unmarked(paragraphs: Sequence[WordParagraph]) -> ImportedPledge:
    """The pledge. Raises NotAPledgeError."""
    body, signatures = _cut_signatures([part for p in paragraphs for part in _columns(p)])
    heading, body = _take_date(body)
    body, findings = _without_letterhead(body)
    blocks = read_signatures(signatures)
    lines = [part for block in _title_joined(body) for part in opened_parts(block)]
    imported = compose_pledge(heading, lines, blocks.headings)
    return replace(imported, findings=(*findings, *blocks.findings, *imported.findings))


def _columns(paragraph: WordParagraph) -> Iterator[WordParagraph]:
    """A paragraph for each line, and each column between tabs, when one of them has a place of its own."""
    columns = [[part for part in line.split("\t") if part] for line in paragraph.lines]
    if not any(_has_own_place(part) for parts in columns for part in parts):
        yield paragraph
        return
    for parts in columns:
        for position, part in enumerate(parts):
            cell = paragraph.cell if len(parts) == 1 else (_TAB_TABLE, _TAB_TABLE, position)
            yield replace(paragraph, lines=(part,), cell=cell)


def _has_own_place(words: str) -> bool:
    return _is_national(words) or is_heading_start(words) or read_date_heading(words) is not None


def _is_national(words: str) -> bool:
    return name_key(words.strip(_RULE_MARKS)) in (_NATIONAL_TITLE, _MOTTO)


def _cut_signatures(paragraphs: Paragraphs) -> tuple[Paragraphs, Paragraphs]:
    """Cuts before the first heading, or before its table row: "Nơi nhận" may stand left of it."""
    cut = next((i for i, paragraph in enumerate(paragraphs) if opens_block(paragraph)), None)
    if cut is None:
        raise no_signature_blocks()
    row = paragraphs[cut].cell
    while row and cut and _row(paragraphs[cut - 1]) == row[:2]:
        cut -= 1
    return paragraphs[:cut], paragraphs[cut:]


def _row(paragraph: WordParagraph) -> tuple[int, int] | None:
    return paragraph.cell[:2] if paragraph.cell else None


def _take_date(paragraphs: Paragraphs) -> tuple[DateHeading, Paragraphs]:
    """The date line is in the heading or, in some offices, above the signatures."""
    for index, paragraph in enumerate(paragraphs):
        heading = read_date_heading(paragraph.words)
        if heading:
            _refuse_text_above(paragraphs[:index])
            return heading, [*paragraphs[:index], *paragraphs[index + 1 :]]
    raise no_date_line(paragraphs[0].words if paragraphs else "")


def _refuse_text_above(paragraphs: Paragraphs) -> None:
    """Without a national heading nothing tells a letterhead from the title of the document."""
    told = any(_is_national(p.words) or CLAUSE_START.match(" ".join(p.numbered_lines)) for p in paragraphs)
    if paragraphs and not told:
        raise text_before_date_line(paragraphs[0].words)


def _without_letterhead(paragraphs: Paragraphs) -> tuple[Paragraphs, list[TextFinding]]:
    """Takes off the national heading and all above and beside it: the page prints its own."""
    head = list(_head(paragraphs))
    nationals = [index for index, paragraph in enumerate(head) if _is_national(paragraph.words)]
    if not nationals:
        return paragraphs, []
    table = _table(head[nationals[-1]])
    beside = [index for index, paragraph in enumerate(head) if table is not None and _table(paragraph) == table]
    end = max(nationals + beside) + 1
    words = [paragraph.words for paragraph in paragraphs[:end] if not _is_national(paragraph.words)]
    return paragraphs[end:], [letterhead_left_out(words)] if words else []


def _head(paragraphs: Paragraphs) -> Iterator[WordParagraph]:
    return itertools.takewhile(lambda p: not CLAUSE_START.match(" ".join(p.numbered_lines)), paragraphs)


def _table(paragraph: WordParagraph) -> int | None:
    return paragraph.cell[0] if paragraph.cell else None


def _title_joined(paragraphs: Paragraphs) -> list[tuple[str, ...]]:
    """A title broken over centred paragraphs is one block, as it would be with line breaks."""
    title = list(itertools.takewhile(lambda p: p.centred, _head(paragraphs)))
    first = tuple(line for paragraph in title for line in paragraph.numbered_lines)
    others = [paragraph.numbered_lines for paragraph in paragraphs[len(title) :]]
    return [first, *others] if first else others
