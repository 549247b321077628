"""From the bytes of a Word file to its paragraphs, or a refusal; knows nothing of pledges but the style names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

from approval.adapters.docx_numbering import Numbering
from approval.adapters.docx_package import open_docx
from approval.adapters.docx_properties import recorded_agencies
from approval.adapters.docx_refusals import comments, embedded_file, notes, tracked_changes
from approval.adapters.docx_style_sheet import StyleSheet, list_place_of
from approval.adapters.docx_text import TextReader
from approval.domain.word_paragraph import Cell, WordParagraph, WordPart, WordSource

_PARTS = {part.value: part for part in WordPart}
_CHANGES = frozenset(
    qn(f"w:{name}")
    for name in (
        "ins", "del", "moveFrom", "moveTo", "moveFromRangeStart", "moveToRangeStart", "cellIns", "cellDel", "cellMerge",
        "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblPrExChange", "tblGridChange", "trPrChange",
        "tcPrChange", "numberingChange", "delText", "delInstrText", "customXmlInsRangeStart",
        "customXmlDelRangeStart", "customXmlMoveFromRangeStart", "customXmlMoveToRangeStart",
    )
)  # fmt: skip
_REFUSALS = {
    **dict.fromkeys(_CHANGES, tracked_changes),
    **dict.fromkeys((qn("w:commentReference"), qn("w:commentRangeStart")), comments),
    **dict.fromkeys((qn("w:footnoteReference"), qn("w:endnoteReference")), notes),
    **dict.fromkeys((qn("w:altChunk"), qn("w:subDoc")), embedded_file),
}
_WRAPPERS = frozenset({qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml")})


def read_docx(data: bytes) -> WordSource:
    """The paragraphs of a .docx file in reading order, tables row by row; headers and footers are no text.

    Raises NotAPledgeError, whose `code` names the cause.
    """
    document = open_docx(data)
    body = document.element.body
    if (found := next(body.iter(*_REFUSALS), None)) is not None:
        refusal = _REFUSALS[found.tag]
        raise refusal()
    reader = _Reader(document)
    paragraphs = tuple(reader.paragraphs(body))
    return WordSource(paragraphs, tuple(reader.text.text_boxes), recorded_agencies(document))


class _Reader:
    def __init__(self, document: WordDocument) -> None:
        self._styles = StyleSheet(_related(document, RELATIONSHIP_TYPE.STYLES))
        self._numbering = Numbering(_related(document, RELATIONSHIP_TYPE.NUMBERING))
        self._tables = 0
        self.text = TextReader(self._styles)

    def paragraphs(self, parent: Any, cell: Cell | None = None) -> Iterator[WordParagraph]:
        """All paragraphs below an element, depth first."""
        for child in parent.iterchildren("*"):
            if child.tag == qn("w:p"):
                yield self._paragraph(child, cell)
            elif child.tag == qn("w:tbl"):
                yield from self._table(child)
            elif child.tag in _WRAPPERS:
                yield from self.paragraphs(child, cell)

    def _table(self, table: Any) -> Iterator[WordParagraph]:
        number = self._tables
        self._tables += 1
        for row_number, row in enumerate(_own(table, qn("w:tr"))):
            for position, cell in enumerate(_own(row, qn("w:tc"))):
                yield from self.paragraphs(cell, (number, row_number, position))

    def _paragraph(self, element: Any, cell: Cell | None) -> WordParagraph:
        style_id = self._styles.paragraph_style(element)
        lines = self.text.lines(element, style_id)
        label = self._label(element, style_id)
        if not any(line.strip() for line in lines) and not any(sign.isdigit() for sign in label):
            label = ""  # a bullet with nothing behind it
        return WordParagraph(
            lines=lines,
            part=_PARTS.get(self._styles.name(style_id)),
            label=label,
            centred=self._styles.is_centred(element, style_id),
            cell=cell,
        )

    def _label(self, paragraph: Any, style_id: str) -> str:
        own = list_place_of(paragraph)
        inherited, named_by = self._styles.list_place(style_id)
        list_id = own.list_id or inherited.list_id
        if not list_id:
            return ""
        level = own.level if own.level is not None else inherited.level
        if level is None:
            level = self._numbering.level_of_style(list_id, named_by)
        return self._numbering.next_label(list_id, level)


def _own(parent: Any, tag: str) -> Iterator[Any]:
    """The rows of a table or cells of a row, those in content controls too, without those of tables inside."""
    for child in parent.iterchildren("*"):
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _own(child, tag)


def _related(document: WordDocument, kind: str) -> Any | None:
    """The root element of the part of this kind, None when the file has none."""
    try:
        part = document.part.part_related_by(kind)
    except KeyError:
        return None
    return getattr(part, "element", None)
