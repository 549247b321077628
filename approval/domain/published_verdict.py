"""A verdict in the words of the public page: the same judgement as on the command line, people's names masked."""

from __future__ import annotations

from collections.abc import Iterator

from approval.domain.bundle_verdict import BundleVerdict
from approval.domain.document import CERTIFICATION_FIELD, SEAL_FIELD
from approval.domain.evidence_report import Check, Outcome
from approval.domain.pdf_verdict import FileKind, JudgedSignature, JudgedStamp, PdfVerdict, signature_check
from approval.domain.upload_verdict import (
    Part,
    ShownSignature,
    UploadKind,
    UploadVerdict,
    Word,
    mask_name,
    mask_organisation,
    mask_serial,
)

# By exit code. What is cut back or half signed must not be used either; the sentence says which it is.
WORD_OF = {0: Word.VALID, 1: Word.INVALID, 2: Word.INVALID, 3: Word.UNKNOWN, 4: Word.UNKNOWN}
_OUTCOME_WORDS = {Outcome.PASS: Word.VALID, Outcome.TAMPERED: Word.INVALID, Outcome.UNKNOWN: Word.UNKNOWN}
_KINDS = {
    FileKind.PLEDGE: UploadKind.PLEDGE,
    FileKind.FOREIGN: UploadKind.FOREIGN,
    FileKind.OTHER: UploadKind.OTHER,
}
_SOUND = "{:02d} chữ ký và dấu niêm phong đều hợp lệ. Nội dung không thay đổi kể từ khi ký."
_ALTERED = "Văn bản đã bị thay đổi sau khi ký, hoặc có chữ ký sai. Không sử dụng tệp này."
_UNFINISHED = "Văn bản chưa đủ chữ ký hoặc niêm phong: đây là bản ký dở, hoặc đã bị cắt bớt."
_NOBODY_KNOWN = (
    "Văn bản nguyên vẹn và đủ chữ ký, nhưng chứng thư không dẫn tới chứng thư gốc nào hệ thống này tin cậy, "
    "nên chưa biết ai phát hành. Hãy hỏi cơ quan gửi văn bản."
)
_IN_DOUBT = "Không thấy chữ ký nào sai, nhưng còn điều chưa xác định được, nêu dưới đây. Hãy hỏi cơ quan gửi văn bản."
_FOREIGN = {
    0: "Mọi chữ ký trong tệp đều hợp lệ. Nội dung không thay đổi kể từ khi ký.",
    1: _ALTERED,
    2: "Tệp không có chữ ký số nào: đây không phải văn bản đã ký số. Đề nghị bên gửi cung cấp bản ký số gốc.",
    4: _IN_DOUBT,
}
_BUNDLE = {
    0: "Gói chứng cứ nguyên vẹn và đầy đủ; văn bản trong gói hợp lệ.",
    1: "Gói chứng cứ đã bị sửa, hoặc ghi điều không thể xảy ra. Không sử dụng gói này.",
    2: "Gói chứng cứ chưa đủ, nên chưa chứng minh được trọn vẹn việc ký. Các mục chưa đạt nêu dưới đây.",
    3: "Không đọc được gói .zip: không phải gói chứng cứ, đã hỏng, hoặc tải về chưa hết. Tải lại gói gốc rồi thử lại.",
    4: "Gói chứng cứ tự khớp, nhưng chưa biết ai phát hành. Hãy hỏi cơ quan gửi gói.",
}
BUNDLE_PARTS = {
    "archive": "Tệp nén",
    "manifest": "Bảng kê tệp",
    "seal": "Niêm phong bảng kê",
    "events": "Chuỗi sự kiện",
    "keys": "Khóa nhật ký",
    "heads": "Đầu nhật ký đã ký",
    "tree": "Cây băm của nhật ký",
    "witnesses": "Nhân chứng",
    "times": "Dấu thời gian của nhật ký",
    "replay": "Trình tự các bước",
    "documents": "Tệp kèm theo",
    "carried": "Đầu nhật ký ghi trong văn bản",
    "receipts": "Biên nhận",
    "complete": "Đủ các bước",
    "pdf": "Văn bản đã ban hành",
}
_UNREADABLE = 3
_MARKS = {"PASS": "Đạt", "FAIL": "Không đạt", "NOT CHECKED": "Chưa kiểm tra"}
_HOUSE_PARTS = {CERTIFICATION_FIELD: Part.OPENING, SEAL_FIELD: Part.SEAL}
_OWN_CLOCK = "Thời điểm do máy của người ký khai, không có dấu thời gian."


