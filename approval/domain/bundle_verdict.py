"""What is said of an evidence bundle: every question a line, and what is said of the document inside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from approval.domain.evidence_report import Check, exit_code
from approval.domain.pdf_verdict import VERDICT_WORDS, PdfVerdict

JSON_FORMAT = "giao-uoc-bundle-verdict/1"
_ZIP = b"PK"


def is_bundle(content: bytes) -> bool:
    """Whether a file is to be judged as an archive."""
    return content.startswith(_ZIP)


@dataclass(frozen=True, slots=True)
class BundleVerdict:
    """`document`: the verdict on the finished PDF inside, None without one; its check is one of `checks`."""

    checks: tuple[Check, ...]
    document: PdfVerdict | None = None

    @property
    def code(self) -> int:
        """The exit code of `approval verify`."""
        return exit_code(self.checks)

    def lines(self) -> Iterator[str]:
        """`PASS|FAIL|NOT CHECKED …`, one a question."""
        return (check.line for check in self.checks)

    def as_dict(self) -> dict[str, Any]:
        """Plain data with ASCII keys; `document` is None or as of `PdfVerdict.as_dict`."""
        return {
            "format": JSON_FORMAT,
            "kind": "bundle",
            "verdict": VERDICT_WORDS[self.code],
            "exit_code": self.code,
            "checks": [one.as_dict() for one in self.checks],
            "document": None if self.document is None else self.document.as_dict(),
        }
