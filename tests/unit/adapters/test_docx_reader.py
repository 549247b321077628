"""Word files that people and other programs make, read as Word shows them."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from approval.adapters.docx_reader import read_docx
from approval.adapters.pledge_source import import_source
from approval.domain.import_errors import NotAPledgeError
from approval.domain.pledge_text import DateLine
from approval.domain.word_paragraph import WordSource
from tests.factories.word_files import child, clerks_document, clerks_file, edited, numbered, numbered_list, saved

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
V = 'xmlns:v="urn:schemas-microsoft-com:vml"'
M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def read(document: WordDocument) -> WordSource:
    return read_docx(saved(document))


def lines_of(inner: str) -> tuple[str, ...]:
    """The lines of a file's one paragraph with this XML in it."""
    document = Document()
    document.element.body.insert(0, parse_xml(f"<w:p {W} {MC} {V} {M}>{inner}</w:p>"))
    return read(document).paragraphs[0].lines


def text_run(words: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def test_a_clerks_file_becomes_the_pledge_it_shows() -> None:
    imported = import_source(clerks_file())
    text = imported.text
    assert (text.place, text.date) == ("Bắc Giang", DateLine(None, 2, 2025))
    assert (text.title, text.subject) == ("BẢN GIAO ƯỚC THI ĐUA NĂM 2025", "Khối thi đua các cơ quan văn hóa, xã hội 2")
    assert text.preamble[0].endswith("Sở Lao động - Thương binh và Xã hội thống nhất ký giao ước với các nội dung sau:")
    assert [clause.paragraphs for clause in text.clauses] == [
        ("Tiếp tục quán triệt “tư tưởng Hồ Chí Minh” về thi đua ái quốc.",),
        (
            "Thực hiện các nội dung sau:",
            "a) Nâng cao chất lượng khám, chữa bệnh;",
            "b) Phát triển thể thao:",
            "- Thể thao quần chúng.",
        ),
        ("Làm tốt công tác khen thưởng và nhân rộng điển hình.",),
    ]
    assert text.closing == ("Trên đây là Bản giao ước thi đua năm 2025./.",)
    assert [(party.agency, party.heading) for party in text.parties] == [
        ("Sở Y tế", "ĐẠI DIỆN SỞ Y TẾ"),
        ("Sở Văn hóa, Thể thao và Du lịch", "ĐẠI DIỆN SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH"),
        ("Sở Lao động - Thương binh và Xã hội", "ĐẠI DIỆN SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI"),
    ]


def test_what_was_left_out_of_it_is_told_word_for_word() -> None:
    told = " ".join(finding.vi for finding in import_source(clerks_file()).findings)
    for words in ("KHỐI THI ĐUA VHXH 2", "PHÓ GIÁM ĐỐC; Nguyễn Văn An", "- Chủ tịch UBND tỉnh (b/c);"):
        assert words in told
    assert "Trang mẫu" not in told, "headers and footers are no part of the text"


def refusal_of(data: bytes) -> NotAPledgeError:
    with pytest.raises(NotAPledgeError) as caught:
        import_source(data)
    return caught.value


MARKS = {
    "insertion": (f"<w:ins {W} w:id='1' w:author='A'><w:r><w:t>thêm</w:t></w:r></w:ins>", "tracked_changes"),
    "deletion": (f"<w:del {W} w:id='1' w:author='A'><w:r><w:delText>bỏ</w:delText></w:r></w:del>", "tracked_changes"),
    "move": (f"<w:moveFrom {W} w:id='1' w:author='A'><w:r><w:t>dời</w:t></w:r></w:moveFrom>", "tracked_changes"),
    "format": (f"<w:r {W}><w:rPr><w:rPrChange w:id='1' w:author='A'/></w:rPr><w:t>đậm</w:t></w:r>", "tracked_changes"),
    "comment": (f"<w:r {W}><w:commentReference w:id='0'/></w:r>", "comments"),
    "comment range": (f"<w:commentRangeStart {W} w:id='0'/>", "comments"),
    "footnote": (f"<w:r {W}><w:footnoteReference w:id='2'/></w:r>", "notes"),
    "endnote": (f"<w:r {W}><w:endnoteReference w:id='2'/></w:r>", "notes"),
    "hidden": (f"<w:r {W}><w:rPr><w:vanish/></w:rPr><w:t>chữ ẩn</w:t></w:r>", "hidden_words"),
    "symbol font": (f"<w:r {W}><w:sym w:font='Wingdings' w:char='F0FC'/></w:r>", "control_characters"),
}


@pytest.mark.parametrize("kind", MARKS)
def test_marks_of_work_in_progress_are_refused_with_what_to_do(kind: str) -> None:
    mark, code = MARKS[kind]

    def add(document: WordDocument) -> None:
        document.tables[1].cell(0, 0).paragraphs[0]._p.append(parse_xml(mark))

    error = refusal_of(edited(clerks_file(), add))
    assert error.code == code
    assert error.vi.endswith(".")


def test_tracked_changes_say_how_to_accept_them() -> None:
    def delete_paragraph(document: WordDocument) -> None:
        properties = document.paragraphs[0]._p.get_or_add_pPr()
        child(child(properties, "w:rPr"), "w:del", id="3", author="A")

    assert "Accept All Changes" in refusal_of(edited(clerks_file(), delete_paragraph)).vi


def test_an_embedded_document_is_refused() -> None:
    def embed(document: WordDocument) -> None:
        document.element.body.insert(3, parse_xml(f"<w:altChunk {W}/>"))

    assert refusal_of(edited(clerks_file(), embed)).code == "embedded_document"


def test_a_letter_is_no_pledge() -> None:
    document = Document()
    document.add_paragraph("Kính gửi: Sở Nội vụ.")
    assert refusal_of(saved(document)).code == "no_signature_blocks"
    assert refusal_of(saved(Document())).code == "empty"


FIELD = (
    "<w:r><w:fldChar w:fldCharType='end'/><w:fldChar w:fldCharType='begin'/><w:instrText>IF</w:instrText><w:t>mã</w:t>"
    "<w:fldChar w:fldCharType='separate'/><w:t>kết quả</w:t><w:fldChar w:fldCharType='end'/></w:r>"
)
ALTERNATIVE = (
    f"<w:r><mc:AlternateContent><mc:Choice Requires='x'>{text_run('mới')}</mc:Choice>"
    f"<mc:Fallback>{text_run('cũ')}</mc:Fallback></mc:AlternateContent><mc:AlternateContent/></w:r>"
)


@pytest.mark.parametrize(
    ("inner", "lines"),
    [
        (text_run("cắt gi") + text_run("ữa chữ"), ("cắt giữa chữ",)),
        ("<w:r><w:t> bỏ dấu cách </w:t></w:r>" + text_run("sau"), ("bỏ dấu cáchsau",)),
        ("<w:r><w:t xml:space='preserve'>dòng\ntrong XML</w:t></w:r>", ("dòng trong XML",)),
        ("<w:r><w:t>một</w:t><w:br/><w:t>hai</w:t><w:cr/><w:tab/><w:t>ba</w:t></w:r>", ("một", "hai", "\tba")),
        ("<w:r><w:t>34</w:t><w:noBreakHyphen/><w:t>CT</w:t><w:softHyphen/><w:t>/TW</w:t></w:r>", ("34-CT/TW",)),
        ("<w:r><w:lastRenderedPageBreak/><w:t>trang</w:t></w:r>", ("trang",)),
        (f"<w:hyperlink>{text_run('liên kết')}</w:hyperlink>", ("liên kết",)),
        (f"<w:smartTag>{text_run('nhãn')}</w:smartTag>", ("nhãn",)),
        (f"<w:sdt><w:sdtPr><w:t>x</w:t></w:sdtPr><w:sdtContent>{text_run('ô')}</w:sdtContent></w:sdt>", ("ô",)),
        (f"<w:fldSimple w:instr='DATE'>{text_run('2025')}</w:fldSimple>", ("2025",)),
        (text_run("chữ in hoa", "<w:caps/>"), ("CHỮ IN HOA",)),
        (text_run("chữ thường", "<w:caps w:val='0'/>"), ("chữ thường",)),
        (text_run(" ", "<w:vanish/>") + text_run("hiện", "<w:vanish w:val='false'/>"), (" hiện",)),
        ("<w:r><w:sym w:char='2013'/></w:r>", ("–",)),
        ("<w:r><w:sym w:char='zz'/></w:r>", ("\ufffd",)),
        ("<m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath>", ("a+b",)),
        (FIELD, ("kết quả",)),
        (ALTERNATIVE, ("cũ",)),
    ],
)
def test_a_paragraph_reads_as_word_shows_it(inner: str, lines: tuple[str, ...]) -> None:
    assert lines_of(inner) == lines


def test_words_of_a_text_box_are_no_text_and_are_told_once() -> None:
    box = f"<w:txbxContent><w:p>{text_run('DỰ')}{text_run('THẢO')}</w:p></w:txbxContent>"
    shape = (
        f"<w:r {W} {MC} {V}><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )

    def add(document: WordDocument) -> None:
        document.paragraphs[0]._p.append(parse_xml(shape))
        document.paragraphs[0]._p.append(parse_xml(f"<w:r {W}><w:drawing/></w:r>"))

    imported = import_source(edited(clerks_file(), add))
    assert imported.text == import_source(clerks_file()).text
    assert [f.vi for f in imported.findings if f.code == "text_box_left_out"] == [
        "Không nhập chữ trong hộp văn bản “DỰ THẢO”; nếu thuộc nội dung, hãy chép vào đoạn văn rồi tải lại."
    ]


def test_capitals_hidden_and_centred_may_come_from_styles() -> None:
    document = Document()
    loud = document.styles.add_style("To", WD_STYLE_TYPE.PARAGRAPH)
    loud.font.all_caps = True
    child(loud.element.get_or_add_pPr(), "w:jc", val="center")
    heir = document.styles.add_style("Con", WD_STYLE_TYPE.PARAGRAPH)
    heir.base_style = loud
    unseen = document.styles.add_style("Ẩn", WD_STYLE_TYPE.CHARACTER)
    unseen.font.hidden = True
    document.add_paragraph("tiêu đề", style="Con")
    source = read(document)
    assert source.paragraphs[0].lines == ("TIÊU ĐỀ",)
    assert source.paragraphs[0].centred
    document.add_paragraph().add_run("không thấy", style="Ẩn")
    with pytest.raises(NotAPledgeError, match="hidden_words"):
        read(document)


def test_styles_based_on_each_other_in_a_circle_end() -> None:
    document = Document()
    first, second = (document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH) for name in ("Một", "Hai"))
    first.base_style, second.base_style = second, first
    document.add_paragraph("chữ", style="Một")
    assert read(document).paragraphs[0].lines == ("chữ",)


def labels(document: WordDocument) -> list[str]:
    return [paragraph.label for paragraph in read(document).paragraphs]


def test_a_list_put_on_by_a_style_counts_too() -> None:
    document = Document()
    number = numbered_list(document, [("upperRoman", "%1."), ("decimal", "Điều %2.")])
    level = document.part.numbering_part.element.findall(f".//{qn('w:lvl')}")[1]
    style = document.styles.add_style("Điều", WD_STYLE_TYPE.PARAGRAPH)
    child(level, "w:pStyle", val=style.style_id)
    child(child(style.element.get_or_add_pPr(), "w:numPr"), "w:numId", val=number)
    heir = document.styles.add_style("Điều con", WD_STYLE_TYPE.PARAGRAPH)
    heir.base_style = style
    numbered(document.add_paragraph("phần"), number)
    document.add_paragraph("một", style="Điều")
    document.add_paragraph("hai", style="Điều con")
    off = document.add_paragraph("không số", style="Điều")
    child(child(off._p.get_or_add_pPr(), "w:numPr"), "w:numId", val="0")
    numbered(document.add_paragraph("phần"), number)
    document.add_paragraph("lại một", style="Điều")
    assert labels(document) == ["I.", "Điều 1.", "Điều 2.", "", "II.", "Điều 1."]


def test_a_numbered_paragraph_without_words_keeps_its_number_and_a_bullet_does_not() -> None:
    document = Document()
    number = numbered_list(document, [("decimal", "%1."), ("bullet", "\uf0b7")])
    for level, words in ((0, "một"), (0, ""), (1, ""), (1, "gạch"), (0, "ba")):
        numbered(document.add_paragraph(words), number, level)
    assert labels(document) == ["1.", "2.", "", "-", "3."]


def table_of(document: WordDocument, change: Callable[[WordDocument], None]) -> list[tuple[str, object]]:
    change(document)
    return [(p.words, p.cell) for p in read_docx(saved(document)).paragraphs if p.words]


def test_cells_are_read_row_by_row_tables_in_tables_and_content_controls_included() -> None:
    def fill(document: WordDocument) -> None:
        table = document.add_table(2, 2)
        for index, cell in enumerate(cell for row in table.rows for cell in row.cells):
            cell.paragraphs[0].text = f"ô {index}"
        inner = table.cell(0, 1).add_table(1, 1)
        inner.cell(0, 0).paragraphs[0].text = "trong"
        last = table.rows[1]._tr
        control = parse_xml(f"<w:sdt {W}><w:sdtContent/></w:sdt>")
        last.addprevious(control)
        control[0].append(last)

    assert table_of(Document(), fill) == [
        ("ô 0", (0, 0, 0)),
        ("ô 1", (0, 0, 1)),
        ("trong", (1, 0, 0)),
        ("ô 2", (0, 1, 0)),
        ("ô 3", (0, 1, 1)),
    ]


def test_tables_in_tables_do_not_multiply_the_work() -> None:
    rows = "<w:tr><w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc></w:tr>" * 5_000
    nested = f"<w:tbl>{rows}</w:tbl>"
    for _ in range(70):
        nested = f"<w:tbl><w:tr><w:tc>{nested}<w:p/></w:tc></w:tr></w:tbl>"
    document = Document()
    document.element.body.insert(0, parse_xml(nested.replace("<w:tbl>", f"<w:tbl {W}>", 1)))
    source = read(document)
    assert len(source.paragraphs) == 5_000 + 70
    assert source.paragraphs[4_999].cell == (70, 4_999, 0)


def test_a_file_without_styles_and_lists_is_read() -> None:
    document = clerks_document()
    part = document.part
    for key in [k for k, r in part.rels.items() if r.reltype.endswith(("/styles", "/numbering"))]:
        del part.rels[key]
    document.element.body.remove(document.tables[1]._tbl)
    texts = [p.words for p in read_docx(saved(document)).paragraphs]
    assert "Thể thao quần chúng." in texts


def test_the_reader_sees_what_python_docx_sees() -> None:
    """A second opinion: the same words, read by the library itself."""
    theirs = [p.text for p in Document(io.BytesIO(clerks_file())).paragraphs if p.text.strip()]
    ours = [" ".join(p.words.split()) for p in read_docx(clerks_file()).paragraphs if p.cell is None and p.words]
    assert ours == [" ".join(text.split()) for text in theirs]
