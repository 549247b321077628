"""The table of opinions as PDF and as Word file, judged by poppler, qpdf and python-docx."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT

from approval.adapters.opinion_sheet import COLUMNS, SHEET_TITLE, OpinionSheet
from approval.adapters.opinion_word import opinion_word_file
from tests.factories.opinions import AGENCIES, HOSTILE, MAY_13, opinion, round_of, sheet_of, table_of, two_rounds
from tests.factories.pdf_tools import page_text, raw_text, run_tool
from tests.factories.typeset import TYPESETTER


def typeset(sheet: OpinionSheet, folder: Path) -> Path:
    path = folder / "opinions.pdf"
    path.write_bytes(TYPESETTER.typeset_opinions(sheet, fixed_created=MAY_13))
    return path


def squeezed(words: str) -> str:
    return "".join(words.split())


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return typeset(sheet_of(two_rounds()), tmp_path_factory.mktemp("opinions"))


def test_every_word_of_the_table_is_in_the_print(printed: Path) -> None:
    found = squeezed(raw_text(printed))
    sheet = sheet_of(two_rounds())
    wanted = [SHEET_TITLE, sheet.about, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Bắc Giang, ngày 15 tháng 5 năm 2024"]
    for one in sheet.rounds:
        wanted += [one.heading, one.figures, *(f"{label}: {'; '.join(names)}" for label, names in one.rest)]
        wanted += [words for row in one.rows for cell in row.cells for words in cell if len(words) < 1000]
    missing = [words for words in wanted if squeezed(words.replace("😀", "[U+1F600]")) not in found]
    assert not missing


def test_hostile_words_are_printed_as_they_are(printed: Path) -> None:
    assert squeezed(HOSTILE) in squeezed(raw_text(printed))


def test_a_word_of_ten_thousand_letters_is_all_there_and_inside_the_page(printed: Path) -> None:
    assert sum(len(run) for run in re.findall(r"x{2,}", raw_text(printed))) == 10_000
    boxes = run_tool("pdftotext", "-bbox", printed, "-")
    page_width = float(re.findall(r'<page width="([\d.]+)"', boxes)[0])
    right_edges = [float(found) for found in re.findall(r'xMax="([\d.]+)"', boxes)]
    assert max(right_edges) <= page_width - 15 / 25.4 * 72 + 1


def test_pages_are_landscape_a4_with_the_head_of_columns_on_each(printed: Path) -> None:
    facts = run_tool("pdfinfo", printed)
    assert "(A4)" in facts
    assert "Page size:       841.89 x" in facts
    pages = int(re.search(r"Pages:\s+(\d+)", facts)[1])  # type: ignore[index] # pdfinfo always says
    assert pages > 2
    for number in range(pages):
        words = squeezed(page_text(printed, number))
        assert squeezed(COLUMNS[3]) in words
        assert squeezed(COLUMNS[5]) in words


def test_only_the_products_fonts_are_used_and_the_file_is_sound(printed: Path) -> None:
    fonts = run_tool("pdffonts", printed).splitlines()[2:]
    assert fonts
    assert all("Tinos" in line for line in fonts)
    assert "No syntax or stream encoding errors" in run_tool("qpdf", "--check", printed)
    assert b"pdfaid" in printed.read_bytes()


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    sheet = sheet_of(table_of(round_of((opinion(1, 1),))))
    assert typeset(sheet, tmp_path).read_bytes() == typeset(sheet, tmp_path).read_bytes()


def test_a_pledge_that_was_never_sent_has_an_empty_table(tmp_path: Path) -> None:
    assert "Không có góp ý nào" in raw_text(typeset(sheet_of(table_of()), tmp_path))
    assert "Không có góp ý nào" in opened(sheet_of(table_of())).paragraphs[-1].text


def opened(sheet: OpinionSheet) -> WordDocument:
    return Document(io.BytesIO(opinion_word_file(sheet, created=MAY_13)))


def test_word_file_holds_the_same_table() -> None:
    sheet = sheet_of(two_rounds())
    document = opened(sheet)
    heading, table = document.tables
    assert "KHỐI THI ĐUA CÁC CƠ QUAN LĨNH VỰC VĂN HÓA, XÃ HỘI 2" in heading.cell(0, 0).text
    assert "Bắc Giang, ngày 15 tháng 5 năm 2024" in heading.cell(0, 1).text
    assert [paragraph.text for paragraph in document.paragraphs if paragraph.text] == [SHEET_TITLE, sheet.about]
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0] == list(COLUMNS)
    assert rows[1][0] == f"{sheet.rounds[0].heading}\n{sheet.rounds[0].figures}"
    assert rows[2:7] == [["\n".join(cell) for cell in row.cells] for row in sheet.rounds[0].rows]
    assert rows[7][0] == f"Thống nhất, không có ý kiến (01): {AGENCIES[0]}"
    assert rows[-1][0].startswith("Thống nhất, không có ý kiến (05): ")


def test_word_file_is_landscape_and_repeats_the_head_of_columns() -> None:
    document = opened(sheet_of(two_rounds()))
    section = document.sections[0]
    assert section.orientation == WD_ORIENT.LANDSCAPE
    sizes = [section.page_width, section.page_height, section.left_margin, section.right_margin]
    assert [round(size.mm) for size in sizes if size is not None] == [297, 210, 30, 15]
    assert document.tables[1].rows[0]._tr.xpath("./w:trPr/w:tblHeader")
    assert document.styles["Normal"].font.name == "Times New Roman"


def test_word_file_takes_letters_that_xml_cannot_hold() -> None:
    sheet = sheet_of(table_of(round_of((opinion(1, 1, body="a\x02b\ufffe"),))))
    assert opened(sheet).tables[1].rows[2].cells[3].text == "a[U+0002]b[U+FFFE]"


def test_hostile_words_are_words_in_the_word_file_too() -> None:
    content = opinion_word_file(sheet_of(two_rounds()), created=MAY_13)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        body = archive.read("word/document.xml").decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body
    assert "<script>" not in body
