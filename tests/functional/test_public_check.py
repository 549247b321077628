"""Kiểm tra văn bản: anybody brings a file and gets one word with reasons; nothing is kept, nothing is looked up."""

from __future__ import annotations

import uuid
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from sqlalchemy import event
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from approval.adapters.upload_judge import JudgeLimits, UploadJudge
from approval.cli.verify import command as verify_command
from approval.domain.commands import FinalisePledge
from approval.domain.witness_address import WitnessAddress
from approval.extensions import db, limiter, parts
from approval.queries.evidence_bundle import load_any_evidence_bundle
from approval.services.finalise_pledge import finalise_pledge
from approval.services.record_log_key import RecordLogKey, record_log_key
from tests.factories.pki import signing_house
from tests.factories.signed_log import sign_log
from tests.factories.signing_house import make_open_pledge, sign_by, stored_pledge
from tests.factories.stored_heads import finished_pledge, house_of, store_head
from tests.factories.tampering import flip, white_box
from tests.factories.uploaded_pdfs import locked, signed_elsewhere
from tests.functional.conftest import Place
from tests.functional.visitor import Visitor

PAGE = "/kiem-tra"
MEBIBYTE = 1024 * 1024


@pytest.fixture
def visitor(place: Place) -> Visitor:
    """A stranger, on a machine whose other work is no finding of ours."""
    with place.app.app_context():
        tools = parts()
        limits = JudgeLimits(wall_seconds=60, cpu_seconds=60)
        tools.upload_judge = UploadJudge(tools.authority.trust_roots, tools.clock, limits=limits)
    return place.visitor()


@pytest.fixture
def final(place: Place) -> bytes:
    """A finished document of this installation."""
    pledge_id = make_open_pledge(place.app, place.house)
    sign_by(place.app, pledge_id, *place.house.representatives)
    with place.app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))
        return parts().file_store.get(stored_pledge(pledge_id).final_sha256 or "")


def bring(visitor: Visitor, content: bytes, name: str = "van-ban.pdf", **fields: str) -> TestResponse:
    return send(
        visitor, PAGE, {"csrf_token": visitor.token(PAGE), "tep": FileStorage(BytesIO(content), name), **fields}
    )


def send(visitor: Visitor, path: str, fields: dict[str, object]) -> TestResponse:
    """A form with a file, encoded in memory: the client's own way leaves an open file behind for large ones."""
    boundary, body = encode_multipart(fields)
    return visitor.client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def word_of(answer: TestResponse) -> str:
    found = BeautifulSoup(answer.text, "html.parser").select_one("#ket-qua-tieu-de")
    return found.text if found else ""


def test_a_sound_document_is_valid_with_issuers_times_and_masked_names(visitor: Visitor, final: bytes) -> None:
    answer = bring(visitor, final)
    assert answer.status_code == 200
    assert word_of(answer) == "Hợp lệ"
    for words in (
        "02 chữ ký của cơ quan, người ký; 03 dấu của hệ thống",
        "02 chữ ký và dấu niêm phong đều hợp lệ",
        "Chữ ký thử nghiệm, không có giá trị pháp lý",
        "Sở Thử nghiệm 1",
        "CHỨNG THƯ THỬ NGHIỆM / TEST ONLY – CA",
        "còn hiệu lực khi ký",
        "Nguyên vẹn",
        "Dấu thời gian cuối",
        "15/5/2024 +07:00",
    ):
        assert words in answer.text, words
    # The tests' keys call the body as they call the person, who is shown by initials.
    soup = BeautifulSoup(answer.text, "html.parser")
    assert [one.text for one in soup.select("th[scope=row] small")][1:3] == ["Đ. D. S. T. N."] * 2


