"""A clause is recognised by what it says, wherever it stands and whatever its number."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.domain.clause_pairs import ClausePair, pair_clauses
from approval.domain.import_text import import_pledge
from approval.domain.pledge_text import Clause, PledgeText
from approval.domain.text_diff import PARAGRAPH_MARK, DiffOp, TextDiff, diff_texts

SEED = Path(__file__).parents[3] / "templates" / "starter" / "ban-giao-uoc-2024.md"
SENTENCES = (
    "Quán triệt, thực hiện nghiêm chủ trương của Đảng, chính sách, pháp luật của Nhà nước.",
    "Đổi mới nội dung, hình thức tổ chức các phong trào thi đua gắn với nhiệm vụ chính trị.",
    "Nâng cao chất lượng khám bệnh, chữa bệnh cho nhân dân trên địa bàn tỉnh.",
    "Tổ chức các hoạt động văn hóa, thể thao thiết thực, tiết kiệm tại cơ sở.",
    "Giải quyết việc làm mới cho người lao động, giảm tỷ lệ hộ nghèo theo chuẩn quốc gia.",
    "Bảo đảm chế độ thông tin, báo cáo đúng thời gian quy định của cụm, khối thi đua.",
)


@pytest.fixture(scope="module")
def seed() -> PledgeText:
    return import_pledge(SEED.read_bytes()).text


def clauses(*texts: str) -> tuple[Clause, ...]:
    return tuple(Clause(number, (text,)) for number, text in enumerate(texts, start=1))


def told(pairs: tuple[ClausePair, ...]) -> list[str]:
    """Such as `1→2`, `+3`, `-4`, `5⇒1` (moved)."""
    words = []
    for pair in pairs:
        if pair.old and pair.new:
            words.append(f"{pair.old.number}{'⇒' if pair.moved else '→'}{pair.new.number}")
        else:
            words.append(f"+{pair.number}" if pair.new else f"-{pair.number}")
    return words


A, B, C, D, E, F = SENTENCES


@pytest.mark.parametrize(
    ("new", "story"),
    [
        ((A, B, C, D), ["1→1", "2→2", "3→3", "4→4"]),
        ((A, E, B, C, D), ["1→1", "+2", "2→3", "3→4", "4→5"]),
        ((A, C, D), ["1→1", "-2", "3→2", "4→3"]),
        ((B, C, D), ["-1", "2→1", "3→2", "4→3"]),
        ((A, B), ["1→1", "2→2", "-3", "-4"]),
        ((D, A, B, C), ["4⇒1", "1→2", "2→3", "3→4"]),
        ((B, C, D, A), ["2→1", "3→2", "4→3", "1⇒4"]),
        ((A, B.replace("các phong trào", "phong trào"), C, D), ["1→1", "2→2", "3→3", "4→4"]),
        ((A, D, B, C.replace("chữa bệnh", "phòng bệnh")), ["1→1", "4⇒2", "2→3", "3→4"]),
        ((A, "Viết lại hẳn.", C, D), ["1→1", "2→2", "3→3", "4→4"]),
        ((E, F), ["1→1", "2→2", "-3", "-4"]),
        ((), ["-1", "-2", "-3", "-4"]),
    ],
    ids=[
        *("same", "added", "removed", "first removed", "last removed", "to the front", "to the end", "edited"),
        *("moved and edited", "rewritten", "all new", "none left"),
    ],
)
def test_what_became_of_each_clause(new: tuple[str, ...], story: list[str]) -> None:
    assert told(pair_clauses(clauses(A, B, C, D), clauses(*new))) == story


def test_clauses_that_say_the_same_keep_their_order() -> None:
    assert told(pair_clauses(clauses(A, A, B, A), clauses(A, B, A, A))) == ["1→1", "3⇒2", "2→3", "4→4"]


def test_phrases_that_every_clause_repeats_tell_nothing() -> None:
    old = [f"Tiếp tục đẩy mạnh thi đua trong lĩnh vực a{n} b{n} c{n} của khối" for n in range(1, 61)]
    new = [text.replace("thi đua", "phong trào") for text in (*old[1:], old[0])]
    pairs = pair_clauses(clauses(*old), clauses(*new))
    assert told(pairs) == [*(f"{n}→{n - 1}" for n in range(2, 61)), "1⇒60"]


def test_a_pair_of_nothing_has_no_number() -> None:
    with pytest.raises(ValueError, match="no clauses"):
        _ = ClausePair(None, None).number


@given(st.permutations(range(6)))
def test_a_moved_clause_is_shown_as_moved_and_not_as_new_text(order: list[int]) -> None:
    old = clauses(*SENTENCES)
    new = clauses(*(SENTENCES[place] for place in order))
    pairs = pair_clauses(old, new)
    assert all(pair.old and pair.new and pair.old.paragraphs == pair.new.paragraphs for pair in pairs)
    kept = [pair.old.number for pair in pairs if pair.old and not pair.moved]
    assert kept == sorted(kept)
    assert any(pair.moved for pair in pairs) == (order != sorted(order))


def test_the_page_says_what_became_of_a_clause(seed: PledgeText) -> None:
    texts = [clause.paragraphs for clause in seed.clauses]
    order = [texts[5], texts[0], ("Một khoản mới.",), *texts[2:5]]
    new = replace(seed, clauses=tuple(Clause(number, paragraphs) for number, paragraphs in enumerate(order, start=1)))
    diff = diff_texts(seed, new)
    assert [(section.label, section.note) for section in diff.clause_sections] == [
        ("Khoản 1", "Chuyển đến đây từ khoản 6"),
        ("Khoản 2", "Trước là khoản 1"),
        ("Khoản 2", "Đã bỏ khoản 2"),
        ("Khoản 3", "Khoản mới"),
        ("Khoản 4", "Trước là khoản 3"),
        ("Khoản 5", "Trước là khoản 4"),
        ("Khoản 6", "Trước là khoản 5"),
    ]
    # What only got another number is no change to read again.
    assert [section.key for section in diff.changed_sections] == ["clause:1", "removed:2", "clause:3"]
    assert diff.changes == 3


WORDS = st.sampled_from(("thi đua", "khen thưởng", "đẩy mạnh", "y tế", "văn hóa", ",", "giảm nghèo", "việc làm"))
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=8).map(" ".join), max_size=8)


@given(TEXTS, TEXTS)
def test_the_comparison_applied_to_the_old_text_gives_the_new_one(old: list[str], new: list[str]) -> None:
    before, after = clauses(*old), clauses(*new)
    shell = import_pledge(SEED.read_bytes()).text
    diff = diff_texts(replace(shell, clauses=before), replace(shell, clauses=after))
    assert _applied(before, diff) == after
    assert sorted(p.clause.old.number for p in diff.clause_sections if p.clause and p.clause.old) == [
        clause.number for clause in before
    ]


def _applied(before: tuple[Clause, ...], diff: TextDiff) -> tuple[Clause, ...]:
    """Takes each old clause the comparison names, checks the words it is said to have had, changes them as told."""
    by_number = {clause.number: clause for clause in before}
    result: list[Clause] = []
    for section in diff.clause_sections:
        runs = [run for paragraph in section.paragraphs for run in paragraph]
        assert section.clause is not None
        if section.clause.old:
            had = "".join(run.text for run in runs if run.op is not DiffOp.INSERT).replace(PARAGRAPH_MARK, "")
            assert (had,) == by_number[section.clause.old.number].paragraphs
        if section.clause.new:
            now = "".join(run.text for run in runs if run.op is not DiffOp.DELETE)
            result.append(Clause(len(result) + 1, (now,)))
    return tuple(result)


def test_random_long_pledges_are_paired_whole() -> None:
    dice = random.Random(7)
    words = [f"từ{number}" for number in range(400)]
    old = [" ".join(dice.choices(words, k=40)) for _ in range(300)]
    edited = [text.replace(text.split()[20], "sửa", 1) for text in old]
    moved = edited.pop(250)
    new = [*edited[:10], moved, *edited[10:]]
    pairs = pair_clauses(clauses(*old), clauses(*new))
    assert [pair.number for pair in pairs if pair.moved] == [11]
    assert all(pair.old and pair.new for pair in pairs)
