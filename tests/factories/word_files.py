"""Word files for tests: ours, and those of a clerk who never heard of our styles."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement

from approval.adapters.docx_writer import write_docx
from approval.adapters.typeset_input import HeaderPrint
from approval.domain.pledge_text import PledgeText

MOMENT = dt.datetime(2024, 5, 21, 2, 0, tzinfo=dt.UTC)
HEADER = HeaderPrint("UBND TỈNH BẮC GIANG", "KHỐI THI ĐUA CÁC CƠ QUAN LĨNH VỰC VĂN HÓA, XÃ HỘI 2")


def exported(text: PledgeText, *, mark: str = "DỰ THẢO – lần 1 – ngày 21/5/2024") -> bytes:
    """The text as our Word file."""
    return write_docx(text, header=HEADER, mark=mark, moment=MOMENT)


def edited(data: bytes, change: Callable[[WordDocument], None]) -> bytes:
    """The file after somebody worked on it."""
    document = Document(io.BytesIO(data))
    change(document)
    return saved(document)


def saved(document: WordDocument) -> bytes:
    """The bytes of a document."""
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def with_part(data: bytes, name: str, content: bytes | Callable[[bytes], bytes]) -> bytes:
    """The same archive with one part added, replaced or changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        before = old.read(name) if name in old.namelist() else b""
        new.writestr(name, content(before) if callable(content) else content)
    return file.getvalue()


def child(parent: Any, tag: str, **attributes: str) -> Any:
    """A new last child of an element of Word's XML."""
    made = OxmlElement(tag, attrs={qn(f"w:{name}"): value for name, value in attributes.items()})
    parent.append(made)
    return made


def numbered_list(document: WordDocument, levels: Sequence[tuple[str, str]]) -> str:
    """A list definition of (format, text) by level; its number, to be used in `numbered`."""
    numbering = document.part.numbering_part.element
    number = str(700 + len(numbering))
    abstract = OxmlElement("w:abstractNum", attrs={qn("w:abstractNumId"): number})
    for index, (kind, text) in enumerate(levels):
        level = child(abstract, "w:lvl", ilvl=str(index))
        child(level, "w:start", val="1")
        child(level, "w:numFmt", val=kind)
        child(level, "w:lvlText", val=text)
    numbering.insert(0, abstract)
    child(child(numbering, "w:num", numId=number), "w:abstractNumId", val=number)
    return number


def numbered(paragraph: Any, number: str, level: int = 0) -> None:
    """Puts a paragraph into a list."""
    properties = child(paragraph._p.get_or_add_pPr(), "w:numPr")
    child(properties, "w:ilvl", val=str(level))
    child(properties, "w:numId", val=number)


def with_tracked_change(data: bytes) -> bytes:
    """The file while somebody still proposes an insertion."""

    def propose(document: WordDocument) -> None:
        run = child(child(document.paragraphs[-2]._p, "w:ins", id="1", author="A"), "w:r")
        child(run, "w:t").text = "thêm"

    return edited(data, propose)


def clerks_file() -> bytes:
    """A pledge as an office types it: tables, automatic numbers, split runs, names on two lines, smart quotes."""
    return saved(clerks_document())


def clerks_document() -> WordDocument:
    """The same, still open."""
    document = Document()
    document.sections[0].header.paragraphs[0].text = "Trang mẫu của Văn phòng"
    document.sections[0].footer.paragraphs[0].text = "Lưu hành nội bộ"
    _letterhead(document)
    for words in ("BẢN GIAO ƯỚC THI ĐUA", "NĂM 2025", "Khối thi đua các cơ quan", "văn hóa, xã hội 2", "________"):
        _centred(document.add_paragraph(words))
    document.add_paragraph("Đại diện 03 cơ quan gồm: Sở Y tế; Sở Văn hóa, Thể thao và Du lịch; Sở Lao động - Thương")
    _split(document.paragraphs[-1], " binh và\u00a0Xã hội thống nhất", " ký giao ước với các nội dung sau:")
    clauses = numbered_list(document, [("decimal", "%1."), ("lowerLetter", "%2)"), ("bullet", "\uf0b7")])
    _item(document, clauses, 0, "Tiếp tục quán triệt “tư tưởng Hồ ", "Chí Mi", "nh” về thi đua\u00ad ái quốc.")
    _item(document, clauses, 0, "Thực hiện các nội dung sau:")
    _item(document, clauses, 1, "Nâng cao chất lượng khám,\tchữa bệnh;")
    _item(document, clauses, 1, "Phát triển thể thao:")
    _item(document, clauses, 2, "Thể thao quần chúng.")
    broken = document.add_paragraph("Làm tốt công tác khen thưởng")
    broken.add_run().add_break()
    broken.add_run("và nhân rộng điển hình.")
    numbered(broken, clauses)
    document.add_paragraph("")
    document.add_paragraph("Trên đây là Bản giao ước thi đua năm 2025./.")
    _signatures(document)
    return document


def _letterhead(document: WordDocument) -> None:
    left, right = document.add_table(1, 2).rows[0].cells
    left.paragraphs[0].text = "UBND TỈNH BẮC GIANG"
    _centred(left.add_paragraph("KHỐI THI ĐUA VHXH 2"))
    right.paragraphs[0].text = "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    right.add_paragraph("Độc lập – Tự do – Hạnh phúc")
    right.add_paragraph("Bắc Giang, ngày      tháng 02 năm 2025").runs[0].italic = True


def _signatures(document: WordDocument) -> None:
    table = document.add_table(2, 2)
    table.cell(0, 0).paragraphs[0].text = "ĐẠI DIỆN SỞ Y TẾ"
    for words in ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "", "Nguyễn Văn An"):
        table.cell(0, 0).add_paragraph(words)
    table.cell(0, 1).paragraphs[0].text = "ĐẠI DIỆN SỞ VĂN HÓA, THỂ THAO"
    table.cell(0, 1).add_paragraph("VÀ DU LỊCH")
    table.cell(1, 0).paragraphs[0].text = "Nơi nhận:"
    table.cell(1, 0).add_paragraph("- Chủ tịch UBND tỉnh (b/c);")
    name = table.cell(1, 1).paragraphs[0]
    name.add_run("Đại diện Sở Lao động -").font.all_caps = True
    name.add_run().add_break()
    name.add_run("Thương binh và Xã hội").font.all_caps = True
    table.cell(1, 1).add_paragraph("(Ký, ghi rõ họ tên)")


def _item(document: WordDocument, number: str, level: int, *runs: str) -> None:
    paragraph = document.add_paragraph()
    _split(paragraph, *runs)
    numbered(paragraph, number, level)


def _split(paragraph: Any, *runs: str) -> None:
    for words in runs:
        paragraph.add_run(words)


def _centred(paragraph: Any) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