def test_a_bundle_is_judged_as_the_command_does_with_the_key_of_this_installation(
    place: Place, visitor: Visitor, tmp_path: Path
) -> None:
    log = house_of(place.app)
    with place.app.app_context():
        record_log_key(RecordLogKey(log.log.key.vkey))
    pledge_id = finished_pledge(place.app, place.house, lambda: None)
    store_head(place.app, log, stamped=True)
    with place.app.app_context():
        bundle = load_any_evidence_bundle(db.session(), pledge_id)
    answer = bring(visitor, bundle, "ho-so.zip")
    assert word_of(answer) == "Hợp lệ", answer.text
    for words in (
        "Gói chứng cứ nguyên vẹn",
        "Đạt – Khóa nhật ký",
        "Đạt – Văn bản đã ban hành",
        "Dấu niêm phong văn bản",
    ):
        assert words in answer.text, words
    spoiled = bring(visitor, flip(bundle, bundle.index(b"pseq")))
    assert word_of(spoiled) == "Không hợp lệ"
    assert "Không đạt – " in spoiled.text
    (tmp_path / "ho-so.zip").write_bytes(bundle)
    (tmp_path / "policy.txt").write_text(log.policy_text(), encoding="utf-8")
    words_of_command = [str(tmp_path / "ho-so.zip"), "--policy", str(tmp_path / "policy.txt")]
    assert CliRunner().invoke(verify_command, words_of_command).exit_code == 0


@pytest.mark.parametrize(("given", "code"), [(0, 2), (1, 2), (2, 0)])
def test_a_bundle_is_judged_by_the_very_policy_that_is_published(
    place: Place, visitor: Visitor, tmp_path: Path, given: int, code: int
) -> None:
    """Two witnesses are configured, so both must have signed: on the page as at home."""
    log = house_of(place.app)
    with place.app.app_context():
        record_log_key(RecordLogKey(log.log.key.vkey))
        addresses = tuple(WitnessAddress("http://127.0.0.1:9", one.key) for one in log.witnesses[:2])
        parts().settings = replace(parts().settings, witnesses=addresses)
    seen_by = log.witnesses[:given]
    pledge_id = finished_pledge(place.app, place.house, lambda: store_head(place.app, log, witnesses=seen_by))
    store_head(place.app, log, witnesses=seen_by, stamped=True)
    with place.app.app_context():
        bundle = load_any_evidence_bundle(db.session(), pledge_id)
    answer = bring(visitor, bundle, "ho-so.zip")
    assert word_of(answer) == ("Không hợp lệ" if code else "Hợp lệ"), answer.text
    assert ("Không đạt – Nhân chứng: " in answer.text) is (code != 0)
    (tmp_path / "ho-so.zip").write_bytes(bundle)
    (tmp_path / "policy.txt").write_bytes(visitor.get("/chinh-sach-kiem-tra.txt").data)
    words_of_command = [str(tmp_path / "ho-so.zip"), "--policy", str(tmp_path / "policy.txt")]
    assert CliRunner().invoke(verify_command, words_of_command).exit_code == code


