"""Two texts of a pledge are compared part by part, and either can be read off the comparison."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approval.domain.import_text import import_pledge
from approval.domain.pledge_text import Clause, DateLine, DatePolicy, PartyBlock, PledgeText
from approval.domain.text_diff import PARAGRAPH_MARK, Paragraphs, diff_texts
from approval.domain.word_diff import DiffOp, DiffRun
from tests.factories.applied_diffs import new_text, old_text
from tests.factories.edited_pledges import edited, long_pledge
from tests.factories.markdown_pledges import pledges

SEED = Path(__file__).parents[3] / "templates" / "starter" / "ban-giao-uoc-2024.md"
KEEP, INSERT, DELETE = DiffOp.KEEP, DiffOp.INSERT, DiffOp.DELETE


@pytest.fixture(scope="module")
def seed() -> PledgeText:
    return import_pledge(SEED.read_bytes()).text


def with_clause(text: PledgeText, number: int, *paragraphs: str) -> PledgeText:
    clauses = tuple(Clause(number, paragraphs) if c.number == number else c for c in text.clauses)
    return replace(text, clauses=clauses)


def test_corrected_typos_of_the_seed_are_found_where_they_are(seed: PledgeText) -> None:
    source = SEED.read_text(encoding="utf-8")
    for wrong, right in (
        ("đầy mạnh", "đẩy mạnh"),
        (". âng cao", ". Nâng cao"),
        ("không chế", "khống chế"),
        ("chuyên đổi", "chuyển đổi"),
    ):
        assert wrong in source
        source = source.replace(wrong, right)
    diff = diff_texts(seed, import_pledge(source.encode()).text)
    assert [(section.label, section.changes) for section in diff.changed_sections] == [
        ("Phần mở đầu", 1),
        ("Khoản 3", 2),
        ("Khoản 4", 1),
    ]
    assert diff.changes == 4
    runs = [run for section in diff.changed_sections for paragraph in section.paragraphs for run in paragraph]
    assert [(run.op, run.text) for run in runs if run.op is not KEEP] == [
        (DELETE, "đầy"),
        (INSERT, "đẩy"),
        (DELETE, "âng"),
        (INSERT, "Nâng"),
        (DELETE, "không"),
        (INSERT, "khống"),
        (DELETE, "chuyên"),
        (INSERT, "chuyển"),
    ]


def test_the_same_text_has_no_change(seed: PledgeText) -> None:
    diff = diff_texts(seed, seed)
    assert diff.changed_sections == ()
    assert diff.changes == 0
    assert [section.key for section in diff.sections] == [
        *("date_line", "date_policy", "title", "subject", "preamble"),
        *(f"clause:{number}" for number in range(1, 7)),
        *("closing", "parties"),
    ]


def test_every_part_that_is_hashed_is_compared(seed: PledgeText) -> None:
    changes = {
        "date_line": replace(seed, date=DateLine(5, 5, 2024)),
        "date_policy": replace(seed, date_policy=DatePolicy.FIXED_AT_OPENING),
        "title": replace(seed, title="BẢN GIAO ƯỚC"),
        "subject": replace(seed, subject="Khối thi đua 1"),
        "preamble": replace(seed, preamble=(*seed.preamble, "Thêm.")),
        "clause:2": with_clause(seed, 2, "Mới."),
        "closing": replace(seed, closing=()),
        "parties": replace(seed, parties=(PartyBlock("Sở Y tế", "ĐẠI DIỆN SỞ Y"), *seed.parties[1:])),
    }
    for key, changed in changes.items():
        assert [section.key for section in diff_texts(seed, changed).changed_sections] == [key]


def test_new_and_dropped_clauses_are_whole_changes(seed: PledgeText) -> None:
    shorter = replace(seed, clauses=seed.clauses[:5])
    (dropped,) = diff_texts(seed, shorter).changed_sections
    assert (dropped.key, dropped.note, dropped.changes) == ("removed:6", "Đã bỏ khoản 6", 1)
    assert dropped.paragraphs == ((DiffRun(DELETE, seed.clauses[5].paragraphs[0]),),)
    (added,) = diff_texts(shorter, seed).changed_sections
    assert added.paragraphs == ((DiffRun(INSERT, seed.clauses[5].paragraphs[0]),),)


def test_a_new_paragraph_break_is_visible(seed: PledgeText) -> None:
    one = with_clause(seed, 1, "Một. Hai.")
    two = with_clause(seed, 1, "Một.", "Hai.")
    (parted,) = diff_texts(one, two).changed_sections
    assert parted.changes == 1
    assert shown(parted.paragraphs) == [f"Một.[+{PARAGRAPH_MARK}]", "Hai."]
    assert shown(parted.old_paragraphs) == ["Một. Hai."]
    assert shown(parted.new_paragraphs) == [f"Một.[+{PARAGRAPH_MARK}]", "Hai."]
    (joined,) = diff_texts(two, one).changed_sections
    assert joined.changes == 1
    assert shown(joined.paragraphs) == [f"Một.[-{PARAGRAPH_MARK}] Hai."]
    assert shown(joined.old_paragraphs) == [f"Một.[-{PARAGRAPH_MARK}]", "Hai."]
    assert shown(joined.new_paragraphs) == ["Một. Hai."]


def shown(paragraphs: Paragraphs) -> list[str]:
    """Paragraphs with what changed in brackets."""
    signs = {KEEP: "{}", INSERT: "[+{}]", DELETE: "[-{}]"}
    return ["".join(signs[run.op].format(run.text) for run in paragraph) for paragraph in paragraphs]


# The seed is one text of many: the rest of this file compares pledges drawn by chance.
DICE = st.integers(0, 10**9).map(Random)


@given(pledges(), DICE)
@settings(max_examples=60, deadline=None)
def test_comparison_applied_to_one_text_gives_the_other(old: PledgeText, dice: Random) -> None:
    new = edited(old, dice, edits=dice.randint(0, 8))
    diff = diff_texts(old, new)
    assert (old_text(diff), new_text(diff)) == (old, new)
    back = diff_texts(new, old)
    assert (old_text(back), new_text(back)) == (new, old)
    assert bool(diff.changes or diff.summary) == (old != new)


@given(DICE)
@settings(max_examples=150, deadline=None)
def test_long_clauses_lose_nothing_either_way(dice: Random) -> None:
    old = long_pledge(dice, dice.randint(1, 9), words=dice.choice((6, 20, 60)))
    new = edited(old, dice, edits=dice.randint(0, 8))
    diff = diff_texts(old, new)
    assert (old_text(diff), new_text(diff)) == (old, new)


@given(pledges(), pledges())
@settings(max_examples=40, deadline=None)
def test_unrelated_texts_lose_nothing(old: PledgeText, new: PledgeText) -> None:
    diff = diff_texts(old, new)
    assert (old_text(diff), new_text(diff)) == (old, new)


@given(pledges())
@settings(max_examples=30, deadline=None)
def test_a_text_compared_with_itself_has_no_change(text: PledgeText) -> None:
    diff = diff_texts(text, text)
    assert (diff.changes, diff.changed_sections, diff.summary) == (0, (), "")


@given(pledges(), pledges())
@settings(max_examples=40, deadline=None)
def test_the_new_text_stands_in_the_diff_paragraph_by_paragraph(old: PledgeText, new: PledgeText) -> None:
    sections = {section.key: section for section in diff_texts(old, new).sections}
    for clause in new.clauses:
        told = [
            "".join(run.text for run in paragraph if run.op is not DELETE).replace(PARAGRAPH_MARK, "")
            for paragraph in sections[f"clause:{clause.number}"].paragraphs
        ]
        assert tuple(told) == clause.paragraphs
