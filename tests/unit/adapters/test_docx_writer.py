"""The exported file as Word sees it: paper, fonts, headings, numbering, signatures, properties."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle

from approval.adapters.docx_elements import evened
from approval.adapters.docx_writer import write_docx
from approval.adapters.typeset_input import HeaderPrint
from approval.domain.word_paragraph import WordPart
from tests.factories.pledge_texts import seed_text, small_text
from tests.factories.word_files import MOMENT, exported


@pytest.fixture(scope="module")
def seed() -> WordDocument:
    return Document(io.BytesIO(exported(seed_text())))


def style(document: WordDocument, part: WordPart) -> ParagraphStyle:
    found = document.styles[part.value]
    assert isinstance(found, ParagraphStyle)
    return found


def xml(parent: Any, path: str) -> list[Any]:
    return list(parent.xpath(path))


def test_paper_and_margins_follow_the_decree(seed: WordDocument) -> None:
    section = seed.sections[0]
    assert [round(side.mm) for side in (section.page_width, section.page_height) if side is not None] == [210, 297]
    sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(side.mm) for side in sides if side is not None] == [20, 20, 30, 15]


def test_everything_is_times_new_roman_and_vietnamese(seed: WordDocument) -> None:
    letters = xml(seed.styles.element, "w:docDefaults/w:rPrDefault/w:rPr")[0]
    assert letters.find(qn("w:rFonts")).get(qn("w:ascii")) == "Times New Roman"
    assert letters.find(qn("w:sz")).get(qn("w:val")) == "28"
    assert letters.find(qn("w:lang")).get(qn("w:val")) == "vi-VN"


def test_the_body_is_justified_indented_and_spaced(seed: WordDocument) -> None:
    base = style(seed, WordPart.CLAUSE).base_style
    assert isinstance(base, ParagraphStyle)
    layout = base.paragraph_format
    assert layout.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY
    assert layout.first_line_indent == Mm(12.7)
    assert layout.space_after == Pt(6)
    assert base.font.size == Pt(14)


def test_the_heading_is_a_table_of_two_columns_without_borders(seed: WordDocument) -> None:
    heading = seed.tables[0]
    left, right = ([p.text for p in cell.paragraphs if p.text] for cell in heading.rows[0].cells)
    assert left == ["UBND TỈNH BẮC GIANG", "KHỐI THI ĐUA\nCÁC CƠ QUAN LĨNH VỰC\nVĂN HÓA, XÃ HỘI 2"]
    assert right[:2] == ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    assert " ".join(right[2].split()) == "Bắc Giang, ngày tháng 5 năm 2024"
    assert not xml(heading._tbl, ".//w:tblBorders | .//w:tcBorders | .//w:tblStyle")
    assert len(xml(heading._tbl, ".//w:pBdr/w:top")) == 2, "one rule below each column"
    assert style(seed, WordPart.DATE).font.italic


def test_clauses_are_numbered_by_word_and_the_numbers_are_upright(seed: WordDocument) -> None:
    clauses = [p for p in seed.paragraphs if p.style and p.style.name == WordPart.CLAUSE]
    assert len(clauses) == 6
    assert not clauses[0].text.startswith("1")
    level = xml(seed.part.numbering_part.element, "//w:lvl[w:pStyle/@w:val='GiaoUocKhoan']")[0]
    assert level.find(qn("w:lvlText")).get(qn("w:val")) == "%1."
    assert [level.find(qn("w:rPr")).find(qn(tag)).get(qn("w:val")) for tag in ("w:b", "w:i")] == ["0", "0"]


def test_five_parties_stand_two_two_and_one_on_the_right(seed: WordDocument) -> None:
    table = seed.tables[1]
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    headings = [party.heading for party in seed_text().parties]
    assert rows == [headings[:2], headings[2:4], ["", headings[4]]]
    assert len(xml(table._tbl, ".//w:trPr/w:cantSplit")) == 3
    assert all(row.height is not None and row.height >= Mm(49) for row in table.rows)


def test_a_grid_that_fits_stays_together_and_with_the_last_words(seed: WordDocument) -> None:
    kept = [[bool(xml(cell._tc, ".//w:keepNext")) for cell in row.cells] for row in seed.tables[1].rows]
    assert kept == [[True, True], [True, True], [False, False]]
    last = next(p for p in reversed(seed.paragraphs) if p.text)
    assert last.paragraph_format.keep_with_next
    large = Document(io.BytesIO(exported(small_text(parties=40)))).tables[1]
    assert not xml(large._tbl, ".//w:keepNext")
    assert len(large.rows) == 20


def test_pages_are_numbered_from_the_second_and_marked_on_all(seed: WordDocument) -> None:
    section = seed.sections[0]
    assert section.different_first_page_header_footer
    assert "DỰ THẢO – lần 1 – ngày 21/5/2024" in section.first_page_header.paragraphs[0].text
    assert not xml(section.first_page_header._element, ".//w:fldSimple")
    assert "DỰ THẢO – lần 1 – ngày 21/5/2024" in section.header.paragraphs[0].text
    assert [f.get(qn("w:instr")).strip() for f in xml(section.header._element, ".//w:fldSimple")] == ["PAGE"]


def test_without_a_mark_the_first_header_is_empty() -> None:
    document = Document(io.BytesIO(exported(small_text(), mark="")))
    assert document.sections[0].first_page_header.paragraphs[0].text.strip() == ""


def test_properties_name_the_document_and_no_person(seed: WordDocument) -> None:
    core = seed.core_properties
    assert core.title == f"{seed_text().title} - {seed_text().subject}"
    assert core.author == core.last_modified_by == "KHỐI THI ĐUA CÁC CƠ QUAN LĨNH VỰC VĂN HÓA, XÃ HỘI 2"
    assert core.language == "vi-VN"
    assert (core.comments, core.keywords) == ("", "")
    assert core.created is not None
    assert core.created.replace(tzinfo=None) == MOMENT.replace(tzinfo=None)


def test_the_file_opens_without_compatibility_mode_and_without_a_foreign_thumbnail(seed: WordDocument) -> None:
    modes = xml(seed.settings.element, "w:compat/w:compatSetting[@w:name='compatibilityMode']")
    assert [mode.get(qn("w:val")) for mode in modes] == ["15"]
    assert not [part for part in seed.part.package.iter_parts() if "thumbnail" in part.partname]


def test_a_short_bloc_stays_on_one_line_and_no_superior_leaves_no_gap() -> None:
    data = write_docx(small_text(), header=HeaderPrint("", "KHỐI THI ĐUA 1"), mark="", moment=MOMENT)
    left = Document(io.BytesIO(data)).tables[0].cell(0, 0)
    assert [p.text for p in left.paragraphs] == ["KHỐI THI ĐUA 1", ""]


def test_a_long_name_of_another_kind_is_broken_evenly() -> None:
    data = write_docx(small_text(), header=HeaderPrint("", "TỔ CHỨC CÓ TÊN RẤT DÀI Ở TỈNH"), mark="", moment=MOMENT)
    assert Document(io.BytesIO(data)).tables[0].cell(0, 0).paragraphs[0].text == "TỔ CHỨC CÓ TÊN\nRẤT DÀI Ở TỈNH"


def test_evened_lines_are_as_few_as_they_can_be() -> None:
    assert evened("một hai ba bốn", most=40) == ["một hai ba bốn"]
    assert evened("một hai ba bốn", most=12) == ["một hai", "ba bốn"]
    assert evened("x" * 30, most=12) == ["x" * 30]
    assert evened("", most=12) == []


def test_agencies_the_page_cannot_tell_are_properties_to_be_seen() -> None:
    text = small_text()
    known = exported(text)
    odd = replace(text.parties[0], agency="Sở THỬ nghiệm 1")
    unknown = exported(replace(text, parties=(odd, text.parties[1])))
    assert ["docProps/custom.xml" in zipfile.ZipFile(io.BytesIO(data)).namelist() for data in (known, unknown)] == [
        False,
        True,
    ]
