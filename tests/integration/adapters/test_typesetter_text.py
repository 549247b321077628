"""Text is text: nothing in a pledge is ever read as Typst markup, and what cannot be printed is refused."""

from __future__ import annotations

import dataclasses
import unicodedata
from pathlib import Path

import pytest

from approval.adapters.typeset_glyphs import MissingGlyphError, WordTooWideError
from approval.domain.pledge_text import Clause, PartyBlock, PledgeText
from tests.factories.pdf_tools import raw_text, run_tool
from tests.factories.pledge_texts import small_text
from tests.factories.typeset import HEADER, typeset

CANARIES = [
    '#read("/etc/passwd")',
    '#import "layout.typ": *',
    "#sys.inputs.data",
    "#{panic(1)}",
    "$ x^2 + sqrt(y) $",
    "*không đậm* và _không nghiêng_",
    "= Không phải tiêu đề",
    "- Không phải gạch đầu dòng",
    "+ Không phải danh sách",
    "/ Không: phải định nghĩa",
    "@ref và <label> và <field>",
    "\\ gạch chéo \\u{41} \\",
    "`mã` ```khối```",
    "// không phải chú thích /* cũng không */",
    "https://example.com/a/b",
    "dấu ~ và -- và --- và ...",
    "\"ngoặc thẳng\" và 'nháy'",
    "[ngoặc] {nhọn} (tròn)",
    "a&b <b>không</b> &amp;",
]


def clause(content: str) -> PledgeText:
    return dataclasses.replace(small_text(2), clauses=(Clause(1, (content,)),))


@pytest.mark.parametrize("canary", CANARIES)
def test_markup_prints_as_it_is_written(canary: str, tmp_path: Path) -> None:
    text = dataclasses.replace(
        clause(canary),
        title=canary,
        subject=canary,
        place=canary,
        preamble=(canary,),
        closing=(canary,),
        parties=(PartyBlock("A", canary), PartyBlock("B", canary)),
    )
    header = dataclasses.replace(HEADER, parent=canary, bloc=canary, recipients=(canary,))
    path = tmp_path / "canary.pdf"
    path.write_bytes(typeset(text, header=header, mark=canary).pdf)
    printed = raw_text(path)
    assert printed.count(canary) >= 9
    assert "root:" not in printed


def test_all_canaries_leave_the_fields_alone() -> None:
    text = dataclasses.replace(small_text(2), closing=tuple(CANARIES))
    document = typeset(text)
    assert [box.name for box in document.signature_boxes] == ["KY_01", "KY_02"]
    assert len(document.date_boxes) == 1


@pytest.mark.parametrize("code", ["34-CT/TW", "01-KL/TW", "19/CT-TTg", "2021-2025", "30/2020/NĐ-CP"])
def test_codes_are_never_broken_over_lines(code: str, tmp_path: Path) -> None:
    path = tmp_path / "codes.pdf"
    for filler in range(1, 14, 3):
        words = " ".join([f"{'m' * filler} {code}"] * 30)
        path.write_bytes(typeset(clause(words)).pdf)
        lines = run_tool("pdftotext", "-raw", path, "-").splitlines()
        assert sum(line.count(code) for line in lines) == 30


@pytest.mark.parametrize(
    ("character", "shown"),
    [
        ("🖋", "U+1F58B"),
        ("漢", "U+6F22"),
        ("\u202e", "U+202E"),
        ("\u200b", "U+200B"),
        ("\u00ad", "U+00AD"),
        ("א", "U+05D0"),
    ],
)
def test_a_character_the_fonts_cannot_show_is_refused_by_name(character: str, shown: str) -> None:
    with pytest.raises(MissingGlyphError) as refused:
        typeset(clause(f"Nội dung {character} này"))
    assert shown in refused.value.vi
    assert shown in refused.value.en
    assert "đoạn văn thứ 2" in refused.value.vi
    assert refused.value.code == "missing-glyph"


def test_missing_glyphs_are_found_in_title_subject_and_place() -> None:
    text = small_text(2)
    for wrong in (
        dataclasses.replace(text, title="漢"),
        dataclasses.replace(text, subject="漢"),
        dataclasses.replace(text, place="漢"),
    ):
        with pytest.raises(MissingGlyphError):
            typeset(wrong)


def test_missing_glyphs_are_found_in_heading_header_and_mark() -> None:
    text = small_text(2)
    with pytest.raises(MissingGlyphError, match="parties 1"):
        typeset(dataclasses.replace(text, parties=(PartyBlock("A", "ĐẠI DIỆN 漢"), text.parties[1])))
    with pytest.raises(MissingGlyphError, match="header"):
        typeset(text, header=dataclasses.replace(HEADER, recipients=("- 漢;",)))
    with pytest.raises(MissingGlyphError, match="mark"):
        typeset(text, mark="漢")


def test_a_word_that_would_run_off_the_paper_is_refused() -> None:
    with pytest.raises(WordTooWideError) as refused:
        typeset(clause("Nội dung " + "W" * 60))
    assert "đoạn văn thứ 2" in refused.value.vi
    with pytest.raises(WordTooWideError):
        typeset(small_text(2), header=dataclasses.replace(HEADER, bloc="M" * 20))
    typeset(clause("Nội dung " + "i" * 60))


def test_the_whole_vietnamese_repertoire_prints(tmp_path: Path) -> None:
    vowels = "aăâeêioôơuưy"
    tones = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
    letters = "".join(unicodedata.normalize("NFC", v + t) for v in vowels for t in tones) + "đ₫–“”‘’…§°×"
    path = tmp_path / "letters.pdf"
    content = " ".join(letters + letters.upper())
    path.write_bytes(typeset(clause(content)).pdf)
    assert content in raw_text(path)
