"""Import: a file becomes a draft word for word, or one clear sentence says why not and nothing is stored."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from approval.models.pledge import Pledge
from tests.factories.pledge_texts import small_text
from tests.factories.review_house import as_file
from tests.factories.word_files import exported, with_tracked_change
from tests.functional.pledges.conftest import Desk
from tests.functional.pledges.forms import open_form, refusal, tree, words
from tests.functional.visitor import Visitor

IMPORT = "/van-ban/nhap"
GOOD = as_file(small_text())


def upload(visitor: Visitor, content: bytes, name: str = "ban-giao-uoc.md") -> TestResponse:
    """Choose a file and press the button."""
    return open_form(visitor, IMPORT, IMPORT).send(file=(content, name))


def test_file_becomes_a_draft_word_for_word(desk: Desk) -> None:
    answer = upload(desk.coordinator, GOOD)
    assert answer.status_code == 303
    page = words(desk.coordinator.get(answer.location))
    assert "Nội dung thi đua thứ 1." in page
    assert "ĐẠI DIỆN SỞ THỬ NGHIỆM 2" in page
    assert "Đã tạo dự thảo từ tệp." in page


def test_word_file_becomes_a_draft_word_for_word(desk: Desk) -> None:
    """Under any name: what a file is, is told by its content."""
    answer = upload(desk.coordinator, exported(small_text()), "ban-giao-uoc.txt")
    assert answer.status_code == 303
    page = words(desk.coordinator.get(answer.location))
    assert "Nội dung thi đua thứ 1." in page
    assert "ĐẠI DIỆN SỞ THỬ NGHIỆM 2" in page


def test_the_form_offers_word_files_and_says_how_to_prepare_them(desk: Desk) -> None:
    page = tree(desk.coordinator.get(IMPORT))
    chosen = page.select_one("input[type=file]")
    assert chosen is not None
    assert ".docx" in str(chosen["accept"]).split(",")
    assert "Track Changes" in page.get_text()


def test_tracked_changes_are_refused_with_how_to_accept_them(desk: Desk) -> None:
    answer = upload(desk.coordinator, BAD_FILES["word with tracked changes"], "ban-giao-uoc.docx")
    assert answer.status_code == 422
    assert "Accept All Changes" in refusal(answer)


def test_decomposed_letters_are_composed(desk: Desk) -> None:
    decomposed = unicodedata.normalize("NFD", GOOD.decode()).encode()
    assert decomposed != GOOD
    answer = upload(desk.coordinator, decomposed)
    page = desk.coordinator.get(answer.location).text
    assert unicodedata.is_normalized("NFC", page)
    assert "Nội dung thi đua thứ 2." in page


def test_findings_of_the_import_are_shown_with_their_places(desk: Desk) -> None:
    text = small_text()
    turned_file = as_file(replace(text, parties=text.parties[::-1])).replace(
        "Sở Thử nghiệm 2; Sở Thử nghiệm 1".encode(), "Sở Thử nghiệm 1; Sở Thử nghiệm 2".encode()
    )
    answer = upload(desk.coordinator, turned_file)
    page = words(desk.coordinator.get(answer.location))
    assert "lưu ý khi nhập văn bản" in page
    assert "Sửa ở phần ký" in page


BAD_FILES = {
    "nothing": b"",
    "blank": b"  \n\n \t\n",
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
    "utf16": GOOD.decode().encode("utf-16"),
    "utf16 without a mark": GOOD.decode().encode("utf-16-le"),
    "no signature blocks": GOOD.split("**ĐẠI DIỆN".encode())[0],
    "clauses out of order": GOOD.replace(b"\n2. ", b"\n4. "),
    "no date line": GOOD.split(b"\n", 1)[1],
    "one agency": GOOD.rsplit("**ĐẠI DIỆN".encode(), 1)[0],
    "agency outside the bloc": GOOD.replace("Sở Thử nghiệm 2".encode(), "Sở Lạ".encode()).replace(
        "SỞ THỬ NGHIỆM 2".encode(), "SỞ LẠ".encode()
    ),
    "impossible day": GOOD.replace("ngày tháng 5".encode(), "ngày 31 tháng 4".encode()),
    "three megabytes": GOOD + b"\n\n" + b"x" * (3 * 1024 * 1024),
    "only html": b"<script>alert(1)</script>",
    "zip": b"PK\x03\x04" + bytes(400),
    "old word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(400),
    "word with tracked changes": with_tracked_change(exported(small_text())),
    "word of strangers": exported(small_text(parties=3)),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_file_that_is_no_pledge_gets_one_sentence_and_stores_nothing(desk: Desk, kind: str) -> None:
    answer = upload(desk.coordinator, BAD_FILES[kind])
    assert answer.status_code == 422, words(answer)
    sentence = refusal(answer)
    assert sentence.endswith((".", "!"))
    assert any(letter in sentence for letter in "ạảấầẩậắằẳặẹẻếềểệỉịọỏốồổộớờởợụủứừửựđ"), sentence
    assert len(sentence) < 300
    assert desk.count(Pledge) == 0
    assert desk.events() == 0


def test_pressing_the_button_without_a_file_says_so(desk: Desk) -> None:
    answer = open_form(desk.coordinator, IMPORT, IMPORT).send()
    assert answer.status_code == 422
    assert refusal(answer)
    assert desk.count(Pledge) == 0


def test_file_beyond_the_limit_of_the_server_is_too_large(desk: Desk) -> None:
    answer = upload(desk.coordinator, b"a" * (5 * 1024 * 1024))
    assert answer.status_code == 413
    assert "quá lớn" in words(answer)
    assert desk.count(Pledge) == 0


def test_hostile_file_name_is_of_no_interest(desk: Desk) -> None:
    assert upload(desk.coordinator, GOOD, "../../etc/passwd\x00<script>.md").status_code == 303


def test_representative_cannot_import(desk: Desk) -> None:
    assert desk.first.get(IMPORT).status_code == 403
    assert desk.first.post(IMPORT, file=(io.BytesIO(GOOD), "a.md")).status_code == 403
    assert desk.count(Pledge) == 0