def test_other_files_get_their_word(visitor: Visitor, final: bytes) -> None:
    expected = [
        (white_box(final), "Không hợp lệ", "đã bị thay đổi"),
        (final[: len(final) // 2], "Không xác định", "tải về chưa hết"),
        (locked(final), "Không xác định", "mật khẩu"),
        ("Kính gửi".encode(), "Không xác định", "không phải PDF hay gói chứng cứ"),
    ]
    for content, word, reason in expected:
        answer = bring(visitor, content)
        assert (answer.status_code, word_of(answer)) == (200, word)
        assert reason in answer.text


def test_a_document_signed_elsewhere_is_judged_and_not_called_altered(
    visitor: Visitor, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = signing_house(tmp_path_factory.mktemp("elsewhere"))
    answer = bring(visitor, signed_elsewhere(elsewhere, with_revocation=True))
    assert word_of(answer) == "Không xác định"
    assert "không nhận ra nơi cấp" in answer.text
    assert "Đại diện cơ quan" not in answer.text


@pytest.mark.parametrize(("content", "words"), [(b"", "Tệp trống (0 byte)"), (None, "Chưa chọn tệp")])
def test_nothing_to_check_is_said_on_the_form(visitor: Visitor, content: bytes | None, words: str) -> None:
    answer = bring(visitor, content) if content is not None else visitor.post(PAGE, page=PAGE, ma="ab" * 32)
    assert answer.status_code == 422
    assert words in answer.text
    assert BeautifulSoup(answer.text, "html.parser").select_one("input[type=file]")
    if content is None:
        assert f'value="{"ab" * 32}"' in answer.text


def test_a_file_too_large_gets_a_sentence_that_names_the_limit(visitor: Visitor) -> None:
    answer = bring(visitor, bytes(21 * MEBIBYTE))
    assert answer.status_code == 413
    assert "tối đa 20 MB" in answer.text


def test_the_larger_limit_is_for_this_page_alone(place: Place, visitor: Visitor) -> None:
    assert bring(visitor, bytes(6 * MEBIBYTE)).status_code == 200
    other = place.visitor(place.house.coordinator)
    fields = {"csrf_token": other.token(), "tep": FileStorage(BytesIO(bytes(6 * MEBIBYTE)), "x.docx")}
    answer = send(other, "/dang-xuat", fields)
    assert answer.status_code == 413
    assert "tối đa 2 MB" in answer.text


def test_the_code_of_a_sheet_is_compared_and_never_looked_up(visitor: Visitor, final: bytes) -> None:
    code = sha256(final).hexdigest()
    stranger = uuid.uuid4().hex * 2
    known, unknown = (visitor.get(f"{PAGE}?ma={one}") for one in (code, stranger))
    shown = [BeautifulSoup(page.text, "html.parser").select_one("#phieu") for page in (known, unknown)]
    assert all(shown)
    # A code that is one of ours is answered exactly as any other.
    texts = [visitor_page.text.replace(code, "").replace(stranger, "") for visitor_page in (known, unknown)]
    assert _without_code(texts[0]) == _without_code(texts[1])
    assert "trùng với mã trên phiếu" in bring(visitor, final, ma=code).text
    assert "khác với mã trên phiếu" in bring(visitor, final, ma=stranger).text
    assert "phieu" not in visitor.get(f"{PAGE}?ma=<script>").text


def test_the_code_of_a_sheet_tells_nothing_by_status_header_or_question(
    place: Place, visitor: Visitor, final: bytes
) -> None:
    asked: list[str] = []

    def note(*arguments: object) -> None:
        asked.append(str(arguments[2:4]))

    with place.app.app_context():
        engine = db.engine
    # The first page of a visit sets the cookie of the form.
    visitor.get(PAGE)
    event.listen(engine, "before_cursor_execute", note)
    answers = []
    for code in (sha256(final).hexdigest(), "ab" * 32):
        answer, questions = visitor.get(f"{PAGE}?ma={code}"), list(asked)
        assert not [one for one in questions if code in one]
        answers.append((answer.status_code, len(answer.data), sorted(answer.headers.keys()), len(questions)))
        asked.clear()
    event.remove(engine, "before_cursor_execute", note)
    assert answers[0] == answers[1]


def test_a_bundle_is_no_contradiction_to_the_sheet_of_its_document(place: Place, visitor: Visitor) -> None:
    pledge_id = finished_pledge(place.app, place.house, lambda: None)
    sign_log(place.app)
    with place.app.app_context():
        code = stored_pledge(pledge_id).final_sha256 or ""
    bundle = place.visitor(place.house.coordinator).get(f"/van-ban/{pledge_id}/ho-so-chung-cu.zip").data
    answer = bring(visitor, bundle, "ho-so.zip", ma=code)
    assert "không phải của gói chứng cứ" in answer.text
    assert "khác với mã trên phiếu" not in answer.text


def _without_code(page: str) -> str:
    soup = BeautifulSoup(page, "html.parser")
    for part in soup.select(".fingerprint, input[name=csrf_token]"):
        part.decompose()
    return str(soup)


def test_hostile_names_are_shown_as_text(visitor: Visitor) -> None:
    answer = bring(visitor, b"x", name="<script>alert(1)</script>.pdf")
    assert "&lt;script&gt;" in answer.text
    assert "<script>" not in answer.text


def test_many_files_from_one_address_are_slowed_down(visitor: Visitor) -> None:
    limiter.reset()
    answers = [visitor.post(PAGE, page=PAGE) for _ in range(13)]
    assert [answer.status_code for answer in answers] == [422] * 12 + [429]
    assert "Chờ một phút" in answers[-1].text
    limiter.reset()


def test_the_sign_in_page_leads_here(visitor: Visitor) -> None:
    assert visitor.soup("/dang-nhap").select(f'a[href="{PAGE}"]')
