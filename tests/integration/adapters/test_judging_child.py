"""What the public page says of a PDF or bundle: ours sound or spoiled, other people's, locked, unsigned."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from approval.adapters.judging_child import judge_upload
from approval.adapters.judging_input import JudgingInput
from approval.adapters.pdf_reading import read_pledge_file
from approval.domain.upload_verdict import Part, UploadKind, UploadVerdict, Word
from tests.factories.evidence_bundles import make_bundle
from tests.factories.evidence_story import plain_story
from tests.factories.log_house import LogHouse
from tests.factories.pdf_documents import small_document
from tests.factories.pki import SigningHouse, signing_house
from tests.factories.signed_pledges import SignedPledge, sign_all, signed_pledge
from tests.factories.tampering import cut_revisions, flip, note_added, white_box
from tests.factories.uploaded_pdfs import locked, signed_elsewhere, swollen


@pytest.fixture(scope="module")
def pledge() -> SignedPledge:
    return signed_pledge()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> SigningHouse:
    """Of somebody else."""
    return signing_house(tmp_path_factory.mktemp("elsewhere"))


def judged(pdf: bytes, house: SigningHouse, *, rooted: bool = True) -> UploadVerdict:
    return judge_upload(pdf, JudgingInput(house.clock.now(), house.authority.trust_roots if rooted else ()))


def test_a_finished_document_is_valid_and_names_bodies_not_people(pledge: SignedPledge) -> None:
    verdict = judged(pledge.final, pledge.house)
    assert (verdict.word, verdict.kind) == (Word.VALID, UploadKind.PLEDGE)
    assert "02 chữ ký và dấu niêm phong đều hợp lệ" in verdict.reasons[0]
    parties = [one for one in verdict.signatures if one.part is Part.PARTY]
    assert {one.organisation for one in parties} == {"Cơ quan 1", "Cơ quan 2"}
    assert {one.signer for one in parties} == {"Đ. D. C. Q."}
    signed = [one for one in verdict.signatures if one.part is not Part.TIME_STAMP]
    assert {one.validity for one in signed} == {"còn hiệu lực khi ký"}
    assert all(one.intact and not one.problems for one in verdict.signatures)
    assert {one.part for one in verdict.signatures} == {Part.OPENING, Part.PARTY, Part.SEAL, Part.TIME_STAMP}
    assert "Đại diện" not in verdict.to_json().decode()
    assert all("THỬ NGHIỆM" in one.issuer and " … " in one.serial for one in verdict.signatures)


def test_whole_but_of_unknown_issuers_is_unknown(pledge: SignedPledge, house: SigningHouse) -> None:
    for roots in ((), house.authority.trust_roots):
        verdict = judge_upload(pledge.final, JudgingInput(pledge.house.clock.now(), roots))
        assert (verdict.word, verdict.title) == (Word.UNKNOWN, "")
        assert "chưa biết ai phát hành" in verdict.reasons[0]
        assert {one.word for one in verdict.signatures} == {Word.UNKNOWN}


@pytest.mark.parametrize("spoil", [white_box, note_added, lambda pdf: flip(pdf, 3000)], ids=["box", "note", "flip"])
def test_a_changed_document_is_invalid_whoever_is_trusted(pledge: SignedPledge, spoil: object) -> None:
    assert callable(spoil)
    spoiled = spoil(pledge.final)
    for rooted in (True, False):
        verdict = judged(spoiled, pledge.house, rooted=rooted)
        assert verdict.word is Word.INVALID
        assert "đã bị thay đổi" in verdict.reasons[0]


@pytest.mark.parametrize("revisions", [1, 2, 3, 4])
def test_a_document_cut_back_is_invalid_and_called_unfinished(pledge: SignedPledge, revisions: int) -> None:
    verdict = judged(cut_revisions(pledge.final, revisions), pledge.house)
    assert verdict.word is Word.INVALID
    assert "chưa đủ chữ ký hoặc niêm phong" in verdict.reasons[0]


@pytest.mark.parametrize("kept", [0.02, 0.5, 0.97])
def test_a_truncated_document_is_never_valid(pledge: SignedPledge, kept: float) -> None:
    verdict = judged(pledge.final[: int(len(pledge.final) * kept)], pledge.house)
    assert verdict.word in {Word.INVALID, Word.UNKNOWN}


@pytest.mark.parametrize("pdf", [b"%PDF-1.7\nnothing", swollen(300)], ids=["nothing", "bomb"])
def test_bytes_that_are_no_document_are_unreadable(house: SigningHouse, pdf: bytes) -> None:
    verdict = judged(pdf, house)
    assert verdict.word is Word.UNKNOWN
    assert "Không đọc được tệp" in verdict.reasons[0]


def test_a_locked_document_is_unknown_and_says_so(pledge: SignedPledge) -> None:
    verdict = judged(locked(pledge.final), pledge.house)
    assert verdict.word is Word.UNKNOWN
    assert "mật khẩu" in verdict.reasons[0]


def test_a_document_without_any_signature_is_not_a_signed_one(house: SigningHouse) -> None:
    verdict = judged(small_document().pdf, house)
    assert (verdict.word, verdict.kind) == (Word.INVALID, UploadKind.FOREIGN)
    assert "không có chữ ký số nào" in verdict.reasons[0]


def test_a_foreign_signature_that_brings_its_revocation_data_and_a_known_root_is_valid(house: SigningHouse) -> None:
    verdict = judged(signed_elsewhere(house, with_revocation=True), house)
    assert (verdict.word, verdict.kind) == (Word.VALID, UploadKind.FOREIGN)
    (signature,) = verdict.signatures
    assert (signature.organisation, signature.signer) == ("Cơ quan 1", "Đ. D. C. Q.")
    assert signature.problems == ("Thời điểm do máy của người ký khai, không có dấu thời gian.",)


def test_a_foreign_signature_of_an_unknown_issuer_is_unknown(house: SigningHouse) -> None:
    verdict = judged(signed_elsewhere(house, with_revocation=True), house, rooted=False)
    assert verdict.word is Word.UNKNOWN
    assert any("không nhận ra nơi cấp" in problem for problem in verdict.signatures[0].problems)


def test_a_foreign_signature_without_revocation_data_is_unknown(house: SigningHouse) -> None:
    verdict = judged(signed_elsewhere(house), house)
    assert verdict.word is Word.UNKNOWN
    assert any("không có dữ liệu thu hồi" in problem for problem in verdict.signatures[0].problems)


@pytest.mark.parametrize("spoil", [white_box, lambda pdf: flip(pdf, 3000)], ids=["box", "flip"])
def test_a_changed_foreign_document_is_invalid(house: SigningHouse, spoil: object) -> None:
    assert callable(spoil)
    verdict = judged(spoil(signed_elsewhere(house, with_revocation=True)), house)
    assert verdict.word is Word.INVALID
    assert verdict.signatures[0].word is not Word.VALID


def test_what_is_told_comes_back_and_is_believed(tmp_path: Path) -> None:
    """A signer taken back after the file was sealed, as of before: only the lists of the house can know."""
    elsewhere = signing_house(tmp_path)
    pledge = sign_all(elsewhere, parties=2, order=(1, 2))
    authority, since = elsewhere.authority, elsewhere.clock.now() - timedelta(minutes=30)
    signer = next(s for s in read_pledge_file(pledge.final).signatures if s.field_name == "KY_01").signer_cert
    elsewhere.clock.moment += timedelta(days=1)
    authority.revoke(signer.serial_number, since=since)
    bare = JudgingInput(elsewhere.clock.now(), authority.trust_roots, policy_text="log a b\n")
    told = replace(bare, other_certs=authority.other_certs, crls=authority.crls)
    assert [JudgingInput.from_line(one.to_line()) for one in (bare, told)] == [bare, told]
    assert judge_upload(pledge.final, bare).word is Word.VALID
    verdict = judge_upload(pledge.final, JudgingInput.from_line(told.to_line()))
    assert verdict.word is Word.INVALID
    assert "đã bị thu hồi" in str([one.problems for one in verdict.signatures])


@pytest.fixture(scope="module")
def log_house(tmp_path_factory: pytest.TempPathFactory) -> LogHouse:
    return LogHouse.build(tmp_path_factory.mktemp("log"))


def of_bundle(data: bytes, house: LogHouse, *, known: bool = True) -> UploadVerdict:
    policy = house.policy_text() if known else f"root {house.root}\n"
    return judge_upload(data, JudgingInput(house.clock.now(), house.authority.trust_roots, policy_text=policy))


def test_every_question_about_a_bundle_is_answered_in_a_line(log_house: LogHouse) -> None:
    verdict = of_bundle(make_bundle(log_house, plain_story()), log_house)
    said = "\n".join(verdict.reasons)
    assert verdict.kind is UploadKind.BUNDLE
    for line in ("Đạt – Bảng kê tệp: ", "Đạt – Chuỗi sự kiện: ", "Đạt – Khóa nhật ký: ", "Đạt – Trình tự các bước: "):
        assert line in said, line
    # The story's document is made up; a bundle is no better than the document in it.
    assert "Không đạt – Văn bản đã ban hành: " in said
    assert verdict.word is Word.INVALID


def test_a_bundle_signed_by_an_unknown_key_is_not_called_sound(log_house: LogHouse) -> None:
    verdict = of_bundle(make_bundle(log_house, plain_story()), log_house, known=False)
    assert any(one.startswith("Chưa kiểm tra – Khóa nhật ký: ") for one in verdict.reasons)
    assert verdict.word is not Word.VALID


def test_a_changed_bundle_is_invalid_and_says_what(log_house: LogHouse) -> None:
    data = make_bundle(log_house, plain_story())
    verdict = of_bundle(flip(data, data.index(b"pseq")), log_house)
    assert verdict.word is Word.INVALID
    assert any(one.startswith("Không đạt – Tệp nén: ") for one in verdict.reasons)
