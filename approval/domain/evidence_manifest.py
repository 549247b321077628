"""The table of contents of an evidence bundle: which files may be in it, their sizes and hashes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Self

from approval.domain.audit_event import AuditPayloadError, canonical_json
from approval.domain.evidence_report import incomplete, tampered

FORMAT = "giao-uoc-evidence/1"
MANIFEST, MANIFEST_SEAL = "manifest.json", "manifest.p7s"
FINAL_PDF = "document/final.pdf"
LEAVES, EVENTS = "log/leaves.bin", "log/events.jsonl"
OPINIONS_PDF, OPINIONS_JSON = "opinions/table.pdf", "opinions/table.json"
DELIVERIES = "mail/deliveries.json"
VERIFIER, README_VI, README_EN = "verify.py", "README.vi.md", "README.en.md"
REVISION = re.compile(r"document/revisions/([1-9][0-9]{0,5})\.json")
NOTE = re.compile(r"log/checkpoints/([1-9][0-9]{0,18})\.note")
TOKEN = re.compile(r"log/checkpoints/([1-9][0-9]{0,18})\.tsr")
CERTIFICATE = re.compile(r"certificates/[a-z0-9-]{1,60}\.pem")
CRL = re.compile(r"certificates/[a-z0-9-]{1,60}\.crl")
_SINGLE = {
    MANIFEST,
    MANIFEST_SEAL,
    FINAL_PDF,
    LEAVES,
    EVENTS,
    OPINIONS_PDF,
    OPINIONS_JSON,
    DELIVERIES,
    VERIFIER,
    README_VI,
    README_EN,
}
_MANY = (REVISION, NOTE, TOKEN, CERTIFICATE, CRL)
_HASH = re.compile(r"[0-9a-f]{64}")
_PLEDGE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def may_be_in_bundle(path: str) -> bool:
    """Whether a bundle may hold a file of this name."""
    return path in _SINGLE or any(shape.fullmatch(path) for shape in _MANY)


def revision_path(number: int) -> str:
    """Where the text of a revision stands."""
    return f"document/revisions/{number}.json"


def note_path(size: int) -> str:
    """Where the signed head of the history of that size stands."""
    return f"log/checkpoints/{size}.note"


def token_path(size: int) -> str:
    """Where its time stamp stands."""
    return f"log/checkpoints/{size}.tsr"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the manifest says about one file: lower-case hex digest and length in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The pledge (UUID text) and the facts of every file by its path."""

    pledge: str
    files: Mapping[str, FileFacts]

    @classmethod
    def of(cls, pledge: str, files: Mapping[str, bytes]) -> Self:
        """The manifest of these contents."""
        return cls(pledge, {path: FileFacts(sha256(data).hexdigest(), len(data)) for path, data in files.items()})

    def canonical_bytes(self) -> bytes:
        """RFC 8785 JSON."""
        return canonical_json({"format": FORMAT, "pledge": self.pledge, "files": self._facts()})

    def _facts(self) -> dict[str, dict[str, object]]:
        return {path: {"sha256": facts.sha256, "size": facts.size} for path, facts in self.files.items()}

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Inverse of `canonical_bytes`. Raises EvidenceFault for anything it would not have written."""
        try:
            value = json.loads(data)
            found = cls(value["pledge"], {path: _facts(one) for path, one in value["files"].items()})
            same = _PLEDGE.fullmatch(found.pledge) and found.canonical_bytes() == data
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, AuditPayloadError) as error:
            raise tampered(f"{MANIFEST} không đọc được") from error
        if not same:
            raise tampered(f"{MANIFEST} không ở đúng dạng chuẩn")
        return found


def check_manifest(files: Mapping[str, bytes]) -> Manifest:
    """Every file named is there and whole, and no other. Raises EvidenceFault naming the file at fault."""
    manifest = Manifest.from_bytes(files[MANIFEST])
    # These two cannot be named in it: the one is itself, the other is made over it.
    listed = {*manifest.files, MANIFEST, MANIFEST_SEAL}
    for path in sorted(path for path in {*files, *listed} if not may_be_in_bundle(path)):
        raise tampered(f"tên tệp lạ: {path}")
    for path in sorted(set(files) - listed):
        raise tampered(f"tệp không có trong {MANIFEST}: {path}")
    for path, facts in sorted(manifest.files.items()):
        if path in files and FileFacts(sha256(files[path]).hexdigest(), len(files[path])) != facts:
            raise tampered(f"tệp đã bị thay đổi: {path}")
    for path in sorted(listed - set(files)):
        raise incomplete(f"thiếu tệp {path}")
    return manifest


def _facts(value: Any) -> FileFacts:
    if not isinstance(value["sha256"], str) or not _HASH.fullmatch(value["sha256"]) or type(value["size"]) is not int:
        raise ValueError("not the facts of a file")
    return FileFacts(value["sha256"], value["size"])
