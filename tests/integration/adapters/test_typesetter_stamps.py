"""Stamps: exactly as large as their box, complete, and legible whatever is written in them."""

from __future__ import annotations

import io
import statistics
import struct
import time
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageChops

from approval.adapters.page_images import render_pages
from approval.adapters.signature_picture import SIGNATURE_BLUE, default_picture
from approval.adapters.typeset_glyphs import MissingGlyphError
from approval.adapters.typesetter import TypesettingError
from approval.domain.document import DAY_FIELD, TEST_NOTICE, FieldBox
from approval.domain.pledge_text import DateLine
from tests.factories.pdf_tools import raw_text, run_tool
from tests.factories.pledge_texts import small_text
from tests.factories.typeset import TYPESETTER, typeset

BOX = FieldBox("KY_01", 0, 100.5, 200.25, 321.6, 319.3)
SEAL_BOX = FieldBox("NIEM_PHONG", 0, 328.8, 80.1, 549.9, 142.5)
PICTURE = default_picture("Đại diện Sở Y tế")


def signature(
    *,
    authority: tuple[str, ...] = ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
    name: str = "Đại diện Sở Y tế",
    picture: bytes = PICTURE,
) -> bytes:
    return TYPESETTER.typeset_signature_stamp(
        BOX,
        picture_png=picture,
        authority_lines=authority,
        name=name,
        note="Ký ngày 15/05/2024 09:12:00 +07:00",
        test_notice=True,
    )


def page_size(pdf: bytes) -> tuple[float, float]:
    document = pdfium.PdfDocument(pdf)
    assert len(document) == 1
    size: tuple[float, float] = document[0].get_size()
    return size


def stored(pdf: bytes, folder: Path) -> Path:
    path = folder / "stamp.pdf"
    path.write_bytes(pdf)
    return path


def test_each_stamp_is_exactly_as_large_as_its_box() -> None:
    size = pytest.approx((BOX.x1 - BOX.x0, BOX.y1 - BOX.y0), abs=0.01)
    assert page_size(signature()) == size
    assert page_size(TYPESETTER.typeset_date_part(BOX, "05")) == size
    assert page_size(TYPESETTER.typeset_seal_stamp(BOX, lines=("A",), test_notice=False)) == size


def test_signature_shows_authority_picture_name_and_notice(tmp_path: Path) -> None:
    path = stored(signature(), tmp_path)
    assert raw_text(path) == (
        f"KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC Đại diện Sở Y tế Ký ngày 15/05/2024 09:12:00 +07:00 {TEST_NOTICE}"
    )
    run_tool("qpdf", "--check", path)
    image = Image.open(io.BytesIO(render_pages(path.read_bytes(), width_px=800)[0]))
    assert colour_share(image, SIGNATURE_BLUE) > 0.002


def colour_share(image: Image.Image, colour: tuple[int, int, int]) -> float:
    """Which part of a picture is nearly of one colour."""
    difference = ImageChops.difference(image.convert("RGB"), Image.new("RGB", image.size, colour))
    near: int = sum(max(pixel) < 12 for pixel in struct.iter_unpack("BBB", difference.tobytes()))
    return near / (image.width * image.height)


def test_empty_note_and_notice_print_nothing(tmp_path: Path) -> None:
    stamp = TYPESETTER.typeset_signature_stamp(
        BOX, picture_png=PICTURE, authority_lines=(), name="A", note="", test_notice=False
    )
    assert raw_text(stored(stamp, tmp_path)) == "A"


def test_long_names_shrink_until_all_is_inside(tmp_path: Path) -> None:
    name = "Đại diện Trung tâm Phục vụ hành chính công và Xúc tiến đầu tư tỉnh Bắc Giang " * 3
    path = stored(
        signature(name=name.strip(), authority=("KT. GIÁM ĐỐC TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG",) * 3), tmp_path
    )
    # pdftotext leaves out what lies off the page.
    text = raw_text(path)
    assert name.strip() in text
    assert text.count("KT. GIÁM ĐỐC TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG") == 3
    assert TEST_NOTICE in text


def test_names_are_text_and_missing_glyphs_are_refused(tmp_path: Path) -> None:
    assert '#read("/etc/passwd")' in raw_text(stored(signature(name='#read("/etc/passwd")'), tmp_path))
    with pytest.raises(MissingGlyphError, match="name"):
        signature(name="漢")
    with pytest.raises(MissingGlyphError, match="value"):
        TYPESETTER.typeset_date_part(BOX, "٥")


def test_a_broken_picture_is_an_error_not_an_empty_stamp() -> None:
    with pytest.raises(TypesettingError):
        signature(picture=b"not a picture")
    # The compiler is still usable afterwards.
    signature()


def test_seal_breaks_fingerprints_and_keeps_every_letter(tmp_path: Path) -> None:
    digest = "0123456789abcdef" * 4
    lines = ("ĐÃ NIÊM PHONG ĐIỆN TỬ", "Ngày 15/05/2024 10:02:00 +07:00", f"SHA-256 {digest}")
    path = stored(TYPESETTER.typeset_seal_stamp(SEAL_BOX, lines=lines, test_notice=True), tmp_path)
    text = raw_text(path)
    assert digest in text.replace(" ", "")
    assert lines[0] in text
    assert TEST_NOTICE in text


def test_filled_day_lands_where_the_line_would_have_printed_it() -> None:
    """The blank line with the stamp laid over it, and the line printed with its day, look alike."""
    blank = typeset(small_text(2))
    box = blank.date_boxes[0]
    assert box.name == DAY_FIELD
    stamp = TYPESETTER.typeset_date_part(box, "15")
    printed = typeset(small_text(2, date=DateLine(15, 5, 2024)))
    stamp_ink = ink_box(stamp, FieldBox("", 0, 0, 0, box.x1 - box.x0, box.y1 - box.y0))
    whole_ink = ink_box(printed.pdf, FieldBox("", 0, box.x0 - 2, box.y0, box.x1, box.y1))
    assert stamp_ink[1] == pytest.approx(whole_ink[1], abs=0.5)
    assert stamp_ink[3] == pytest.approx(whole_ink[3], abs=0.5)
    assert stamp_ink[2] - stamp_ink[0] == pytest.approx(whole_ink[2] - whole_ink[0], abs=0.7)


def ink_box(pdf: bytes, area: FieldBox) -> tuple[float, ...]:
    """Bounds of what is printed in an area, points from its top left."""
    scale = 8
    page = pdfium.PdfDocument(pdf)[0]
    image = page.render(scale=scale).to_pil().convert("L").point([255 if tone < 128 else 0 for tone in range(256)])
    top = page.get_height() - area.y1
    cut = tuple(round(scale * edge) for edge in (area.x0, top, area.x1, top + area.y1 - area.y0))
    bounds = image.crop((cut[0], cut[1], cut[2], cut[3])).getbbox()
    assert bounds is not None
    return tuple(edge / scale for edge in bounds)


@pytest.mark.bench
def test_a_warm_signature_stamp_takes_at_most_fifteen_milliseconds() -> None:
    signature()
    times = []
    for n in range(15):
        start = time.perf_counter()
        signature(name=f"Đại diện Sở {n}")
        times.append(time.perf_counter() - start)
    assert statistics.median(times) <= 0.015
