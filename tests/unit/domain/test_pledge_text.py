"""The pledge text: canonical bytes, hash, and the way back."""

from __future__ import annotations

import dataclasses
import hashlib
import json

import pytest

from approval.domain.pledge_text import Clause, DateLine, DatePolicy, PartyBlock, PledgeText, to_nfc

TEXT = PledgeText(
    place="Bắc Giang",
    date=DateLine(None, 5, 2024),
    date_policy=DatePolicy.FILLED_AT_FINALISATION,
    title="BẢN GIAO ƯỚC THI ĐUA NĂM 2024",
    subject="Khối thi đua số 2",
    preamble=("Nhằm phát huy kết quả:",),
    clauses=(Clause(1, ("Một.",)), Clause(2, ("Hai.", "Tiếp."))),
    closing=("Trên đây là Bản giao ước./.",),
    parties=(PartyBlock("Sở Y tế", "ĐẠI DIỆN SỞ Y TẾ"), PartyBlock("Sở Ngoại vụ", "ĐẠI DIỆN SỞ NGOẠI VỤ")),
)


def test_canonical_bytes_are_sorted_compact_utf8_json() -> None:
    expected = json.dumps(TEXT.as_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert TEXT.canonical_bytes() == expected


def test_the_hash_is_sha256_of_the_canonical_bytes() -> None:
    assert TEXT.sha256() == hashlib.sha256(TEXT.canonical_bytes()).hexdigest()


def test_the_text_comes_back_from_its_own_data() -> None:
    assert PledgeText.from_dict(json.loads(TEXT.canonical_bytes())) == TEXT


def test_another_format_version_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown pledge text version 2"):
        PledgeText.from_dict({**TEXT.as_dict(), "v": 2})


@pytest.mark.parametrize(
    "changed",
    [
        dataclasses.replace(TEXT, place="Bắc Ninh"),
        dataclasses.replace(TEXT, date=DateLine(1, 5, 2024)),
        dataclasses.replace(TEXT, date_policy=DatePolicy.FIXED_AT_OPENING),
        dataclasses.replace(TEXT, title="Khác"),
        dataclasses.replace(TEXT, subject="Khác"),
        dataclasses.replace(TEXT, preamble=()),
        dataclasses.replace(TEXT, clauses=TEXT.clauses[:1]),
        dataclasses.replace(TEXT, closing=("Hết./.",)),
        dataclasses.replace(TEXT, parties=TEXT.parties[::-1]),
    ],
)
def test_any_changed_part_changes_the_hash(changed: PledgeText) -> None:
    assert changed.sha256() != TEXT.sha256()


def test_both_unicode_spellings_of_a_name_hash_alike_after_the_edge() -> None:
    decomposed = "Sở Ngoại vụ"
    assert to_nfc(decomposed) == to_nfc("Sở Ngoại vụ")
