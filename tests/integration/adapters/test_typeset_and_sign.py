"""The real pledge typeset, signed in its boxes and shown: what people see is where the page left room for it."""

from __future__ import annotations

import io
import struct
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from approval.adapters.page_images import render_pages
from approval.adapters.signature_picture import SIGNATURE_BLUE, default_picture
from approval.domain.document import DAY_FIELD, FieldBox, TypesetDocument
from tests.factories.pdf_tools import run_tool
from tests.factories.pki import SigningHouse, signing_house
from tests.factories.pledge_texts import small_text
from tests.factories.typeset import TYPESETTER, typeset

WIDTH = 1000
REASON = "Ký bản giao ước thi đua"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> SigningHouse:
    return signing_house(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def document() -> TypesetDocument:
    return typeset(small_text(3))


def sign(house: SigningHouse, pdf: bytes, box: FieldBox, position: int) -> bytes:
    stamp = TYPESETTER.typeset_signature_stamp(
        box,
        picture_png=default_picture(f"Đại diện Sở Thử nghiệm {position}"),
        authority_lines=("GIÁM ĐỐC",),
        name=f"Đại diện Sở Thử nghiệm {position}",
        note="",
        test_notice=True,
    )
    house.clock.moment += timedelta(minutes=3)
    signed = house.signer.sign(
        pdf, field_name=box.name, key=house.person(position), stamp_pdf=stamp, reason=REASON, location="Bắc Giang"
    )
    return signed.pdf


def blue_points(pdf: bytes, box: FieldBox) -> int:
    """How many signature-blue pixels lie in a box."""
    page = Image.open(io.BytesIO(render_pages(pdf, width_px=WIDTH)[box.page])).convert("RGB")
    scale = WIDTH / 595.28
    area = [round(scale * edge) for edge in (box.x0, 841.89 - box.y1, box.x1, 841.89 - box.y0)]
    pixels = struct.iter_unpack("BBB", page.crop((area[0], area[1], area[2], area[3])).tobytes())
    return sum(all(abs(a - b) < 25 for a, b in zip(pixel, SIGNATURE_BLUE, strict=True)) for pixel in pixels)


def test_each_signature_appears_in_its_own_box_only(house: SigningHouse, document: TypesetDocument) -> None:
    pdf = house.signer.open(document, reason=REASON)
    assert [blue_points(pdf, box) for box in document.signature_boxes] == [0, 0, 0]
    signed = sign(house, pdf, document.signature_boxes[1], 2)
    shown = [blue_points(signed, box) for box in document.signature_boxes]
    assert shown[1] > 200
    assert (shown[0], shown[2]) == (0, 0)


def test_finished_document_reads_with_its_day_in_place(
    house: SigningHouse, document: TypesetDocument, tmp_path: Path
) -> None:
    pdf = house.signer.open(document, reason=REASON)
    for position, box in enumerate(document.signature_boxes, start=1):
        pdf = sign(house, pdf, box, position)
    day = TYPESETTER.typeset_date_part(document.date_boxes[0], "15")
    seal = TYPESETTER.typeset_seal_stamp(document.seal_box, lines=("ĐÃ NIÊM PHONG ĐIỆN TỬ",), test_notice=True)
    path = tmp_path / "final.pdf"
    path.write_bytes(
        house.signer.finalise(pdf, date_stamps={DAY_FIELD: ("15", day)}, seal_stamp=seal, reason="Niêm phong")
    )
    text = " ".join(run_tool("pdftotext", path, "-").split())
    assert "Bắc Giang, ngày 15 tháng 5 năm 2024" in text
    assert "ĐÃ NIÊM PHONG ĐIỆN TỬ" in text
    assert all(f"Đại diện Sở Thử nghiệm {n}" in text for n in (1, 2, 3))
    run_tool("qpdf", "--check", path)
