"""The public page's words: masked names, fail-closed sums, and nothing but a verdict read from the other process."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest

from approval.domain.upload_verdict import (
    OVER_LIMIT,
    Part,
    ShownSignature,
    UploadKind,
    UploadVerdict,
    Word,
    mask_name,
    mask_organisation,
    mask_serial,
)

SIGNATURE = ShownSignature(
    part=Part.PARTY,
    organisation="Sở Y tế",
    signer="N. T. M. H.",
    moment="2024-05-15T02:30:00+00:00",
    issuer="CA thử nghiệm",
    serial="B3C5 … 1F8A",
    validity="còn hiệu lực khi ký",
    intact=True,
    word=Word.VALID,
    problems=("Một điều.",),
)
VERDICT = UploadVerdict(Word.VALID, UploadKind.PLEDGE, ("Tốt.", "Đủ."), "Bản giao ước", (SIGNATURE,))


def test_a_verdict_comes_back_as_it_was_sent() -> None:
    assert UploadVerdict.from_json(VERDICT.to_json()) == VERDICT
    assert UploadVerdict.from_json(OVER_LIMIT.to_json()) == OVER_LIMIT


def test_a_signature_tells_its_moment_or_that_there_is_none() -> None:
    assert SIGNATURE.signed_at == datetime(2024, 5, 15, 2, 30, tzinfo=UTC)
    unknown = UploadVerdict(Word.UNKNOWN, UploadKind.FOREIGN, (), signatures=(_with(moment=""),))
    assert UploadVerdict.from_json(unknown.to_json()).signatures[0].signed_at is None


def _with(**fields: Any) -> ShownSignature:
    return ShownSignature(**{**asdict(SIGNATURE), **fields})


def _json(**fields: Any) -> bytes:
    return json.dumps({**json.loads(VERDICT.to_json()), **fields}).encode()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"7",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        _json(word="perfect"),
        _json(kind=None),
        _json(title=None),
        _json(reasons=7),
        _json(reasons=[7]),
        _json(signatures=[{}]),
        _json(signatures=["x"]),
        _json(signatures=[{**asdict(SIGNATURE), "moment": "2024-05-15T02:30:00"}]),
        _json(signatures=[{**asdict(SIGNATURE), "moment": "yesterday"}]),
    ],
)
def test_anything_else_is_no_verdict(text: bytes) -> None:
    with pytest.raises(ValueError):
        UploadVerdict.from_json(text)


def test_floods_are_cut() -> None:
    read = UploadVerdict.from_json(_json(title="x" * 10_000, reasons=["y"] * 10_000))
    assert len(read.title) == 400
    assert len(read.reasons) == 60


def test_half_a_character_of_a_hostile_file_does_no_harm() -> None:
    hostile = UploadVerdict(Word.INVALID, UploadKind.OTHER, ("\ud800",))
    assert UploadVerdict.from_json(hostile.to_json()).reasons == ("?",)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("Nguyễn Thị Minh Hà", "N. T. M. H."),
        ("đỗ hữu đạt", "Đ. H. Đ."),
        ("Trần Văn B 001090012345", "T. V. B."),
        ("CCCD:001090012345", "C."),
        ("", ""),
        ("  - ", ""),
        (" ".join(["A"] * 30), " ".join(["A."] * 8)),
    ],
)
def test_people_are_shown_by_initials(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_bodies_are_shown_without_long_numbers() -> None:
    assert mask_organisation("Sở Y tế tỉnh Bắc Giang") == "Sở Y tế tỉnh Bắc Giang"
    assert mask_organisation("Công ty A MST:0100109106") == "Công ty A …"
    assert mask_organisation("Trường số 12345") == "Trường số 12345"


def test_serials_show_their_ends() -> None:
    assert mask_serial("b3c5000000001f8a") == "B3C5 … 1F8A"
    assert mask_serial("4d60d17a") == "4D60D17A"
