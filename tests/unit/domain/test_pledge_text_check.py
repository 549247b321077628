"""What may be stored as a pledge, and which part is at fault when it may not."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest

from approval.domain.errors import InvalidInputError
from approval.domain.pledge_text import Clause, DateLine, PartyBlock, PledgeText
from approval.domain.pledge_text_check import check_pledge_text, text_lines
from tests.factories.pledge_texts import seed_text, small_text

GOOD = small_text(3)


def refused(text: PledgeText) -> tuple[str, str | None]:
    with pytest.raises(InvalidInputError) as refusal:
        check_pledge_text(text)
    return refusal.value.code, refusal.value.field


def with_clauses(*clauses: Clause) -> PledgeText:
    return replace(GOOD, clauses=clauses)


def test_the_real_pledge_and_the_smallest_and_largest_are_fine() -> None:
    check_pledge_text(seed_text())
    check_pledge_text(small_text(2, clauses=1))
    check_pledge_text(small_text(40, clauses=60))
    check_pledge_text(replace(GOOD, closing=(), date=DateLine()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (replace(GOOD, place=""), ("part_missing", "place")),
        (replace(GOOD, title=""), ("part_missing", "title")),
        (replace(GOOD, subject=""), ("part_missing", "subject")),
        (replace(GOOD, place="B" * 101), ("part_too_long", "place")),
        (replace(GOOD, title="B" * 301), ("part_too_long", "title")),
        (replace(GOOD, subject="B" * 501), ("part_too_long", "subject")),
        (replace(GOOD, title=" BẢN GIAO ƯỚC"), ("blank_paragraph", "title")),
        (replace(GOOD, preamble=("",)), ("blank_paragraph", "preamble")),
        (replace(GOOD, closing=("Hết.\n",)), ("blank_paragraph", "closing")),
        (replace(GOOD, closing=("Hết.\x00Hết",)), ("strange_characters", "closing")),
        (replace(GOOD, preamble=("nửa \ud800 cặp",)), ("strange_characters", "preamble")),
        (with_clauses(Clause(1, (unicodedata.normalize("NFD", "Thống nhất."),))), ("strange_characters", "clause-1")),
        (with_clauses(Clause(1, ("Một\nhai",))), ("strange_characters", "clause-1")),
        (replace(GOOD, place="Bắc\u200bGiang"), ("strange_characters", "place")),
        (replace(GOOD, title="BẢN \u202eGIAO ƯỚC"), ("strange_characters", "title")),
        (replace(GOOD, subject="Khối\u00ad thi đua"), ("strange_characters", "subject")),
        (with_clauses(Clause(1, ("Một.",)), Clause(2, ("Hai \ue000.",))), ("strange_characters", "clause-2")),
        (replace(GOOD, closing=("Hết\u2028.",)), ("strange_characters", "closing")),
        (replace(GOOD, parties=(GOOD.parties[0], PartyBlock("Sở\ufeff Y", "X"))), ("strange_characters", "parties")),
        (with_clauses(), ("clause_numbers", "clauses")),
        (with_clauses(Clause(2, ("Hai.",))), ("clause_numbers", "clauses")),
        (with_clauses(Clause(1, ("Một.",)), Clause(1, ("Một.",))), ("clause_numbers", "clauses")),
        (small_text(2, clauses=61), ("clause_numbers", "clauses")),
        (with_clauses(Clause(1, ())), ("part_missing", "clause-1")),
        (replace(GOOD, date=DateLine(31, 4, 2024)), ("impossible_date", "date")),
        (small_text(1), ("party_count", "parties")),
        (small_text(41), ("party_count", "parties")),
        (replace(GOOD, parties=(GOOD.parties[0], PartyBlock("SỞ THỬ NGHIỆM 1", "X"))), ("agency_twice", "parties")),
        (replace(GOOD, parties=(GOOD.parties[0], PartyBlock("S" * 301, "X"))), ("part_too_long", "parties")),
        (replace(GOOD, parties=(GOOD.parties[0], PartyBlock("Sở", ""))), ("blank_paragraph", "parties")),
        (replace(GOOD, preamble=("B" * 400_000,)), ("text_too_long", None)),
    ],
)
def test_a_text_that_cannot_be_printed_or_agreed_on_names_its_part(
    text: PledgeText, expected: tuple[str, str | None]
) -> None:
    assert refused(text) == expected


def test_the_refusal_of_a_hidden_character_says_where_and_which() -> None:
    with pytest.raises(InvalidInputError) as refusal:
        check_pledge_text(with_clauses(Clause(1, ("Một.",)), Clause(2, ("Thi đua\u202e.",))))
    for words in ("khoản 2", "U+202E", "“Thi đua”", "hãy xóa"):
        assert words in refusal.value.vi
    assert "clause-2" in refusal.value.en


def test_every_passage_knows_its_field() -> None:
    fields = [line.field for line in text_lines(small_text(2, clauses=2))]
    assert fields[:3] == ["place", "title", "subject"]
    assert [field for field in fields if field.startswith("clause")] == ["clause-1", "clause-2"]
    assert fields[-4:] == ["parties"] * 4
