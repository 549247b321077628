"""The record inside the PDF: canonical, and believed only as far as its own hashes bear it out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from approval.domain.audit_event import canonical_json
from approval.domain.signing_record import SigningRecordError, read_signing_record
from approval.domain.states import VerdictKind
from tests.factories.signing_records import MAY_14, signing_record

Spoil = Callable[[dict[str, Any]], object]


def test_a_record_reads_back_as_the_facts_it_was_made_of() -> None:
    record = signing_record()
    data = record.canonical_bytes()
    facts = read_signing_record(data)
    assert facts.sha256 == sha256(data).hexdigest()
    assert (facts.revision_number, facts.revision_sha256) == (1, record.revision.sha256())
    assert facts.fields == ("KY_01", "KY_02")
    assert [kind for _, kind, _ in facts.verdicts] == [VerdictKind.AGREE_WITH_COMMENTS, VerdictKind.AGREE]
    assert {at for _, _, at in facts.verdicts} == {MAY_14}
    assert (facts.rounds, facts.opinions) == (1, 1)
    assert (facts.history_size, facts.history_root) == (9, "01" * 32)


def test_a_pledge_without_earlier_events_has_no_leaf_to_name() -> None:
    record = signing_record()
    data = replace(record, history=replace(record.history, pledge_seq=None, pledge_leaf=None)).canonical_bytes()
    assert json.loads(data)["history"]["pledge_leaf"] is None
    assert read_signing_record(data).history_size == 9


def spoiled(spoil: Spoil) -> bytes:
    record = json.loads(signing_record().canonical_bytes())
    spoil(record)
    return canonical_json(record)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda r: r["revision"]["text"]["closing"].append("Thêm."), "bản đã thống nhất"),
        (lambda r: r["printed"]["date"].update(day=16), "đưa ra ký"),
        (lambda r: r["opinions"]["table"]["rounds"].clear(), "Bảng ý kiến"),
        (lambda r: r["verdicts"].pop(), "thiếu câu trả lời"),
        (lambda r: r["verdicts"][1].update(kind="request_changes"), "chưa thống nhất"),
        (lambda r: r["verdicts"][1].update(kind="perhaps"), "không đọc được"),
        (lambda r: r.pop("history"), "không đọc được"),
        (lambda r: r.update(revision=[]), "không đọc được"),
        (lambda r: r.update(format="giao-uoc-signing-record/9"), "chưa biết"),
    ],
)
def test_a_record_that_contradicts_itself_is_refused_with_its_reason(spoil: Spoil, words: str) -> None:
    with pytest.raises(SigningRecordError, match=words):
        read_signing_record(spoiled(spoil))


@pytest.mark.parametrize("data", [b"", b"\xff", b"[]", b'{"format":1.5}', b"[" * 100_000])
def test_what_is_no_record_is_refused(data: bytes) -> None:
    with pytest.raises(SigningRecordError):
        read_signing_record(data)


def test_another_spelling_of_the_same_record_is_refused() -> None:
    data = json.dumps(json.loads(signing_record().canonical_bytes()), indent=1).encode()
    with pytest.raises(SigningRecordError, match="dạng chuẩn"):
        read_signing_record(data)
