"""The table of contents: one form only, every file whole, none missing, none strange."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from approval.domain.evidence_manifest import (
    MANIFEST,
    MANIFEST_SEAL,
    Manifest,
    check_manifest,
    may_be_in_bundle,
    note_path,
    revision_path,
    token_path,
)
from approval.domain.evidence_report import EvidenceFault, Outcome

PLEDGE = "0b0e2f6e-5a3c-4f57-9a0d-111111111111"
FILES = {"verify.py": b"print()\n", "README.vi.md": b"xin"}


def bundle(files: dict[str, bytes] | None = None) -> dict[str, bytes]:
    contents = FILES if files is None else files
    return {**contents, MANIFEST: Manifest.of(PLEDGE, contents).canonical_bytes(), MANIFEST_SEAL: b"seal"}


def fault(files: dict[str, bytes]) -> tuple[Outcome, str]:
    with pytest.raises(EvidenceFault) as found:
        check_manifest(files)
    return found.value.outcome, found.value.words


def test_a_whole_bundle_passes() -> None:
    assert set(check_manifest(bundle()).files) == set(FILES)


def test_a_changed_file_is_named() -> None:
    files = bundle() | {"verify.py": b"print(1)"}
    assert fault(files) == (Outcome.TAMPERED, "tệp đã bị thay đổi: verify.py")


def test_a_file_too_many_is_named() -> None:
    files = bundle() | {"README.en.md": b""}
    assert fault(files) == (Outcome.TAMPERED, "tệp không có trong manifest.json: README.en.md")


@pytest.mark.parametrize("gone", ["verify.py", MANIFEST_SEAL])
def test_a_missing_file_is_named(gone: str) -> None:
    files = bundle()
    del files[gone]
    assert fault(files) == (Outcome.INCOMPLETE, f"thiếu tệp {gone}")


def test_a_missing_file_is_no_excuse_for_a_changed_one() -> None:
    files = bundle() | {"verify.py": b"print(1)"}
    del files["README.vi.md"]
    assert fault(files)[0] is Outcome.TAMPERED


def test_a_name_that_no_bundle_has_is_refused() -> None:
    assert fault(bundle({"../x": b""})) == (Outcome.TAMPERED, "tên tệp lạ: ../x")
    assert fault(bundle() | {"/etc/x": b""})[1] == "tên tệp lạ: /etc/x"


@pytest.mark.parametrize(
    "path", [revision_path(3), note_path(17), token_path(17), "certificates/root-1.pem", "certificates/a.crl"]
)
def test_names_of_a_bundle(path: str) -> None:
    assert may_be_in_bundle(path)


@pytest.mark.parametrize("path", ["", "log/checkpoints/0.note", "certificates/../x.pem", "document/revisions/01.json"])
def test_other_names(path: str) -> None:
    assert not may_be_in_bundle(path)


@pytest.mark.parametrize(
    "forge",
    [
        lambda _: b"",
        lambda _: b"[]",
        lambda _: b"[" * 100_000,
        lambda data: b"\xff" + data,
        lambda data: data + b"\n",
        lambda data: data.replace(b":", b": ", 1),
        lambda data: data.replace(b"evidence/1", b"evidence/2"),
        lambda data: data.replace(PLEDGE.encode(), b"not a pledge"),
        lambda data: data.replace(b'"size":3', b'"size":3.0'),
        lambda data: data.replace(b'"size":3', b'"size":true'),
        lambda data: data.replace(b'"sha256":"', b'"sha256":"x', 1),
        lambda data: data.replace(b'"sha256":"', b'"sha256":7,"x":"', 1),
        lambda data: data.replace(b'"size":3', b'"size":3,"x":1'),
        lambda data: data.replace(b'"pledge"', b'"other"'),
        lambda data: data.replace(b'"files":{', b'"files":[],"x":{'),
        lambda data: data.replace(f'"{PLEDGE}"'.encode(), b"7"),
    ],
)
def test_a_manifest_has_one_form(forge: Callable[[bytes], bytes]) -> None:
    files = bundle()
    files[MANIFEST] = forge(files[MANIFEST])
    assert fault(files)[0] is Outcome.TAMPERED
