"""The few shapes a page is made of in Word's own XML: paragraphs, rules, tables without borders."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import Any

from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement

TWIPS_PER_MM = 1440 / 25.4
_EIGHTHS = 6  # of a point: the 0.75 pt rule
_PRESERVE = {"{http://www.w3.org/XML/1998/namespace}space": "preserve"}
# What XML cannot hold is shown as a mark of damage; texts are checked long before, so this is the last net.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(tag: str, *children: Any, **attributes: str | int) -> Any:
    """An element of the `w` name space: `element("jc", val="center")`."""
    made = OxmlElement(f"w:{tag}", attrs={qn(f"w:{name}"): str(value) for name, value in attributes.items()})
    made.extend(children)
    return made


def twips(millimetres: float) -> int:
    """Word's unit of length."""
    return round(millimetres * TWIPS_PER_MM)


def printable(text: str) -> str:
    """The text with a mark of damage for what XML cannot hold."""
    return _NO_XML.sub("\ufffd", text)


def run(text: str) -> Any:
    """One run; every character is text and stays as it is, blanks included."""
    words = OxmlElement("w:t", attrs=_PRESERVE)
    words.text = printable(text)
    return element("r", words)


def paragraph(style_id: str, *content: Any, settings: Sequence[Any] = ()) -> Any:
    """A paragraph of a style; `settings` are properties of its own, in the order of the schema."""
    return element("p", element("pPr", element("pStyle", val=style_id), *settings), *content)


def keep_next() -> Any:
    """The property that keeps a paragraph on the page of the next one."""
    return element("keepNext")


def rule(style_id: str, *, length_mm: float, room_mm: float, before_pt: int, after_pt: int) -> Any:
    """A line of `length_mm` in the middle of a column of `room_mm`: the upper border of an empty paragraph."""
    indent = twips(max(0.0, room_mm - length_mm) / 2)
    border = element("pBdr", element("top", val="single", sz=_EIGHTHS, space=0, color="000000"))
    spacing = element("spacing", before=before_pt * 20, after=after_pt * 20, line=40, lineRule="exact")
    indents = element("ind", left=indent, right=indent, firstLine=0)
    return paragraph(style_id, settings=(border, spacing, indents))


def evened(words: str, *, most: int) -> list[str]:
    """Words in the fewest lines of `most` letters, as even as they come; a longer word gets a line of its own."""
    fewest = textwrap.wrap(words, most, break_long_words=False, break_on_hyphens=False)
    for width in range(1, most):
        lines = textwrap.wrap(words, width, break_long_words=False, break_on_hyphens=False)
        if len(lines) == len(fewest) and max(map(len, lines), default=0) <= width:
            return lines
    return fewest


def cell(width_mm: float, *paragraphs: Any) -> Any:
    """A table cell; Word calls a file damaged when a cell ends without a paragraph."""
    return element("tc", element("tcPr", element("tcW", w=twips(width_mm), type="dxa")), *paragraphs)


def row(*cells: Any, height_mm: float = 0) -> Any:
    """A row that is never cut by a page break, at least `height_mm` high."""
    height = [element("trHeight", val=twips(height_mm), hRule="atLeast")] if height_mm else []
    return element("tr", element("trPr", element("cantSplit"), *height), *cells)


def table(widths_mm: Sequence[float], rows: Sequence[Any], *, margin_mm: float) -> Any:
    """A table without borders, its columns fixed, its outer edges on those of the text."""
    left, right = (element(side, w=twips(margin_mm), type="dxa") for side in ("left", "right"))
    properties = element(
        "tblPr",
        element("tblW", w=sum(twips(width) for width in widths_mm), type="dxa"),
        element("tblInd", w=0, type="dxa"),
        element("tblLayout", type="fixed"),
        element("tblCellMar", left, right),
    )
    grid = element("tblGrid", *(element("gridCol", w=twips(width)) for width in widths_mm))
    return element("tbl", properties, grid, *rows)