def published_pdf(verdict: PdfVerdict) -> UploadVerdict:
    """The page's verdict on a PDF; the title is told only of a valid document."""
    word, foreign = WORD_OF[verdict.code], verdict.kind is FileKind.FOREIGN
    signatures = (*_signatures(verdict), *(_stamp(one, known=foreign or verdict.known) for one in verdict.time_stamps))
    title = verdict.title if word is Word.VALID else ""
    return UploadVerdict(word, _KINDS[verdict.kind], (_sentence(verdict), *_details(verdict)), title, signatures)


def published_bundle(verdict: BundleVerdict) -> UploadVerdict:
    """The page's verdict on a bundle: every question a line, then the signatures of the document inside."""
    word, lines = WORD_OF[verdict.code], (_BUNDLE[verdict.code], *map(_bundle_line, verdict.checks))
    if verdict.document is None:
        return UploadVerdict(word, UploadKind.BUNDLE, lines)
    inner = published_pdf(verdict.document)
    title = inner.title if word is Word.VALID else ""
    return UploadVerdict(word, UploadKind.BUNDLE, lines, title, inner.signatures)


def _sentence(verdict: PdfVerdict) -> str:
    if verdict.kind is FileKind.OTHER or verdict.code == _UNREADABLE:
        return " ".join(verdict.problems)
    if verdict.kind is FileKind.FOREIGN:
        return _FOREIGN[verdict.code]
    parties = sum(one.field_name not in _HOUSE_PARTS for one in verdict.signatures)
    doubt = _IN_DOUBT if verdict.known else _NOBODY_KNOWN
    return {0: _SOUND.format(parties), 1: _ALTERED, 2: _UNFINISHED, 4: doubt}[verdict.code]


def _details(verdict: PdfVerdict) -> Iterator[str]:
    """What is at fault or in doubt about the whole file; what concerns one signature stands beside it."""
    beside = {signature_check(one.field_name, problem) for one in verdict.signatures for problem in one.problems}
    beside |= {one.check for one in verdict.time_stamps}
    said = verdict.problems if verdict.code == _UNREADABLE else ()
    open_questions = verdict.kind is FileKind.FOREIGN
    for check in verdict.checks:
        told = check.outcome is not Outcome.PASS and (open_questions or check.outcome is not Outcome.SKIPPED)
        if told and check not in beside and check.words not in said:
            yield _as_sentence(check.words)


def _signatures(verdict: PdfVerdict) -> Iterator[ShownSignature]:
    for one in verdict.signatures:
        found = {each.code: each for each in one.criteria}
        ours = verdict.kind is FileKind.PLEDGE
        yield ShownSignature(
            part=_HOUSE_PARTS.get(one.field_name, Part.PARTY) if ours else Part.OTHER,
            organisation=mask_organisation(one.organisation),
            signer=mask_name(one.signer),
            moment=one.signed_at.isoformat() if one.signed_at else "",
            issuer=mask_organisation(one.issuer),
            serial=mask_serial(one.serial),
            validity=found["1.1"].words if "1.1" in found else "không rõ hiệu lực khi ký",
            intact="2.4" in found and found["2.4"].outcome is Outcome.PASS,
            word=_OUTCOME_WORDS[one.outcome],
            problems=tuple(_problems(one)),
        )


def _problems(one: JudgedSignature) -> Iterator[str]:
    """The validator's sentences where it has some; else the criteria of the law that are not met."""
    yield from one.problems
    for each in one.criteria if not one.problems else ():
        if each.outcome in {Outcome.TAMPERED, Outcome.UNKNOWN}:
            yield _as_sentence(f"{each.words} (tiêu chí {each.code})")
    if one.signed_at is not None and not one.stamped:
        yield _OWN_CLOCK


def _stamp(one: JudgedStamp, *, known: bool) -> ShownSignature:
    good = Word.VALID if known and one.known else Word.UNKNOWN
    return ShownSignature(
        part=Part.TIME_STAMP,
        organisation=mask_organisation(one.authority),
        signer="",
        moment=one.stamped_at.isoformat() if one.stamped_at else "",
        issuer=mask_organisation(one.issuer),
        serial=mask_serial(one.serial),
        validity="",
        intact=not one.problems,
        word=Word.INVALID if one.problems else good,
        problems=one.problems if one.problems or one.known else (_as_sentence(one.check.words),),
    )


def _bundle_line(check: Check) -> str:
    return f"{_MARKS[check.outcome.word]} – {BUNDLE_PARTS.get(check.name, check.name)}: {check.words}"


def _as_sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].removesuffix('.')}."
