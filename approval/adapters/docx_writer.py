"""A pledge as a Word file in the layout of NĐ 30/2020, which the importer gives back word for word."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from docx import Document

from approval.adapters.docx_elements import cell, element, evened, keep_next, paragraph, row, rule, run, table
from approval.adapters.docx_page import TEXT_WIDTH_MM, set_page
from approval.adapters.docx_properties import record_agencies, set_properties
from approval.adapters.docx_styles import STYLE_IDS, set_styles
from approval.adapters.typeset_input import HeaderPrint
from approval.domain.date_line import DatePart, date_part_text
from approval.domain.party_blocks import unrecoverable_agencies
from approval.domain.pledge_text import PledgeText
from approval.domain.word_paragraph import WordPart

NATIONAL_TITLE, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
_ISSUERS_MM, _NATIONAL_MM = 65, 100
_MOTTO_MM = 60.4
_MOTTO_PT = 28
# Widths of an average letter, bold: of capitals at 13 pt and of small letters at 14 pt.
_CAPITAL_MM, _SMALL_MM = 2.75, 2.15
_ISSUERS_LETTERS = 23
_KINDS = ("KHỐI THI ĐUA", "CỤM THI ĐUA")
_RULE_SHARE = 0.4
_COLUMN_MM = TEXT_WIDTH_MM / 2
_SIGNATURE_MM = 50
_ROWS_ON_A_PAGE = 4
_ROOM = {DatePart.DAY: "\u00a0" * 6, DatePart.MONTH: "\u00a0" * 6, DatePart.YEAR: "\u00a0" * 10}


def write_docx(text: PledgeText, *, header: HeaderPrint, mark: str, moment: datetime) -> bytes:
    """The bytes of a .docx file; `mark` is printed on every page, `moment` (aware UTC) is when the text was saved."""
    document = Document()
    set_properties(document, title=f"{text.title} - {text.subject}", publisher=header.bloc, moment=moment)
    set_styles(document)
    set_page(document, mark=mark)
    body = document.element.body
    body[:] = [*_head(text, header), *_body(text), _signatures(text), _end(), body.sectPr]
    record_agencies(document, unrecoverable_agencies(text))
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _head(text: PledgeText, header: HeaderPrint) -> Iterator[Any]:
    issuers, national = cell(_ISSUERS_MM, *_issuers(header)), cell(_NATIONAL_MM, *_national(text))
    yield table((_ISSUERS_MM, _NATIONAL_MM), [row(issuers, national)], margin_mm=0)
    yield _part(WordPart.TITLE, text.title, keep_next())
    yield _part(WordPart.SUBJECT, text.subject, keep_next())
    length = _RULE_SHARE * min(TEXT_WIDTH_MM, _SMALL_MM * len(text.subject))
    yield rule(STYLE_IDS[WordPart.SUBJECT], length_mm=length, room_mm=TEXT_WIDTH_MM, before_pt=5, after_pt=14)


def _issuers(header: HeaderPrint) -> Iterator[Any]:
    style = STYLE_IDS[WordPart.LETTERHEAD]
    if header.parent:
        yield paragraph(style, run(header.parent))
    yield paragraph(style, *_bloc_lines(header.bloc))
    length = _RULE_SHARE * _CAPITAL_MM * min(_ISSUERS_LETTERS, len(header.bloc))
    yield rule(style, length_mm=length, room_mm=_ISSUERS_MM, before_pt=4, after_pt=0)


def _bloc_lines(bloc: str) -> Iterator[Any]:
    """The name in lines of even length below the kind of body, so that no word of it stands alone."""
    kind = next((kind for kind in _KINDS if bloc.startswith(f"{kind} ")), "")
    name = bloc[len(kind) :].strip()
    lines = [bloc] if len(bloc) <= _ISSUERS_LETTERS else [kind, *evened(name, most=_ISSUERS_LETTERS)]
    for number, line in enumerate(filter(None, lines)):
        if number:
            yield element("r", element("br"))
        yield _bold(line)


def _national(text: PledgeText) -> Iterator[Any]:
    style = STYLE_IDS[WordPart.LETTERHEAD]
    yield paragraph(style, _bold(NATIONAL_TITLE))
    yield paragraph(style, _bold(MOTTO, half_points=_MOTTO_PT))
    yield rule(style, length_mm=_MOTTO_MM, room_mm=_NATIONAL_MM, before_pt=2, after_pt=0)
    yield _part(WordPart.DATE, _date_line(text))


def _date_line(text: PledgeText) -> str:
    """Blank parts keep room to be written in by hand; a reader sees blanks, which mean "left blank"."""
    values = {DatePart.DAY: text.date.day, DatePart.MONTH: text.date.month, DatePart.YEAR: text.date.year}
    day, month, year = (date_part_text(part, value) or _ROOM[part] for part, value in values.items())
    return f"{text.place}, ngày {day} tháng {month} năm {year}"


def _bold(words: str, *, half_points: int = 0) -> Any:
    made = run(words)
    size = [element("sz", val=half_points)] if half_points else []
    made.insert(0, element("rPr", element("b"), *size))
    return made


def _part(part: WordPart, words: str, *settings: Any) -> Any:
    return paragraph(STYLE_IDS[part], run(words), settings=settings)


def _body(text: PledgeText) -> list[Any]:
    """All paragraphs; the last one stays on the page of the first signatures."""
    *others, last = _body_parts(text)
    return [*(_part(part, words) for part, words in others), _part(*last, keep_next())]


def _body_parts(text: PledgeText) -> Iterator[tuple[WordPart, str]]:
    for words in text.preamble:
        yield WordPart.PREAMBLE, words
    for clause in text.clauses:
        first, *rest = clause.paragraphs
        yield WordPart.CLAUSE, first
        for words in rest:
            yield WordPart.CLAUSE_MORE, words
    for words in text.closing:
        yield WordPart.CLOSING, words


def _signatures(text: PledgeText) -> Any:
    """Two blocks a row in protocol order, a last single one on the right; a grid that fits a page is not cut."""
    headings = [party.heading for party in text.parties]
    pairs = [headings[start : start + 2] for start in range(0, len(headings), 2)]
    together = len(pairs) <= _ROWS_ON_A_PAGE
    rows = [_pair(pair, kept=together and pair is not pairs[-1]) for pair in pairs]
    return table((_COLUMN_MM, _COLUMN_MM), rows, margin_mm=2)


def _pair(headings: list[str], *, kept: bool) -> Any:
    words = headings if len(headings) > 1 else ["", *headings]
    return row(*(_block(heading, kept=kept) for heading in words), height_mm=_SIGNATURE_MM)


def _block(heading: str, *, kept: bool) -> Any:
    content = [run(heading)] if heading else []
    return cell(_COLUMN_MM, paragraph(STYLE_IDS[WordPart.PARTY], *content, settings=[keep_next()] if kept else []))


def _end() -> Any:
    """Word wants a paragraph below a table; this one is too small to open a page."""
    spacing = element("spacing", before=0, after=0, line=20, lineRule="exact")
    return paragraph(STYLE_IDS[WordPart.PARTY], settings=(spacing,))
