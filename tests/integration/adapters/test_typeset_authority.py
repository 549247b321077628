"""Long titles above a signature: what is accepted is printed at 12 pt at least, what would be smaller is refused."""

from __future__ import annotations

import ctypes

import pypdfium2 as pdfium
import pytest

from approval.adapters.signature_picture import default_picture
from approval.adapters.typeset_authority import check_authority_fits
from approval.adapters.typeset_glyphs import MissingGlyphError
from approval.domain.authority import authority_lines
from approval.domain.document import FieldBox
from approval.domain.errors import InvalidInputError
from approval.domain.states import AuthorityKind
from tests.factories.typeset import TYPESETTER

# As templates/document/signatures.typ makes them: 78 × 42 mm.
BOX = FieldBox("KY_01", 0, 100.0, 200.0, 321.1, 319.05)
SHORT, LONG = "Nguyễn Thị Minh Khai", "Đại diện Sở Lao động - Thương binh và Xã hội"
KT, HEAD = AuthorityKind.KT, AuthorityKind.HEAD


def smallest_capitals(lines: tuple[str, ...], name: str) -> float:
    """The size, in points, of the letters of the authority lines on the stamp."""
    pdf = TYPESETTER.typeset_signature_stamp(
        BOX, picture_png=default_picture(name), authority_lines=lines, name=name, note="", test_notice=True
    )
    text = pdfium.PdfDocument(pdf)[0].get_textpage()
    wanted = sum(len(line.replace(" ", "")) for line in lines)
    sizes: list[float] = []
    for index in range(text.count_chars()):
        if chr(pdfium.raw.FPDFText_GetUnicode(text, index)).strip() and len(sizes) < wanted:
            left, right, bottom, top = (ctypes.c_double() for _ in range(4))
            pdfium.raw.FPDFText_GetCharBox(text, index, left, right, bottom, top)
            sizes.append(pdfium.raw.FPDFText_GetFontSize(text, index))
    return min(sizes)


@pytest.mark.parametrize("name", [SHORT, LONG])
@pytest.mark.parametrize(
    ("kind", "title"),
    [
        (HEAD, "Giám đốc"),
        (KT, "Phó Giám đốc"),
        (KT, "Phó Giám đốc phụ trách"),
        (HEAD, "Chủ nhiệm Ủy ban Kiểm tra kiêm Giám đốc Trung tâm"),
        (AuthorityKind.TUQ, "Trưởng phòng"),
        (AuthorityKind.Q, "Giám đốc"),
    ],
)
def test_an_ordinary_title_is_accepted_and_printed_large(name: str, kind: AuthorityKind, title: str) -> None:
    lines = authority_lines(kind, title)
    check_authority_fits(lines, name)
    assert smallest_capitals(lines, name) >= 12


def test_three_rows_have_room_above_a_short_name_only() -> None:
    three = authority_lines(HEAD, "Giám đốc Trung tâm Phục vụ hành chính công kiêm Phó Chánh Văn phòng tỉnh")
    check_authority_fits(three, SHORT)
    assert smallest_capitals(three, SHORT) >= 12
    with pytest.raises(InvalidInputError):
        check_authority_fits(three, f"{LONG} tỉnh Bắc Giang")


@pytest.mark.parametrize("title", ["PHÓ GIÁM ĐỐC " * 8, "X" * 200, "Giám đốc " * 12])
@pytest.mark.parametrize("kind", [HEAD, KT])
def test_what_would_be_smaller_than_12_pt_is_refused(title: str, kind: AuthorityKind) -> None:
    lines = authority_lines(kind, title)
    with pytest.raises(InvalidInputError) as refusal:
        check_authority_fits(lines, SHORT)
    assert (refusal.value.code, refusal.value.field) == ("title_too_long", "position_title")
    if " " in title:
        assert smallest_capitals(lines, SHORT) < 12


def test_a_character_that_cannot_be_printed_is_named() -> None:
    with pytest.raises(MissingGlyphError):
        check_authority_fits(("GIÁM ĐỐC 漢",), SHORT)
