"""The table of opinions as a Word file: A4 landscape, Times New Roman, the head of columns on every page."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Length, Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from approval.adapters.opinion_sheet import COLUMNS, NO_OPINIONS, SHEET_TITLE, OpinionSheet, SheetRound, SheetRow
from approval.domain.date_line import render_date_line
from approval.domain.hidden_characters import code_point
from approval.domain.pledge_text import DateLine

_FONT = "Times New Roman"
_BODY, _CAPS, _CELL, _SMALL = Pt(14), Pt(13), Pt(12), Pt(9)
_HEADING_WIDTHS = (Mm(110), Mm(142))
_WIDTHS = (Mm(11), Mm(36), Mm(23), Mm(71), Mm(24), Mm(62), Mm(25))
# What XML 1.0 cannot hold in any spelling; words from before today's checks may have some.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def opinion_word_file(sheet: OpinionSheet, *, created: datetime) -> bytes:
    """The `.docx` bytes; `created` (aware) is written into its properties."""
    document = Document()
    _page(document)
    _properties(document, sheet, created)
    _heading(document, sheet)
    _title(document, sheet)
    if sheet.rounds:
        _rounds(document, sheet.rounds)
    else:
        _write(document.add_paragraph(), NO_OPINIONS, _CELL, align=WD_ALIGN_PARAGRAPH.CENTER)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _page(document: WordDocument) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(number, "PAGE")
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, _CELL
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    # Vietnamese letters are not East Asian ones, yet Word asks that list for some of them.
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)


def _properties(document: WordDocument, sheet: OpinionSheet, created: datetime) -> None:
    properties = document.core_properties
    properties.title, properties.author = SHEET_TITLE, _clean(sheet.bloc)[:255]
    properties.subject = _clean(sheet.about)[:255]
    properties.comments, properties.language = "", "vi-VN"
    properties.created = properties.modified = created.replace(tzinfo=None, microsecond=0)
    for footer in (document.sections[0].footer, document.sections[0].first_page_footer):
        words = f"Lập từ dữ liệu của hệ thống, mã SHA-256 {sheet.data_sha256.upper()}"
        _write(footer.paragraphs[0], words, _SMALL, align=WD_ALIGN_PARAGRAPH.CENTER)


def _heading(document: WordDocument, sheet: OpinionSheet) -> None:
    """The pair of headings of Nghị định 30/2020 Phụ lục I, without lines around it."""
    left, right = _table(document, 1, _HEADING_WIDTHS).rows[0].cells
    center = WD_ALIGN_PARAGRAPH.CENTER
    _write(left.paragraphs[0], sheet.superior, _CAPS, align=center)
    _write(left.add_paragraph(), sheet.bloc, _CAPS, bold=True, align=center)
    _rule(left.add_paragraph(), indent=Mm(35))
    _write(right.paragraphs[0], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", _CAPS, bold=True, align=center)
    _write(right.add_paragraph(), "Độc lập - Tự do - Hạnh phúc", _BODY, bold=True, underline=True, align=center)
    line = render_date_line(sheet.place, DateLine(sheet.day.day, sheet.day.month, sheet.day.year))
    day = _write(right.add_paragraph(), line, _BODY, italic=True, align=center)
    day.paragraph_format.space_before = Pt(9)


def _title(document: WordDocument, sheet: OpinionSheet) -> None:
    title = _write(document.add_paragraph(), SHEET_TITLE, _BODY, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER)
    title.paragraph_format.space_before = Pt(18)
    about = _write(document.add_paragraph(), sheet.about, _BODY, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER)
    about.paragraph_format.space_after = Pt(14)


def _rounds(document: WordDocument, rounds: Sequence[SheetRound]) -> None:
    table = _table(document, 1, _WIDTHS, style="Table Grid")
    _pad(table)
    _repeat(table.rows[0])
    grid = _Grid(table)
    for cell, words in zip(table.rows[0].cells, COLUMNS, strict=True):
        _write(cell.paragraphs[0], words, _CELL, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER)
    for one in rounds:
        heading = grid.add_wide_cell()
        _write(heading.paragraphs[0], one.heading, _CELL, bold=True).paragraph_format.keep_with_next = True
        _write(heading.add_paragraph(), one.figures, _CELL).paragraph_format.keep_with_next = True
        for row in one.rows:
            _fill(grid.add_row(), row)
        for label, names in one.rest:
            paragraph = _write(grid.add_wide_cell().paragraphs[0], f"{label}: ", _CELL, bold=True)
            _write(paragraph, "; ".join(names), _CELL)


class _Grid:
    """A table that grows by copies of its first row as it was empty: the library's own way takes five times as long,
    and a round of forty agencies may have two thousand rows.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._blank = deepcopy(table.rows[0]._tr)  # noqa: SLF001 - the library's documented way to reach the XML
        for mark in self._blank.xpath("./w:trPr"):
            self._blank.remove(mark)

    def add_row(self) -> _Row:
        """An empty row at the end."""
        row = deepcopy(self._blank)
        self._table._tbl.append(row)  # noqa: SLF001 - see above
        return _Row(row, self._table)

    def add_wide_cell(self) -> _Cell:
        """A row of one cell at the end."""
        row = self.add_row()
        merged: _Cell = row.cells[0].merge(row.cells[-1])
        return merged


