"""Phiếu xác thực: who may have it, what it says, and where its QR code leads."""

from __future__ import annotations

import io
import uuid

import pytest
import zxingcpp
from PIL import Image

from approval.adapters.page_images import render_page
from approval.adapters.pdf_text import read_words
from approval.domain.commands import FinalisePledge
from approval.services.finalise_pledge import finalise_pledge
from tests.factories.signing_house import make_open_pledge, sign_by, stored_pledge
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import words

SHEET = "tep/phieu-xac-thuc.pdf"


@pytest.fixture
def signed(desk: Desk) -> uuid.UUID:
    """A pledge everybody signed, not yet sealed."""
    pledge_id = make_open_pledge(desk.place.app, desk.house)
    sign_by(desk.place.app, pledge_id, *desk.house.representatives)
    return pledge_id


def test_there_is_no_sheet_of_an_unsealed_document(desk: Desk, signed: uuid.UUID) -> None:
    answer = desk.first.get(page_of(signed, SHEET))
    assert answer.status_code == 404
    assert "Chưa có tệp này" in words(answer)


def test_the_sheet_names_the_file_and_its_code_leads_to_the_check(desk: Desk, signed: uuid.UUID) -> None:
    with desk.place.app.app_context():
        finalise_pledge(FinalisePledge(signed))
        digest = stored_pledge(signed).final_sha256 or ""
    assert f"/van-ban/{signed}/{SHEET}" in desk.first.get(page_of(signed)).text
    answer = desk.first.get(page_of(signed, SHEET))
    assert answer.mimetype == "application/pdf"
    text = read_words(answer.data)
    assert digest.upper() in text.replace(" ", "")
    for said in ("PHIẾU XÁC THỰC", "Sở Thử nghiệm 1", "Sở Thử nghiệm 2", "KHÔNG CÓ GIÁ TRỊ PHÁP LÝ", "15/5/2024"):
        assert said in text, said
    picture = Image.open(io.BytesIO(render_page(answer.data, page=0, width_px=1240)))
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == f"http://localhost/kiem-tra?ma={digest}"
    # The code carries nothing by which a pledge could be found.
    assert str(signed) not in code.text
    shown = desk.place.visitor().get(code.text.removeprefix("http://localhost"))
    assert shown.status_code == 200
    assert "Phiếu xác thực ghi mã SHA-256" in shown.text
    assert "GIAO ƯỚC THI ĐUA NĂM" not in shown.text
