"""A pledge exported to Word and imported again is the same pledge; one edited in between is the edited one."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from approval.adapters.pledge_source import import_source
from approval.domain.import_errors import NotAPledgeError
from approval.domain.pledge_text import Clause, DateLine, PartyBlock
from approval.domain.word_paragraph import WordPart
from tests.factories.pledge_texts import seed_text, small_text
from tests.factories.random_pledges import random_pledge
from tests.factories.word_files import edited, exported

BATCH = 50


def test_the_seed_comes_back_the_same() -> None:
    imported = import_source(exported(seed_text()))
    assert imported.text.sha256() == seed_text().sha256()
    assert [finding.code for finding in imported.findings] == ["party_order_differs", "dash_differs"]


@pytest.mark.parametrize("first", range(0, 200, BATCH))
def test_200_pledges_come_back_the_same(first: int) -> None:
    for seed in range(first, first + BATCH):
        text = random_pledge(seed)
        assert import_source(exported(text)).text.sha256() == text.sha256(), seed


def test_those_pledges_reach_the_limits() -> None:
    texts = [random_pledge(seed) for seed in range(200)]
    assert {len(text.parties) for text in texts} >= {2, 40}
    assert {len(text.clauses) for text in texts} >= {1, 60}
    assert any(text.date.day is None and text.date.year is None for text in texts)


HOSTILE = (
    '#import "x": * #read("/etc/passwd") $x^2$ \\ \\n @preview',
    "<script>alert(1)</script> </w:t></w:r> <w:t>& &amp; &#x202e; <!-- -- > ]]> <!DOCTYPE x>",
    "{{7*7}} {% raw %} %1. ${PATH} =HYPERLINK() MERGEFIELD \\* MERGEFORMAT",
    "_x0007_ _x000D_ \ufffd 😀 ==== ----",
    "1. " * 40 + "từ" * 5_000,
)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_words(words: str) -> None:
    base = small_text()
    clauses = (Clause(1, (words, words)),)
    text = replace(base, title=words[:300].strip(), preamble=(words,), clauses=clauses, closing=(words,))
    assert import_source(exported(text)).text == text


@pytest.mark.parametrize("sign", ["\x07", "\x0b", "\ufffe", "\ud800"])
def test_what_xml_cannot_hold_shows_as_damage_not_as_a_broken_file(sign: str) -> None:
    """Such a text is refused when it is typed or imported; an old one must still give a file that opens."""
    base = small_text()
    odd = PartyBlock(f"Sở{sign} 1", f"ĐẠI DIỆN SỞ{sign} 1")
    text = replace(base, title=f"BẢN{sign}", closing=(f"Cam kết{sign}./.",), parties=(odd, base.parties[1]))
    imported = import_source(exported(text)).text
    assert (imported.title, imported.closing) == ("BẢN\ufffd", ("Cam kết\ufffd./.",))


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\u2066", "\ue000"])
def test_hidden_characters_put_in_by_word_are_refused(sign: str) -> None:
    def put_in(document: WordDocument) -> None:
        body_paragraph(document, WordPart.CLAUSE).add_run(sign)

    with pytest.raises(NotAPledgeError, match="control_characters"):
        import_source(edited(exported(small_text()), put_in))


def body_paragraph(document: WordDocument, part: WordPart, index: int = 0) -> Paragraph:
    """A paragraph of the body by its style."""
    return [p for p in document.paragraphs if p.style and p.style.name == part.value][index]


def test_a_word_edited_in_word_is_the_word_imported() -> None:
    def edit(document: WordDocument) -> None:
        run = body_paragraph(document, WordPart.CLAUSE, 2).runs[0]
        run.text = run.text.replace("âng cao chất lượng", "Nâng cao chất lượng").replace("không chế", "khống chế")

    before = seed_text()
    after = import_source(edited(exported(before), edit)).text
    words = before.clauses[2].paragraphs[0].replace("âng cao chất", "Nâng cao chất").replace("không chế", "khống chế")
    assert words != before.clauses[2].paragraphs[0]
    assert after == replace(before, clauses=(*before.clauses[:2], Clause(3, (words,)), *before.clauses[3:]))


def test_clauses_put_in_and_taken_out_in_word_are_numbered_anew() -> None:
    def edit(document: WordDocument) -> None:
        second = body_paragraph(document, WordPart.CLAUSE, 1)
        second.insert_paragraph_before("Khoản chen vào.", style=WordPart.CLAUSE.value)
        second.insert_paragraph_before("Đoạn hai của khoản ấy.", style=WordPart.CLAUSE_MORE.value)
        last = body_paragraph(document, WordPart.CLAUSE, 3)
        last._p.getparent().remove(last._p)

    before = small_text(clauses=3)
    after = import_source(edited(exported(before), edit)).text
    assert after.clauses == (
        Clause(1, ("Nội dung thi đua thứ 1.",)),
        Clause(2, ("Khoản chen vào.", "Đoạn hai của khoản ấy.")),
        Clause(3, ("Nội dung thi đua thứ 2.",)),
    )


def test_an_edited_date_agency_and_heading_are_what_counts() -> None:
    def edit(document: WordDocument) -> None:
        head, signatures = document.tables
        head.cell(0, 1).paragraphs[-1].runs[0].text = "Bắc Ninh, ngày 05 tháng 02 năm 2025"
        signatures.cell(0, 0).paragraphs[0].runs[0].text = "ĐẠI DIỆN SỞ XÂY DỰNG"

    after = import_source(edited(exported(small_text()), edit)).text
    assert (after.place, after.date) == ("Bắc Ninh", DateLine(5, 2, 2025))
    assert after.parties[0] == PartyBlock("Sở Xây dựng", "ĐẠI DIỆN SỞ XÂY DỰNG")


def test_without_our_styles_the_page_itself_still_tells_the_pledge() -> None:
    """Some programs drop styles they do not know; lists and words stay."""

    def strip(document: WordDocument) -> None:
        for style in document.styles:
            if style.name and style.name.startswith("Giao ước"):
                style.element.find(qn("w:name")).set(qn("w:val"), f"Kiểu {style.style_id}")

    imported = import_source(edited(exported(seed_text()), strip))
    assert imported.text == seed_text()
    assert "letterhead_left_out" in [finding.code for finding in imported.findings]


def test_no_copy_of_the_text_is_carried_beside_the_page() -> None:
    """Whatever the page says after an edit is all there is: the words are in the file once."""
    text = replace(small_text(), preamble=("Các cơ quan thành viên cam kết:",))
    with zipfile.ZipFile(io.BytesIO(exported(text))) as archive:
        parts = {name: archive.read(name).decode(errors="replace") for name in archive.namelist()}
    holding = [name for name, content in parts.items() if "Nội dung thi đua thứ 1." in content]
    assert holding == ["word/document.xml"]
    assert not any("sha256" in content or text.sha256() in content for content in parts.values())
