"""The sheet of an exported document: A4 with the margins of NĐ 30/2020, page numbers from page 2, the draft mark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.document import Document as WordDocument
from docx.shared import Mm

from approval.adapters.docx_elements import element, run, twips

WIDTH_MM, HEIGHT_MM = 210, 297
TOP_MM, BOTTOM_MM, LEFT_MM, RIGHT_MM = 20, 20, 30, 15
TEXT_WIDTH_MM = WIDTH_MM - LEFT_MM - RIGHT_MM
_HEADER_MM = 10
_NUMBER_PT, _MARK_PT = 14, 10


def set_page(document: WordDocument, *, mark: str) -> None:
    """Paper, margins and headers; `mark` stands top right on every page, nothing when empty."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(WIDTH_MM), Mm(HEIGHT_MM)
    section.top_margin, section.bottom_margin = Mm(TOP_MM), Mm(BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(LEFT_MM), Mm(RIGHT_MM)
    section.header_distance = section.footer_distance = Mm(_HEADER_MM)
    section.different_first_page_header_footer = True
    _fill(section.first_page_header, [_tab(), _tab(), *_marked(mark)])
    number = element("fldSimple", _sized(run("2"), _NUMBER_PT), instr=" PAGE ")
    _fill(section.header, [_tab(), number, _tab(), *_marked(mark)])


def _fill(header: Any, content: Sequence[Any]) -> None:
    """The header's one paragraph, with a tab stop in the middle of the text and one at its right edge."""
    header.is_linked_to_previous = False
    line = header.paragraphs[0]._p  # noqa: SLF001 - the way to Word's own XML
    stops = element(
        "tabs",
        element("tab", val="clear", pos=4680),
        element("tab", val="center", pos=twips(TEXT_WIDTH_MM / 2)),
        element("tab", val="clear", pos=9360),
        element("tab", val="right", pos=twips(TEXT_WIDTH_MM)),
    )
    line.get_or_add_pPr().append(stops)
    line.extend(content)


def _tab() -> Any:
    return element("r", element("tab"))


def _marked(mark: str) -> list[Any]:
    return [_sized(run(mark), _MARK_PT)] if mark else []


def _sized(made: Any, points: int) -> Any:
    made.insert(0, element("rPr", element("b", val=int(points == _MARK_PT)), element("sz", val=points * 2)))
    return made