def _fill(row: _Row, content: SheetRow) -> None:
    if not content.is_long:
        _keep_whole(row)
    cells = row.cells
    cells[0].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    for cell, paragraphs in zip(cells, content.cells, strict=True):
        for number, words in enumerate(paragraphs):
            _write(cell.add_paragraph() if number else cell.paragraphs[0], words, _CELL)


def _table(document: WordDocument, rows: int, widths: Sequence[Length], *, style: str | None = None) -> Table:
    table: Table = document.add_table(rows=rows, cols=len(widths), style=style)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
        # Word goes by the columns, LibreOffice by the cells.
        for cell in column.cells:
            cell.width = width
    return table


def _write(
    paragraph: Paragraph,
    words: str,
    size: Length,
    *,
    bold: bool = False,
    italic: bool = False,
    underline: bool = False,
    align: WD_ALIGN_PARAGRAPH | None = None,
) -> Paragraph:
    run = paragraph.add_run(_clean(words))
    # Only what differs from the style: a table of two thousand rows has thirty thousand runs.
    if size != _CELL:
        run.font.size = size
    for name, wanted in (("bold", bold), ("italic", italic), ("underline", underline)):
        if wanted:
            setattr(run, name, True)
    if align is not None:
        paragraph.alignment = align
    return paragraph


def _rule(paragraph: Paragraph, *, indent: Length) -> None:
    """A thin line: the upper border of an empty paragraph, as long as the indents leave it."""
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = indent
    paragraph.paragraph_format.space_before = Pt(2)
    border = _element("w:top", val="single", sz="6", space="1", color="auto")
    frame = OxmlElement("w:pBdr")
    frame.append(border)
    # The schema fixes the order of a paragraph's properties; the border comes before spacing and indents.
    paragraph._p.get_or_add_pPr().insert(0, frame)  # noqa: SLF001 - see above


def _repeat(row: _Row) -> None:
    """Print this row again at the top of every page."""
    row._tr.get_or_add_trPr().append(_element("w:tblHeader", val="true"))  # noqa: SLF001 - see above


def _keep_whole(row: _Row) -> None:
    """Never divide this row between two pages."""
    row._tr.get_or_add_trPr().append(_element("w:cantSplit", val="true"))  # noqa: SLF001 - see above


def _pad(table: Table) -> None:
    """A little air above and below the words of every cell."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("top", "bottom"):
        margins.append(_element(f"w:{side}", w="57", type="dxa"))
    table._tbl.tblPr.append(margins)  # noqa: SLF001 - see above


def _field(paragraph: Paragraph, instruction: str) -> None:
    """A field the word processor fills in, such as the page number."""
    paragraph._p.append(_element("w:fldSimple", instr=instruction))  # noqa: SLF001 - see above


def _element(tag: str, **attributes: str) -> BaseOxmlElement:
    element: BaseOxmlElement = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _clean(words: str) -> str:
    return _NOT_XML.sub(lambda match: f"[{code_point(match[0])}]", words)
