"""Small PDF/A-3b files with signature, seal and date boxes, and stamps of the size of a box."""

from __future__ import annotations

import json
from functools import lru_cache

import typst

from approval.domain.document import (
    DAY_FIELD,
    SEAL_FIELD,
    FieldBox,
    TypesetDocument,
    signature_field_name,
)

_PAGE_HEIGHT = 842.0
_BODY = """
#set page(width: 595pt, height: 842pt, margin: 60pt)
#set document(date: datetime(year: 2024, month: 5, day: 1))
#set text(font: "Libertinus Serif", size: 13pt, lang: "vi")
#align(center)[*BẢN GIAO ƯỚC THI ĐUA* \\ Bắc Giang, ngày #h(24pt) tháng 5 năm 2024]
#let lines = json(bytes(sys.inputs.lines))
#for line in lines [ #par(line) ]
"""
_STAMP = """
#let data = json(bytes(sys.inputs.data))
#set page(width: data.width * 1pt, height: data.height * 1pt, margin: 0pt, fill: none)
#set document(date: datetime(year: 2024, month: 5, day: 1))
#set text(font: "Libertinus Serif", size: 11pt, fill: rgb("#1a3fb0"))
#align(center + horizon)[#data.text]
"""


@lru_cache(maxsize=16)
def small_document(parties: int = 2, *, pages: int = 1) -> TypesetDocument:
    """One page (or more) of text, `parties` signature boxes in two columns, one blank day."""
    lines = [
        f"{n}. Thực hiện tốt nhiệm vụ được giao, đoạn thứ {n} của văn bản." for n in range(1, 8 + 30 * (pages - 1))
    ]
    inputs = {"lines": json.dumps(lines)}
    pdf = typst.compile(_BODY.encode(), sys_inputs=inputs, pdf_standards=["a-3b"], ignore_system_fonts=True)
    assert isinstance(pdf, bytes)
    boxes = tuple(_party_box(n) for n in range(1, parties + 1))
    return TypesetDocument(
        pdf=pdf,
        page_count=pages,
        signature_boxes=boxes,
        seal_box=FieldBox(SEAL_FIELD, 0, 60, 30, 230, 80),
        date_boxes=(FieldBox(DAY_FIELD, 0, 283, 752.4, 303.75, 767.6),),
    )


def _party_box(position: int) -> FieldBox:
    column, row = (position - 1) % 2, (position - 1) // 2
    x0, y1 = 60 + column * 240, 400 - row * 75
    return FieldBox(signature_field_name(position), 0, x0, y1 - 60, x0 + 200, y1)


@lru_cache(maxsize=64)
def stamp(text: str, width: float = 200, height: float = 60) -> bytes:
    """A one-page PDF with a line of blue text."""
    data = {"data": json.dumps({"text": text, "width": width, "height": height})}
    pdf = typst.compile(_STAMP.encode(), sys_inputs=data, pdf_standards=["a-3b"], ignore_system_fonts=True)
    assert isinstance(pdf, bytes)
    return pdf
