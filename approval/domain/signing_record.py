"""The record of what came before the signatures: text, rounds, verdicts and opinions, as carried inside the PDF."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from approval.domain.audit_event import canonical_json, moment_text
from approval.domain.document import signature_field_name
from approval.domain.opinion_table import OpinionTable
from approval.domain.pledge_text import PledgeText
from approval.domain.states import AGREEING_VERDICTS, VerdictKind

FORMAT = "giao-uoc-signing-record/1"
FILE_NAME = "ho-so-truoc-khi-ky.json"


class SigningRecordError(ValueError):
    """The record contradicts itself; the message is one Vietnamese sentence for people."""


@dataclass(frozen=True, slots=True)
class RecordedVerdict:
    """One agency's standing answer to the revision that is signed."""

    position: int
    agency: str
    kind: VerdictKind
    given_at: datetime


@dataclass(frozen=True, slots=True)
class HistoryAnchor:
    """The history as it stood: size and root of the whole log, and the pledge's last event (number, leaf hash)."""

    size: int
    root: bytes
    pledge_seq: int | None
    pledge_leaf: bytes | None


@dataclass(frozen=True, slots=True)
class SigningRecord:
    """Everything the record says. `revision` is the text agreed on, `printed` the same with the date of the opening.

    `opinions_pdf_sha256` names the printed table of opinions, which is kept beside the document.
    """

    made_at: datetime
    deadline: datetime
    revision_number: int
    revision: PledgeText
    printed: PledgeText
    verdicts: tuple[RecordedVerdict, ...]
    opinions: OpinionTable
    opinions_pdf_sha256: str
    history: HistoryAnchor

    def canonical_bytes(self) -> bytes:
        """RFC 8785 canonical JSON: the bytes of the attachment."""
        anchor = self.history
        return canonical_json(
            {
                "format": FORMAT,
                "pledge": self.opinions.pledge_id,
                "made_at": moment_text(self.made_at),
                "deadline": moment_text(self.deadline),
                "revision": {
                    "number": self.revision_number,
                    "sha256": self.revision.sha256(),
                    "text": self.revision.as_dict(),
                },
                "printed": {
                    "sha256": self.printed.sha256(),
                    "date": self.printed.as_dict()["date"],
                    "date_policy": self.printed.date_policy.value,
                },
                "parties": [
                    {"position": position, "field": signature_field_name(position), "heading": party.heading}
                    for position, party in enumerate(self.printed.parties, start=1)
                ],
                "verdicts": [_verdict_dict(one) for one in self.verdicts],
                "opinions": {
                    "sha256": self.opinions.sha256(),
                    "pdf_sha256": self.opinions_pdf_sha256,
                    "table": self.opinions.as_dict(),
                },
                "history": {
                    "size": anchor.size,
                    "root": anchor.root.hex(),
                    "pledge_seq": anchor.pledge_seq,
                    "pledge_leaf": None if anchor.pledge_leaf is None else anchor.pledge_leaf.hex(),
                },
            }
        )


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What a sound record vouches for; `fields` are the parties' signature fields in protocol order."""

    sha256: str
    pledge: str
    revision_number: int
    revision_sha256: str
    rounds: int
    opinions: int
    fields: tuple[str, ...]
    verdicts: tuple[tuple[str, VerdictKind, datetime], ...]
    history_size: int
    history_root: str


def read_signing_record(data: bytes) -> RecordFacts:
    """The facts of an attached record, after every hash in it was computed anew.

    Raises SigningRecordError when it is no record, contradicts itself, or a party did not agree to the text.
    """
    try:
        record = json.loads(data)
        if record["format"] != FORMAT:
            raise SigningRecordError("Hồ sơ trước khi ký thuộc một dạng chưa biết.")
        if canonical_json(record) != data:
            raise SigningRecordError("Hồ sơ trước khi ký không ở dạng chuẩn.")
        _check_hashes(record)
        return _facts(record, data)
    except SigningRecordError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SigningRecordError("Hồ sơ trước khi ký không đọc được.") from error


def _check_hashes(record: Mapping[str, Any]) -> None:
    revision, printed, opinions = record["revision"], record["printed"], record["opinions"]
    if _sha256(revision["text"]) != revision["sha256"]:
        raise SigningRecordError("Nội dung trong hồ sơ trước khi ký không khớp mã SHA-256 của bản đã thống nhất.")
    dated = {**revision["text"], "date": printed["date"], "date_policy": printed["date_policy"]}
    if _sha256(dated) != printed["sha256"]:
        raise SigningRecordError("Nội dung đưa ra ký trong hồ sơ không khớp bản đã thống nhất.")
    if _sha256(opinions["table"]) != opinions["sha256"]:
        raise SigningRecordError("Bảng ý kiến trong hồ sơ trước khi ký không khớp mã SHA-256 của bảng.")


def _facts(record: Mapping[str, Any], data: bytes) -> RecordFacts:
    rounds = record["opinions"]["table"]["rounds"]
    verdicts = [(one["agency"], VerdictKind(one["kind"]), one) for one in record["verdicts"]]
    if [one["position"] for _, _, one in verdicts] != [party["position"] for party in record["parties"]]:
        raise SigningRecordError("Hồ sơ trước khi ký thiếu câu trả lời của một cơ quan.")
    for agency, kind, _ in verdicts:
        if kind not in AGREEING_VERDICTS:
            raise SigningRecordError(f"Theo hồ sơ trước khi ký, {agency} chưa thống nhất.")
    return RecordFacts(
        sha256=hashlib.sha256(data).hexdigest(),
        pledge=record["pledge"],
        revision_number=record["revision"]["number"],
        revision_sha256=record["revision"]["sha256"],
        rounds=len(rounds),
        opinions=sum(len(one["opinions"]) for one in rounds),
        fields=tuple(party["field"] for party in record["parties"]),
        verdicts=tuple((agency, kind, datetime.fromisoformat(one["at"])) for agency, kind, one in verdicts),
        history_size=record["history"]["size"],
        history_root=record["history"]["root"],
    )


def _verdict_dict(one: RecordedVerdict) -> dict[str, Any]:
    return {"position": one.position, "agency": one.agency, "kind": one.kind, "at": moment_text(one.given_at)}


def _sha256(value: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical_json(value)).hexdigest()
