"""A clause is recognised by what it says, wherever it stands and whatever its number."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approval.domain.clause_pairs import ClausePair, pair_clauses
from approval.domain.import_text import import_pledge
from approval.domain.pledge_text import Clause, PledgeText
from approval.domain.text_diff import PARAGRAPH_MARK, diff_texts
from approval.domain.word_diff import DiffOp
from tests.factories.applied_diffs import old_text
from tests.factories.edited_pledges import bodies_of, long_pledge, reworded_body, with_bodies

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
    """Such as `1→2`, `+3`, `-4`, `5⇒1` (moved), `2+3→2` (merged), `2→3 of 2|3` (a part)."""
    words = []
    for pair in pairs:
        if pair.added or pair.removed:
            words.append(f"{'+' if pair.added else '-'}{pair.number}")
            continue
        olds = "+".join(str(clause.number) for clause in pair.olds)
        parts = f" of {'|'.join(map(str, pair.parts))}" if pair.parts else ""
        words.append(f"{olds}{'⇒' if pair.moved else '→'}{pair.number}{parts}")
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


@given(st.permutations(range(6)))
def test_a_moved_clause_is_shown_as_moved_and_not_as_new_text(order: list[int]) -> None:
    old = clauses(*SENTENCES)
    new = clauses(*(SENTENCES[place] for place in order))
    pairs = pair_clauses(old, new)
    assert all(pair.new and [clause.paragraphs for clause in pair.olds] == [pair.new.paragraphs] for pair in pairs)
    kept = [pair.olds[0].number for pair in pairs if not pair.moved]
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
    assert diff.summary == "1 khoản mới, 1 khoản bỏ, 1 khoản chuyển chỗ, 4 khoản đổi số"


SPLIT = [
    ((A, B, f"{C} {D}", E), (A, B, C, D, E), ["1→1", "2→2", "3→3 of 3|4", "3→4 of 3|4", "4→5"]),
    ((f"{A} {B}", C), (F, A, B, C), ["+1", "1→2 of 2|3", "1→3 of 2|3", "2→4"]),
    ((f"{A} {B} {C}", D), (A, B, C, D), ["1→1 of 1|2|3", "1→2 of 1|2|3", "1→3 of 1|2|3", "2→4"]),
    ((f"{A} {B}", C, D), (C, D, A, B), ["2→1", "3→2", "1⇒3 of 3|4", "1⇒4 of 3|4"]),
    ((f"{A} {B}", C), (A, f"Mới: {B}", C), ["1→1 of 1|2", "1→2 of 1|2", "2→3"]),
    # The rest of the clause was dropped, and the new one only begins like it.
    ((f"{A} {B}", C), (A, f"Tổ chức các {F}", C), ["1→1", "+2", "2→3"]),
]


@pytest.mark.parametrize(
    ("old", "new", "story"), SPLIT, ids=["in two", "renumbered", "in three", "moved", "edited", "not split"]
)
def test_a_split_clause_is_known_by_its_parts(old: tuple[str, ...], new: tuple[str, ...], story: list[str]) -> None:
    assert told(pair_clauses(clauses(*old), clauses(*new))) == story


@pytest.mark.parametrize(
    ("old", "new", "story"),
    [
        ((A, B, C, D), (A, f"{B} {C}", D), ["1→1", "2+3→2", "4→3"]),
        ((A, B, C, D), (f"{A} {B} {C}", D), ["1+2+3→1", "4→2"]),
        ((A, B, C, D), (C, D, f"{A} {B}"), ["3→1", "4→2", "1+2⇒3"]),
        ((A, B, C, D), (A, D, f"{B}"), ["1→1", "4⇒2", "2→3", "-3"]),
    ],
    ids=["two", "three", "moved", "not merged"],
)
def test_merged_clauses_are_known_in_the_one_they_became(
    old: tuple[str, ...], new: tuple[str, ...], story: list[str]
) -> None:
    assert told(pair_clauses(clauses(*old), clauses(*new))) == story


def test_the_page_says_what_was_split_and_merged(seed: PledgeText) -> None:
    """Words that only changed clauses are not shown as new."""
    old = replace(seed, clauses=clauses(A, f"{B} {C}", D, E))
    new = replace(seed, clauses=clauses(A, B, C, f"{D} {E}"))
    diff = diff_texts(old, new)
    assert [(section.label, section.note, section.changes) for section in diff.changed_sections] == [
        ("Khoản 2", "Đã tách thành khoản 2 và 3", 0),
        ("Khoản 3", "Tách từ khoản 2", 1),
        ("Khoản 4", "Gộp từ khoản 3 và 4", 2),
    ]
    shown = [run.text for part in diff.clause_sections for paragraph in part.paragraphs for run in paragraph]
    assert shown == [A, B, C, D, PARAGRAPH_MARK, f" {E}"]
    assert diff.summary == "1 khoản tách ra, 1 khoản gộp"
    back = diff_texts(new, old)
    assert back.summary == "1 khoản tách ra, 1 khoản gộp"
    moved = diff_texts(old, replace(seed, clauses=clauses(f"{D} {E}", A, B, C)))
    assert [section.note for section in moved.changed_sections] == [
        "Gộp từ khoản 3 và 4 và chuyển đến đây",
        "Tách từ khoản 2",
        "Tách từ khoản 2",
    ]


def test_paragraphs_that_became_clauses_carry_no_mark(seed: PledgeText) -> None:
    old = replace(seed, clauses=(Clause(1, (A, B)), Clause(2, (C,))))
    diff = diff_texts(old, replace(seed, clauses=clauses(A, B, C)))
    runs = [run for part in diff.clause_sections for paragraph in part.paragraphs for run in paragraph]
    assert [(run.op, run.text) for run in runs] == [(DiffOp.KEEP, A), (DiffOp.KEEP, B), (DiffOp.KEEP, C)]
    assert old_text(diff) == old
    assert [section.note for section in diff.clause_sections] == [
        *("Đã tách thành khoản 1 và 2", "Tách từ khoản 1", "Trước là khoản 2"),
    ]


@given(st.integers(0, 10**9).map(random.Random))
@settings(max_examples=60, deadline=None)
def test_a_moved_clause_of_any_pledge_is_shown_as_moved_even_when_reworded(dice: random.Random) -> None:
    old = long_pledge(dice, dice.randint(4, 20), words=40)
    bodies = bodies_of(old)
    start = dice.randrange(len(bodies))
    body = bodies.pop(start)
    # Two places away or more: of two neighbours that changed places, either may be said to have moved.
    places = [place for place in range(len(bodies) + 1) if abs(place - start) > 1]
    to = dice.choice(places)
    bodies.insert(to, reworded_body(dice, body, places=2))
    diff = diff_texts(old, with_bodies(old, bodies))
    moved = [section for section in diff.clause_sections if section.clause and section.clause.moved]
    assert [(section.label, section.note) for section in moved] == [
        (f"Khoản {to + 1}", f"Chuyển đến đây từ khoản {start + 1}")
    ]
    assert not any(section.clause and (section.clause.added or section.clause.removed) for section in diff.sections)
    # The clause is not two walls of colour: most of its words are kept.
    kept = sum(len(run.text) for run in moved[0].runs if run.op is DiffOp.KEEP)
    assert kept > len(" ".join(body)) / 2
    assert diff.summary.startswith("1 khoản chuyển chỗ")


def test_random_long_pledges_are_paired_whole() -> None:
    dice = random.Random(7)
    words = [f"từ{number}" for number in range(400)]
    old = [" ".join(dice.choices(words, k=40)) for _ in range(300)]
    edited = [text.replace(text.split()[20], "sửa", 1) for text in old]
    moved = edited.pop(250)
    new = [*edited[:10], moved, *edited[10:]]
    pairs = pair_clauses(clauses(*old), clauses(*new))
    assert [pair.number for pair in pairs if pair.moved] == [11]
    assert not any(pair.added or pair.removed for pair in pairs)
