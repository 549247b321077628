"""What changed is shown word by word, exactly, and in bounded time."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approval.domain.import_text import import_pledge
from approval.domain.pledge_text import Clause, DateLine, DatePolicy, PartyBlock, PledgeText
from approval.domain.text_diff import PARAGRAPH_MARK, DiffOp, DiffRun, diff_texts, diff_words
from tests.factories.markdown_pledges import pledges

SEED = Path(__file__).parents[3] / "templates" / "starter" / "ban-giao-uoc-2024.md"
KEEP, INSERT, DELETE = DiffOp.KEEP, DiffOp.INSERT, DiffOp.DELETE


@pytest.fixture(scope="module")
def seed() -> PledgeText:
    return import_pledge(SEED.read_bytes()).text


def with_clause(text: PledgeText, number: int, *paragraphs: str) -> PledgeText:
    clauses = tuple(Clause(number, paragraphs) if c.number == number else c for c in text.clauses)
    return replace(text, clauses=clauses)


@pytest.mark.parametrize(
    ("old", "new", "runs"),
    [
        ("", "", ""),
        ("kịp thời không chế, dịch", "kịp thời khống chế, dịch", "kịp thời [-không][+khống] chế, dịch"),
        ("nước ngoài, đẩy mạnh", "nước ngoài; đẩy mạnh", "nước ngoài[-,][+;] đẩy mạnh"),
        ("ngày tháng 5", "ngày 05 tháng 5", "ngày[+ 05] tháng 5"),
        ("kinh tế-xã hội", "kinh tế - xã hội", "kinh tế[--xã][+ - xã] hội"),
        ("thi đua", "", "[-thi đua]"),
        ("", "thi đua", "[+thi đua]"),
        ("một hai ba", "một ba", "một[- hai] ba"),
        ("toả", "tỏa", "[-toả][+tỏa]"),
        ("a  b", "a b", "a [- b][+b]"),
        ("cuối ", "cuối", "cuối[- ]"),
    ],
)
def test_words_stay_whole_and_marks_stand_alone(old: str, new: str, runs: str) -> None:
    shown = "".join(
        run.text if run.op is KEEP else f"[{'+' if run.op is INSERT else '-'}{run.text}]"
        for run in diff_words(old, new)
    )
    assert shown == runs


ANY_TEXT = st.text("aáb ,.-\n", max_size=60) | st.lists(st.sampled_from(("thi", "đua", ",", "\n", "đẩy"))).map(" ".join)


@given(ANY_TEXT, ANY_TEXT)
def test_both_texts_can_be_read_off_the_runs(old: str, new: str) -> None:
    runs = diff_words(old, new)
    assert "".join(run.text for run in runs if run.op is not INSERT) == old
    assert "".join(run.text for run in runs if run.op is not DELETE) == new
    assert all(left.op is not right.op for left, right in pairwise(runs))
    assert all(run.text for run in runs)


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
    (split,) = diff_texts(one, two).changed_sections
    assert [run.text for run in split.paragraphs[0]] == ["Một.", " Hai", PARAGRAPH_MARK]
    assert [run.text for run in split.paragraphs[1]] == ["Hai", "."]
    (joined,) = diff_texts(two, one).changed_sections
    assert joined.paragraphs == (
        (DiffRun(KEEP, "Một."), DiffRun(DELETE, f"{PARAGRAPH_MARK}Hai"), DiffRun(INSERT, " Hai"), DiffRun(KEEP, ".")),
    )


@given(pledges(), pledges())
@settings(max_examples=40, deadline=None)
def test_the_new_text_stands_in_the_diff_paragraph_by_paragraph(old: PledgeText, new: PledgeText) -> None:
    sections = {section.key: section for section in diff_texts(old, new).sections}
    for clause in new.clauses:
        shown = [
            "".join(run.text for run in paragraph if run.op is not DELETE).replace(PARAGRAPH_MARK, "")
            for paragraph in sections[f"clause:{clause.number}"].paragraphs
        ]
        assert tuple(shown) == clause.paragraphs


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("đua " * 100_000, "đua " * 100_001),
        (" ".join(map(str, range(50_000))), " ".join(map(str, reversed(range(50_000))))),
        (" ".join(map(str, range(900))), " ".join(f"{n} mới" for n in range(900))),
    ],
    ids=["repeated", "reversed", "interleaved"],
)
def test_no_text_holds_a_worker(old: str, new: str) -> None:
    runs = diff_words(old, new)
    assert "".join(run.text for run in runs if run.op is not DELETE) == new
    assert any(run.op is not KEEP for run in runs)


def test_a_huge_unchanged_part_is_unchanged() -> None:
    text = "thi đua " * 100_000
    assert diff_words(text, text) == (DiffRun(KEEP, text),)
