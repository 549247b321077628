"""Archives made to harm who opens them, through `approval verify` and the public page's judge."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from cryptography import x509

from approval.adapters.evidence_zip import write_bundle
from tests.factories.both_judges import verify
from tests.factories.signed_pledges import signed_pledge

MB = 1 << 20


@pytest.fixture(scope="module")
def root() -> x509.Certificate:
    return signed_pledge().house.authority.root.certificate


def zipped(files: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", kind) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


MANIFEST = {"manifest.json": b"{}"}
ARCHIVES: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "a bomb": (lambda: zipped({"bomb": bytes(80 * MB)}), 3, "không phải hồ sơ chứng cứ"),
    "a bomb that calls itself a bundle": (lambda: zipped({**MANIFEST, "log/leaves.bin": bytes(80 * MB)}), 1, "nén"),
    "a name that leads out": (lambda: zipped({"../outside.pdf": b"x"}), 3, "không phải hồ sơ chứng cứ"),
    "a bundle with a name that leads out": (
        lambda: zipped({**MANIFEST, "../outside.pdf": b"x"}, zipfile.ZIP_STORED),
        1,
        "FAIL archive: tên tệp lạ trong tệp ZIP: '../outside.pdf'",
    ),
    "a bundle with an absolute name": (lambda: zipped({"/etc/x": b"", **MANIFEST}, zipfile.ZIP_STORED), 1, "/etc/x"),
    "somebody's Word file": (lambda: zipped({"[Content_Types].xml": b"<x/>"}), 3, "không phải hồ sơ chứng cứ"),
    "cut off": (lambda: zipped(MANIFEST)[:-10], 3, "không phải tệp ZIP đọc được"),
    "two letters": (lambda: b"PK", 3, "không phải tệp ZIP đọc được"),
    "an empty manifest": (lambda: write_bundle(MANIFEST), 1, "FAIL manifest"),
}


@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda name: name)
def test_a_hostile_archive_gets_its_verdict(tmp_path: Path, root: x509.Certificate, archive: str) -> None:
    make, code, words = ARCHIVES[archive]
    result = verify(tmp_path, make(), root)
    assert result.exit_code == code, result.output
    assert words in result.output
    assert not list(tmp_path.parent.glob("outside*"))


def test_a_bundle_is_told_as_json_too(tmp_path: Path, root: x509.Certificate) -> None:
    result = verify(tmp_path, zipped(MANIFEST), root, "--json")
    told = json.loads(result.output)
    assert (told["format"], told["kind"], told["verdict"]) == ("giao-uoc-bundle-verdict/1", "bundle", "tampered")
    assert told["exit_code"] == result.exit_code == 1
    assert told["checks"][0]["name"] == "archive"
