"""One judgement, two tellings: lines and JSON for the command, masked words for the public page."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from approval.domain.bundle_verdict import BundleVerdict, is_bundle
from approval.domain.evidence_check import QUESTIONS
from approval.domain.evidence_report import Check, Outcome
from approval.domain.pdf_verdict import (
    CRITERIA,
    Criterion,
    FileKind,
    JudgedSignature,
    JudgedStamp,
    PdfVerdict,
    criteria_code,
    signature_check,
)
from approval.domain.published_verdict import BUNDLE_PARTS, published_bundle, published_pdf
from approval.domain.signing_record import RecordFacts
from approval.domain.states import VerdictKind
from approval.domain.upload_verdict import Part, UploadKind, Word

MAY = datetime(2024, 5, 15, 2, 30, tzinfo=UTC)
GOOD = tuple(Criterion(code, Outcome.PASS, "còn hiệu lực khi ký" if code == "1.1" else "đúng") for code in CRITERIA)
SIGNED = JudgedSignature("KY_01", "Sở Y tế", "Nguyễn Thị Hà", "CA thử", "b3c5000000001f8a", MAY, True, GOOD)
SEAL = replace(SIGNED, field_name="NIEM_PHONG", organisation="Khối thi đua", signer="Niêm phong")
OPENING = replace(SEAL, field_name="MO_KY")
STAMP = JudgedStamp("DAU_THOI_GIAN", "TSA thử", "CA thử", "1f", MAY)
SOUND = PdfVerdict(
    FileKind.PLEDGE,
    0,
    True,
    (STAMP.check, Check("document", Outcome.PASS, "đủ"), Check("record", Outcome.SKIPPED, "không kèm hồ sơ")),
    (OPENING, SIGNED, SEAL),
    (STAMP,),
    title="Bản giao ước",
)


def with_criterion(code: str, outcome: Outcome, words: str) -> JudgedSignature:
    return replace(SIGNED, criteria=tuple(Criterion(code, outcome, words) if c.code == code else c for c in GOOD))


def foreign(code: int, *signatures: JudgedSignature, checks: tuple[Check, ...] = ()) -> PdfVerdict:
    return PdfVerdict(FileKind.FOREIGN, code, code == 0, checks, signatures)


def test_a_sound_document_is_told_with_masked_names_and_all_its_parts() -> None:
    told = published_pdf(SOUND)
    assert (told.word, told.kind, told.title) == (Word.VALID, UploadKind.PLEDGE, "Bản giao ước")
    assert told.reasons == ("01 chữ ký và dấu niêm phong đều hợp lệ. Nội dung không thay đổi kể từ khi ký.",)
    assert [one.part for one in told.signatures] == [Part.OPENING, Part.PARTY, Part.SEAL, Part.TIME_STAMP]
    party, stamp = told.signatures[1], told.signatures[3]
    assert (party.organisation, party.signer, party.serial) == ("Sở Y tế", "N. T. H.", "B3C5 … 1F8A")
    assert (party.validity, party.intact, party.word, party.problems) == ("còn hiệu lực khi ký", True, Word.VALID, ())
    assert (stamp.organisation, stamp.word, stamp.signed_at) == ("TSA thử", Word.VALID, MAY)
    assert "Nguyễn Thị Hà" not in told.to_json().decode()


@pytest.mark.parametrize(
    ("code", "word", "says"),
    [
        (1, Word.INVALID, "đã bị thay đổi"),
        (2, Word.INVALID, "chưa đủ chữ ký hoặc niêm phong"),
        (4, Word.UNKNOWN, "chưa xác định được"),
    ],
)
def test_the_word_follows_the_exit_code(code: int, word: Word, says: str) -> None:
    told = published_pdf(replace(SOUND, code=code))
    assert (told.word, told.title) == (word, "")
    assert says in told.reasons[0]


def test_whole_but_of_nobody_known_is_said_so() -> None:
    told = published_pdf(replace(SOUND, code=4, known=False))
    assert "chưa biết ai phát hành" in told.reasons[0]
    assert told.signatures[-1].word is Word.UNKNOWN


def test_what_cannot_be_read_is_said_in_the_judges_words_once() -> None:
    for kind in (FileKind.OTHER, FileKind.PLEDGE):
        check = Check("file", Outcome.UNREADABLE, "Tệp bị khóa.")
        told = published_pdf(PdfVerdict(kind, 3, False, (check,), problems=("Tệp bị khóa.",)))
        assert (told.word, told.reasons) == (Word.UNKNOWN, ("Tệp bị khóa.",))


def test_a_fault_stands_beside_its_signature_and_not_twice() -> None:
    bad = replace(SIGNED, problems=("Có thay đổi.",))
    late = replace(STAMP, problems=("Không tin cậy.",))
    beside = (signature_check("KY_01", "Có thay đổi."), late.check)
    checks = (*beside, Check("document", Outcome.TAMPERED, "Có ô ký lạ: X."), Check("record", Outcome.SKIPPED, "không"))
    told = published_pdf(PdfVerdict(FileKind.PLEDGE, 1, True, checks, (bad,), (late,)))
    assert told.reasons[1:] == ("Có ô ký lạ: X.",)
    assert [one.problems for one in told.signatures] == [("Có thay đổi.",), ("Không tin cậy.",)]
    assert {one.word for one in told.signatures} == {Word.INVALID}
    assert not told.signatures[1].intact


def test_a_foreign_document_names_the_criteria_that_are_not_met_and_what_is_open() -> None:
    doubtful = with_criterion("1.2", Outcome.UNKNOWN, "không xác định: thiếu dữ liệu")
    doubtful = replace(doubtful, stamped=False)
    told = published_pdf(foreign(4, doubtful, checks=(Check("complete", Outcome.SKIPPED, "không biết cần bao nhiêu"),)))
    assert told.kind is UploadKind.FOREIGN
    assert told.reasons[1:] == ("Không biết cần bao nhiêu.",)
    assert told.signatures[0].part is Part.OTHER
    assert told.signatures[0].problems == (
        "Không xác định: thiếu dữ liệu (tiêu chí 1.2).",
        "Thời điểm do máy của người ký khai, không có dấu thời gian.",
    )


def test_a_signature_that_could_not_be_read_is_neither_whole_nor_dated() -> None:
    criteria = (Criterion("2.2", Outcome.TAMPERED, "không đọc được chữ ký"),)
    lost = JudgedSignature("Chu ky", "", "", "", "", None, False, criteria)
    shown = published_pdf(foreign(1, lost)).signatures[0]
    assert (shown.intact, shown.signed_at, shown.validity) == (False, None, "không rõ hiệu lực khi ký")
    assert published_pdf(foreign(2)).reasons[0].startswith("Tệp không có chữ ký số nào")


@pytest.mark.parametrize("code", [0, 1, 2, 3, 4])
def test_a_bundle_tells_every_question_and_the_signatures_inside(code: int) -> None:
    outcomes = (Outcome.PASS, Outcome.TAMPERED, Outcome.INCOMPLETE, Outcome.UNREADABLE, Outcome.UNKNOWN)
    verdict = BundleVerdict((Check("seal", outcomes[code], "Khối, 15/05/2024"), Check("new", Outcome.PASS, "x")), SOUND)
    told = published_bundle(verdict)
    assert verdict.code == code
    assert (told.kind, len(told.reasons), len(told.signatures)) == (UploadKind.BUNDLE, 3, 4)
    mark = {0: "Đạt", 4: "Chưa kiểm tra"}.get(code, "Không đạt")
    assert told.reasons[1] == f"{mark} – Niêm phong bảng kê: Khối, 15/05/2024"
    assert told.reasons[2] == "Đạt – new: x"
    assert (told.title == "Bản giao ước") is (code == 0)
    assert published_bundle(replace(verdict, document=None)).signatures == ()


def test_a_bundle_in_lines_and_json() -> None:
    verdict = BundleVerdict((Check("seal", Outcome.PASS, "tốt"),), SOUND)
    assert list(verdict.lines()) == ["PASS seal: tốt"]
    told = json.loads(json.dumps(verdict.as_dict()))
    assert (told["kind"], told["verdict"], told["exit_code"]) == ("bundle", "sound", 0)
    assert told["checks"] == [{"name": "seal", "outcome": "PASS", "words": "tốt"}]
    assert told["document"]["time_stamps"][0]["stamped_at"] == "2024-05-15T02:30:00.000000Z"
    assert replace(verdict, document=None).as_dict()["document"] is None
    assert is_bundle(b"PK\3\4")
    assert not is_bundle(b"%PDF")


def test_criteria_are_grouped_by_what_was_found() -> None:
    other = replace(with_criterion("1.2", Outcome.UNKNOWN, "không xác định"), field_name="KY_02")
    verdict = foreign(4, SIGNED, other)
    lines = list(verdict.criteria_lines())
    assert "PASS 1.1 chứng thư còn hiệu lực tại thời điểm ký: còn hiệu lực khi ký (cả 2 chữ ký)" in lines
    assert "PASS 1.2 trạng thái chứng thư tại thời điểm ký: đúng (KY_01)" in lines
    assert "NOT CHECKED 1.2 trạng thái chứng thư tại thời điểm ký: không xác định (KY_02)" in lines
    assert len(lines) == len(CRITERIA) + 1
    assert [criteria_code([one]) for one in (SIGNED, other)] == [0, 4]


def test_the_outcome_of_a_signature_is_the_worst_found() -> None:
    assert SIGNED.outcome is Outcome.PASS
    assert with_criterion("2.4", Outcome.TAMPERED, "đã đổi").outcome is Outcome.TAMPERED
    assert with_criterion("2.3", Outcome.UNKNOWN, "không rõ").outcome is Outcome.UNKNOWN
    assert with_criterion("2.1", Outcome.SKIPPED, "không ghi").outcome is Outcome.PASS
    assert replace(SIGNED, problems=("x",)).outcome is Outcome.TAMPERED


def test_a_verdict_as_plain_data() -> None:
    record = RecordFacts("aa", "p", 2, "bb", 1, 3, ("KY_01",), (("Sở Y tế", VerdictKind.AGREE, MAY),), 9, "cc")
    told = json.loads(json.dumps(replace(SOUND, record=record, checkpoint=b"note\xff").as_dict()))
    assert (told["verdict"], told["issuer_known"]) == ("sound", True)
    assert told["record"]["verdicts"][0]["agency"] == "Sở Y tế"
    assert told["checkpoint"] == "note\ufffd"
    undated = replace(
        SOUND, signatures=(replace(SIGNED, signed_at=None),), time_stamps=(replace(STAMP, stamped_at=None),)
    )
    told = undated.as_dict()
    assert (told["signatures"][0]["signed_at"], told["time_stamps"][0]["stamped_at"]) == (None, None)
    assert (told["record"], told["checkpoint"]) == (None, None)


def test_a_time_stamp_is_a_line() -> None:
    assert STAMP.check.line == "PASS time-stamp DAU_THOI_GIAN: TSA thử, 09:30:00 15/05/2024"
    assert replace(STAMP, stamped_at=None).check.line == "PASS time-stamp DAU_THOI_GIAN: TSA thử"
    assert replace(STAMP, problems=("Hỏng.",)).check.line == "FAIL time-stamp DAU_THOI_GIAN: Hỏng."
    undated = published_pdf(replace(SOUND, time_stamps=(replace(STAMP, stamped_at=None),)))
    assert undated.signatures[-1].signed_at is None


def test_every_question_about_a_bundle_has_its_words() -> None:
    asked = {"archive", *(name for name, _ in QUESTIONS), "pdf"}
    assert asked == set(BUNDLE_PARTS)
    told = published_bundle(BundleVerdict(tuple(Check(name, Outcome.PASS, "khớp") for name in asked)))
    assert not [line for line in told.reasons for name in asked if f"– {name}:" in line]


def test_a_foreign_time_stamp_of_an_unknown_authority_is_in_doubt_and_a_broken_one_is_wrong() -> None:
    stranger = replace(STAMP, known=False)
    assert (stranger.check.outcome, stranger.check.line.startswith("NOT CHECKED")) == (Outcome.UNKNOWN, True)
    broken = replace(stranger, problems=("Dấu thời gian sai.",))
    assert broken.check.outcome is Outcome.TAMPERED
    for stamp, word, problems in (
        (STAMP, Word.VALID, ()),
        (stranger, Word.UNKNOWN, (f"K{stranger.check.words[1:]}.",)),
        (broken, Word.INVALID, ("Dấu thời gian sai.",)),
    ):
        shown = published_pdf(replace(foreign(4, SIGNED, checks=(stamp.check,)), time_stamps=(stamp,)))
        assert (shown.signatures[-1].word, shown.signatures[-1].problems) == (word, problems)
        # It stands beside the stamp and is not told twice.
        assert len(shown.reasons) == 1
