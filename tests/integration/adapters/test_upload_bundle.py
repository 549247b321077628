"""What the public page says of a .zip: a bundle of evidence, a spoiled one, archives made to harm who opens them."""

from __future__ import annotations

import json
import zipfile
from hashlib import sha256
from io import BytesIO

import pytest

from approval.adapters.upload_bundle import judge_bundle
from approval.domain.upload_verdict import FileKind, UploadVerdict, Word

DOCUMENT = UploadVerdict(Word.VALID, FileKind.PLEDGE, ("Hợp lệ cả.", "Còn điều nữa."), "Bản giao ước")
FILES = {"document/final.pdf": b"%PDF-1.7 ...", "log/leaves.bin": bytes(64)}


def manifest_of(contents: dict[str, bytes], **more: object) -> bytes:
    entries = {
        name: {"sha256": sha256(content).hexdigest(), "size": len(content)} for name, content in contents.items()
    }
    return json.dumps({"format": "giao-uoc-evidence/1", "pledge": "x", "files": entries, **more}).encode()


def packed(files: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def bundle(**more: object) -> bytes:
    return packed({"manifest.json": manifest_of(FILES, **more), **FILES})


def judged(data: bytes) -> UploadVerdict:
    return judge_bundle(data, lambda _pdf: DOCUMENT)


def test_a_whole_bundle_gets_the_word_of_its_document_and_says_what_was_not_checked() -> None:
    seen: list[bytes] = []
    verdict = judge_bundle(bundle(), lambda pdf: seen.append(pdf) or DOCUMENT)  # type: ignore[func-returns-value]
    assert seen == [FILES["document/final.pdf"]]
    assert (verdict.word, verdict.kind, verdict.title) == (Word.VALID, FileKind.BUNDLE, "Bản giao ước")
    assert verdict.reasons[0] == "Hợp lệ cả."
    assert any("chưa được kiểm tra ở đây" in reason for reason in verdict.reasons)


@pytest.mark.parametrize("changed", [b"%PDF-1.7 !!!", None])
def test_a_file_that_differs_from_the_manifest_is_named(changed: bytes | None) -> None:
    files = {"manifest.json": manifest_of(FILES), **FILES}
    del files["document/final.pdf"]
    if changed:
        files["document/final.pdf"] = changed
    verdict = judged(packed(files))
    assert verdict.word is Word.INVALID
    assert "document/final.pdf" in verdict.reasons[0]


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    data = packed({"manifest.json": b"{}", "bomb": bytes(65 * 1024 * 1024)})
    assert len(data) < 200_000
    verdict = judged(data)
    assert verdict.word is Word.UNKNOWN
    assert "quá lớn" in verdict.reasons[0]


@pytest.mark.parametrize("name", ["../outside.pdf", "/etc/outside", "a\\..\\b", "C:outside", "a/../../b"])
def test_a_name_that_leads_out_of_the_bundle_is_refused(name: str) -> None:
    verdict = judged(packed({"manifest.json": manifest_of(FILES), **FILES, name: b"x"}))
    assert verdict.word is Word.UNKNOWN
    assert "tên tệp bất thường" in verdict.reasons[0]


def test_two_files_of_one_name_are_refused() -> None:
    out = BytesIO(bundle())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as archive:
        archive.writestr("log/leaves.bin", b"other")
    assert "tên tệp bất thường" in judged(out.getvalue()).reasons[0]


def test_a_locked_archive_is_unknown_and_says_so() -> None:
    data = bytearray(bundle())
    # The flag "encrypted" of the first entry, in its own header and in the directory.
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    assert "mật khẩu" in judged(bytes(data)).reasons[0]


def test_too_many_files_are_refused() -> None:
    assert "quá nhiều tệp" in judged(packed({f"{number}": b"" for number in range(5_001)})).reasons[0]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (packed({"a.txt": b"x"}), "không phải gói chứng cứ"),
        (bundle(format="giao-uoc-evidence/9"), "phiên bản"),
        (packed({"manifest.json": manifest_of({})}), "không có văn bản"),
        (bundle()[:-10], "Không đọc được gói"),
        (b"PK", "Không đọc được gói"),
        (packed({"manifest.json": b"[7]"}), "Không đọc được gói"),
        (bundle(files={"document/final.pdf": 7}), "Không đọc được gói"),
    ],
)
def test_what_is_no_bundle_is_unknown(data: bytes, words: str) -> None:
    verdict = judged(data)
    assert verdict.word is Word.UNKNOWN
    assert words in verdict.reasons[0]
