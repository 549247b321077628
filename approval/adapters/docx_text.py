"""The words of one paragraph as Word shows them, whatever runs, fields, links and controls they are cut into."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn

from approval.adapters.docx_refusals import hidden_words
from approval.adapters.docx_style_sheet import StyleSheet
from approval.domain.import_errors import shortened

_ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_MATHS_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_BOX = qn("w:txbxContent")
_BREAKS = {
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:tab"): "\t",
    qn("w:ptab"): "\t",
    qn("w:noBreakHyphen"): "-",
}
_SILENT = frozenset(
    qn(tag) for tag in ("w:pPr", "w:rPr", "w:sdtPr", "w:sdtEndPr", "w:instrText", "w:softHyphen", "w:ruby", "w:fldData")
)
_FLOATING = frozenset({_ALTERNATIVES, qn("w:drawing"), qn("w:pict"), qn("w:object")})


class TextReader:
    """Reads paragraphs in order; remembers open fields, which may span paragraphs, and what text boxes say."""

    def __init__(self, styles: StyleSheet) -> None:
        self._styles = styles
        self._fields: list[bool] = []
        self.text_boxes: list[str] = []

    def lines(self, paragraph: Any, style_id: str) -> tuple[str, ...]:
        """The text, cut at line breaks. Raises NotAPledgeError (hidden_words)."""
        return tuple("".join(self._pieces(paragraph, style_id)).split("\n"))

    def _pieces(self, parent: Any, style_id: str) -> Iterator[str]:
        for child in parent.iterchildren("*"):
            if child.tag == qn("w:r"):
                yield self._run(child, style_id)
            elif child.tag == qn("w:fldChar"):
                self._turn_field(child.get(qn("w:fldCharType")))
            elif child.tag in _FLOATING:
                yield from self._floating(child, style_id)
            elif child.tag not in _SILENT and all(self._fields):
                yield from self._leaf(child) or self._pieces(child, style_id)

    def _run(self, run: Any, style_id: str) -> str:
        text = "".join(self._pieces(run, style_id))
        if text.strip() and self._styles.run_says(run, style_id, "w:vanish"):
            raise hidden_words(shortened(" ".join(text.split())))
        return text.upper() if text and self._styles.run_says(run, style_id, "w:caps") else text

    def _leaf(self, element: Any) -> list[str]:
        if element.tag in _BREAKS:
            return [_BREAKS[element.tag]]
        if element.tag == qn("w:sym"):
            return [_symbol(element.get(qn("w:char"), ""))]
        if element.tag not in (qn("w:t"), _MATHS_TEXT) or not element.text:
            return []
        kept = element.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"
        # A line end inside the XML is a blank, not a line break of the page.
        return [" ".join((element.text if kept else element.text.strip(" \t\r\n")).splitlines())]

    def _turn_field(self, kind: str | None) -> None:
        """A field shows its result, between "separate" and "end", and not its code."""
        if kind == "begin":
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _floating(self, element: Any, style_id: str) -> Iterator[str]:
        """Boxes are noted; of an alternative without a box, the version every reader understands is the text."""
        box = next(element.iter(_BOX), None)
        if box is not None:
            self.text_boxes.append(" ".join(piece.text or "" for piece in box.iter(qn("w:t"))))
        elif element.tag == _ALTERNATIVES and len(element):
            yield from self._pieces(element[-1], style_id)


def _symbol(code: str) -> str:
    """A letter of a symbol font; Word moves them to the private area, where the importer will refuse them."""
    try:
        return chr(int(code, 16))
    except (ValueError, OverflowError):
        return "\ufffd"
