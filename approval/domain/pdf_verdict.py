"""What is said of one PDF: the verdict, every check a line, and for each signature the criteria of the law."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from approval.domain.audit_event import moment_text
from approval.domain.evidence_report import Check, Outcome, exit_code
from approval.domain.signing_record import RecordFacts
from approval.domain.vietnam_time import VIETNAM_TIME

JSON_FORMAT = "giao-uoc-verdict/1"
# Circular TT 15/2025/TT-BKHCN, annex II; 1.5 (other statements of the issuer) is recommended only and left out.
CRITERIA = {
    "1.1": "chứng thư còn hiệu lực tại thời điểm ký",
    "1.2": "trạng thái chứng thư tại thời điểm ký",
    "1.3": "thuật toán được phép sử dụng",
    "1.4": "mục đích, phạm vi sử dụng chứng thư",
    "2.1": "thông tin chủ thể ký",
    "2.2": "chữ ký số đúng khóa",
    "2.3": "chứng thư kèm theo dẫn tới chứng thư gốc đã chọn",
    "2.4": "văn bản không thay đổi sau khi ký",
}
VERDICT_WORDS = {0: "sound", 1: "tampered", 2: "incomplete", 3: "unreadable", 4: "unknown"}


class FileKind(StrEnum):
    """`PLEDGE`: made by this product; `FOREIGN`: any other signed PDF; `OTHER`: nothing that can be judged."""

    PLEDGE = "pledge"
    FOREIGN = "foreign"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of the law for one signature; `code` as in CRITERIA."""

    code: str
    outcome: Outcome
    words: str


@dataclass(frozen=True, slots=True)
class JudgedSignature:
    """One signature; texts are "" where the certificate does not tell.

    `signed_at` is the stamped moment when `stamped`, else what the signer's machine said.
    """

    field_name: str
    organisation: str
    signer: str
    issuer: str
    serial: str
    signed_at: datetime | None
    stamped: bool
    criteria: tuple[Criterion, ...]
    problems: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """PASS, TAMPERED or UNKNOWN: the worst that was found of this signature."""
        found = {one.outcome for one in self.criteria}
        if self.problems or Outcome.TAMPERED in found:
            return Outcome.TAMPERED
        return Outcome.UNKNOWN if Outcome.UNKNOWN in found else Outcome.PASS

    def as_dict(self) -> dict[str, Any]:
        """Plain data with ASCII keys."""
        return {
            "field": self.field_name,
            "organisation": self.organisation,
            "signer": self.signer,
            "issuer": self.issuer,
            "serial": self.serial,
            "signed_at": None if self.signed_at is None else moment_text(self.signed_at),
            "time_stamped": self.stamped,
            "outcome": self.outcome.word,
            "problems": list(self.problems),
            "criteria": {one.code: {"outcome": one.outcome.word, "words": one.words} for one in self.criteria},
        }


@dataclass(frozen=True, slots=True)
class JudgedStamp:
    """One document time stamp: it closes a finished file, and each renewal adds one.

    `known`: whether its authority leads to a chosen root; of a pledge's stamp the problems say so.
    """

    field_name: str
    authority: str
    issuer: str
    serial: str
    stamped_at: datetime | None
    problems: tuple[str, ...] = ()
    known: bool = True

    @property
    def check(self) -> Check:
        """The line about it."""
        name = f"time-stamp {self.field_name}"
        if self.problems:
            return Check(name, Outcome.TAMPERED, " ".join(self.problems))
        if not self.known:
            words = "không xác định: cơ quan cấp dấu thời gian không dẫn tới chứng thư gốc nào đã chọn"
            return Check(name, Outcome.UNKNOWN, words)
        when = f", {self.stamped_at.astimezone(VIETNAM_TIME):%H:%M:%S %d/%m/%Y}" if self.stamped_at else ""
        return Check(name, Outcome.PASS, self.authority + when)

    def as_dict(self) -> dict[str, Any]:
        """Plain data with ASCII keys."""
        return {
            "field": self.field_name,
            "authority": self.authority,
            "issuer": self.issuer,
            "serial": self.serial,
            "stamped_at": None if self.stamped_at is None else moment_text(self.stamped_at),
            "outcome": self.check.outcome.word,
            "problems": list(self.problems),
        }


@dataclass(frozen=True, slots=True)
class PdfVerdict:
    """`code` is the exit code of `approval verify`; `known`: whether a chosen root vouches for the signatures.

    `checks` are the lines about the whole file; `checkpoint` is the signed head that the seal carries.
    """

    kind: FileKind
    code: int
    known: bool
    checks: tuple[Check, ...]
    signatures: tuple[JudgedSignature, ...] = ()
    time_stamps: tuple[JudgedStamp, ...] = ()
    problems: tuple[str, ...] = ()
    record: RecordFacts | None = None
    checkpoint: bytes | None = None
    title: str = ""

    @property
    def word(self) -> str:
        """The verdict in one English word, as JSON carries it."""
        return VERDICT_WORDS[self.code]

    def criteria_lines(self) -> Iterator[str]:
        """`PASS|FAIL|NOT CHECKED …`: each criterion of the law with the signatures it speaks of."""
        for code, name in CRITERIA.items():
            yield from _criterion_lines(code, name, self.signatures)

    def as_dict(self) -> dict[str, Any]:
        """Plain data with ASCII keys; `record` and `checkpoint` are None where the file carries none."""
        return {
            "format": JSON_FORMAT,
            "kind": self.kind.value,
            "verdict": self.word,
            "exit_code": self.code,
            "issuer_known": self.known,
            "title": self.title,
            "checks": [one.as_dict() for one in self.checks],
            "signatures": [one.as_dict() for one in self.signatures],
            "time_stamps": [one.as_dict() for one in self.time_stamps],
            "problems": list(self.problems),
            "record": None if self.record is None else _record_dict(self.record),
            "checkpoint": None if self.checkpoint is None else self.checkpoint.decode("utf-8", "replace"),
        }


@dataclass(slots=True)
class _Group:
    outcome: Outcome
    words: str
    fields: list[str] = field(default_factory=list)


def signature_check(field_name: str, problem: str) -> Check:
    """The line about what is wrong with one signature."""
    return Check(f"signature {field_name}", Outcome.TAMPERED, problem)


def criteria_code(signatures: Iterable[JudgedSignature]) -> int:
    """The exit code that the criteria alone would give: 0, 1 or 4."""
    return exit_code(Check(one.code, one.outcome, one.words) for each in signatures for one in each.criteria)


def _criterion_lines(code: str, name: str, signatures: Sequence[JudgedSignature]) -> Iterator[str]:
    groups: dict[tuple[Outcome, str], _Group] = {}
    for signature in signatures:
        for one in signature.criteria:
            if one.code == code:
                group = groups.setdefault((one.outcome, one.words), _Group(one.outcome, one.words))
                group.fields.append(signature.field_name)
    for group in groups.values():
        every = len(group.fields) == len(signatures) > 1
        whose = f"cả {len(signatures)} chữ ký" if every else ", ".join(group.fields)
        yield f"{group.outcome.word} {code} {name}: {group.words} ({whose})"


def _record_dict(record: RecordFacts) -> dict[str, Any]:
    return {
        "sha256": record.sha256,
        "pledge": record.pledge,
        "revision": record.revision_number,
        "revision_sha256": record.revision_sha256,
        "rounds": record.rounds,
        "opinions": record.opinions,
        "verdicts": [
            {"agency": agency, "kind": kind.value, "at": moment_text(at)} for agency, kind, at in record.verdicts
        ],
        "history": {"size": record.history_size, "root": record.history_root},
    }
