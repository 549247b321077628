"""Suggested words: as little as will do, put in where they belong, and found again in a later text or refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.domain.anchors import Anchor, AnchorPart, anchors_of, words_at
from approval.domain.pledge_text import Clause, PledgeText
from approval.domain.pledge_text_check import check_pledge_text
from approval.domain.review_commands import Suggestion
from approval.domain.suggestion import (
    apply_suggestion,
    carry_anchor,
    carry_anchors,
    carry_suggestion,
    smallest_change,
)
from tests.factories.pledge_texts import seed_text, small_text

CLAUSE_1, WHOLE = Anchor.parse("clause:1"), Anchor.parse("whole")
WORDS = st.sampled_from(["thi", "đua", "đẩy", "đầy", "mạnh", "năm", "2024", "ở", ",", ".", "(a)", "…"])
LINES = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)
PARTS = st.lists(LINES, min_size=1, max_size=3).map("\n".join)
ANYTHING = st.text(alphabet="ab ,.\n\u0301ế", max_size=12)


def changed(old: str, new: str) -> tuple[int, str, str]:
    change = smallest_change(old, new)
    assert change is not None
    return change


def put_in(words: str, change: tuple[int, str, str]) -> str:
    start, quote, replacement = change
    assert words.startswith(quote, start)
    return words[:start] + replacement + words[start + len(quote) :]


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("đầy mạnh thi đua", "đẩy mạnh thi đua", (0, "đầy", "đẩy")),
        ("thi đua năm 2023", "thi đua năm 2024", (12, "2023", "2024")),
        ("thi đua yêu nước", "thi đua, yêu nước", (4, "đua", "đua,")),
        ("thi đua nước", "thi đua yêu nước", (4, "đua", "đua yêu")),
        ("đua", "thi đua", (0, "đua", "thi đua")),
        ("- đua", "- thi đua", (2, "đua", "thi đua")),
        ("một hai ba", "một ba", (4, "hai ", "")),
        ("một, hai", "một hai", (0, "một,", "một")),
        ("một hai", "một", (3, " hai", "")),
        ("một  hai", "một hai", (0, "một ", "một")),
        ("một\nhai", "một hai", (0, "một\n", "một ")),
        ("một.", "một.\nhai.", (0, "một.", "một.\nhai.")),
        ("nâng", "nâng cao", (0, "nâng", "nâng cao")),
        ("một", "", (0, "một", "")),
        ("…", "!", (0, "…", "!")),
        (" ", "  ", (0, " ", "  ")),
        ("- ", "-  đua", (0, "- ", "-  đua")),
        ("a\u0301 b", "a\u0303 b", (0, "a\u0301", "a\u0303")),
    ],
)
def test_a_change_is_quoted_in_whole_words(old: str, new: str, change: tuple[int, str, str]) -> None:
    assert put_in(old, change) == new, "the example itself"
    assert smallest_change(old, new) == change


def test_equal_words_need_no_change_and_no_words_can_have_none() -> None:
    assert smallest_change("thi đua", "thi đua") is None
    assert smallest_change("", "") is None
    with pytest.raises(ValueError, match="without words"):
        smallest_change("", "thi đua")


@given(old=ANYTHING.filter(bool), new=ANYTHING)
def test_the_smallest_change_makes_the_new_words_of_any_old_ones(old: str, new: str) -> None:
    if old == new:
        assert smallest_change(old, new) is None
        return
    start, quote, replacement = changed(old, new)
    assert quote
    assert quote != replacement
    assert put_in(old, (start, quote, replacement)) == new


@given(old=PARTS, new=PARTS)
def test_a_change_cuts_no_word_in_two(old: str, new: str) -> None:
    if old == new:
        return
    start, quote, _ = changed(old, new)
    for edge in (start, start + len(quote)):
        assert not (0 < edge < len(old) and old[edge - 1].isalnum() and old[edge].isalnum())
    if any(map(str.isalnum, old)):
        assert any(map(str.isalnum, quote))


@given(old=PARTS, new=PARTS, part=st.sampled_from(["clause:1", "preamble", "closing"]))
def test_a_suggestion_in_the_text_it_was_made_on_gives_the_text_meant(old: str, new: str, part: str) -> None:
    anchor = Anchor.parse(part)
    text = _with(small_text(), anchor, old)
    if old == new:
        return
    result = apply_suggestion(text, anchor, Suggestion(*changed(old, new)))
    assert result == _with(text, anchor, new)
    check_pledge_text(result)


def _with(text: PledgeText, anchor: Anchor, words: str) -> PledgeText:
    lines = tuple(words.split("\n"))
    if anchor == CLAUSE_1:
        return replace(text, clauses=(Clause(1, lines), *text.clauses[1:]))
    return replace(text, preamble=lines) if anchor.part is AnchorPart.PREAMBLE else replace(text, closing=lines)


def test_every_part_takes_a_suggestion() -> None:
    text = small_text()
    for anchor in anchors_of(text):
        if anchor == WHOLE:
            continue
        words = words_at(text, anchor)
        result = apply_suggestion(text, anchor, Suggestion(0, words[:2], "XY"))
        assert words_at(result, anchor) == "XY" + words[2:]
        untouched = [other for other in anchors_of(text) if other != anchor]
        assert [words_at(result, other) for other in untouched] == [words_at(text, other) for other in untouched]


def test_a_part_that_is_not_there_or_has_no_words_takes_none() -> None:
    for anchor in (WHOLE, Anchor.parse("clause:3"), Anchor.parse("party:3")):
        with pytest.raises(LookupError):
            apply_suggestion(small_text(), anchor, Suggestion(0, "Nội", "Phần"))


def test_an_empty_quote_is_nowhere() -> None:
    with pytest.raises(LookupError):
        apply_suggestion(small_text(), CLAUSE_1, Suggestion(0, "", "Phần"))


def test_lines_of_titles_and_blocks_stay() -> None:
    for anchor, quote in ((Anchor.parse("title"), "BẢN"), (Anchor.parse("party:1"), "ĐẠI")):
        with pytest.raises(ValueError, match="lines"):
            apply_suggestion(small_text(), anchor, Suggestion(0, quote, f"{quote}\nvà"))
    title = words_at(small_text(), Anchor.parse("title"))
    with pytest.raises(ValueError, match="2 lines"):
        apply_suggestion(small_text(), Anchor.parse("title"), Suggestion(title.index("\n"), "\n", " "))


def test_words_that_go_leave_one_blank_and_no_empty_paragraph() -> None:
    text = replace(small_text(), closing=("Một hai ba.", "Hết."))
    closing = Anchor.parse("closing")
    assert apply_suggestion(text, closing, Suggestion(4, "hai", "")).closing == ("Một ba.", "Hết.")
    assert apply_suggestion(text, closing, Suggestion(0, "Một", "")).closing == ("hai ba.", "Hết.")
    assert apply_suggestion(text, closing, Suggestion(12, "Hết.", "")).closing == ("Một hai ba.",)
    assert apply_suggestion(text, closing, Suggestion(11, "\n", " ")).closing == ("Một hai ba. Hết.",)
    assert apply_suggestion(text, closing, Suggestion(12, "Hết.", "Còn. \n\n Hết.")).closing[1:] == ("Còn.", "Hết.")


def test_a_clause_without_words_goes_and_the_others_are_counted_anew() -> None:
    text = small_text(clauses=3)
    words = words_at(text, CLAUSE_1)
    assert apply_suggestion(text, CLAUSE_1, Suggestion(0, words, "")).clauses == (
        Clause(1, text.clauses[1].paragraphs),
        Clause(2, text.clauses[2].paragraphs),
    )


def test_away_from_its_place_a_quote_must_be_the_only_one_and_a_whole_word() -> None:
    text = replace(small_text(), closing=("Năm nay thi đua, năm sau thi đua; bao nhiêu, ba.",))
    closing = Anchor.parse("closing")
    moved = apply_suggestion(text, closing, Suggestion(0, "ba", "bốn"))
    assert moved.closing == ("Năm nay thi đua, năm sau thi đua; bao nhiêu, bốn.",)
    for quote in ("thi đua", "ao", "hoàn toàn khác"):
        with pytest.raises(LookupError):
            apply_suggestion(text, closing, Suggestion(0, quote, "x"))


def test_a_suggestion_follows_its_words() -> None:
    old = "Nâng cao chất lượng, nâng cao hiệu quả."
    second = Suggestion(old.index("nâng cao hiệu"), "nâng cao", "tăng")
    new = f"Năm nay: {old}"
    assert carry_suggestion(old, old, second) == second
    assert carry_suggestion(old, new, second) == replace(second, start=second.start + 9)
    assert carry_suggestion(old, old.replace("Nâng cao chất lượng, ", ""), second).start == 0


def test_of_equal_words_the_one_that_was_meant_is_changed_or_none() -> None:
    old = "Thi đua dạy tốt, thi đua học tốt."
    first = Suggestion(8, "dạy tốt", "dạy giỏi")
    assert carry_suggestion(old, old.replace("học", "dạy"), first).start == 8
    twice = "thi đua và thi đua"
    with pytest.raises(LookupError):
        carry_suggestion(twice, "phong trào và thi đua", Suggestion(0, "thi đua", "thi tài"))
    with pytest.raises(LookupError):
        carry_suggestion(old, old.replace("dạy tốt", "dạy hay"), first)


def test_words_that_moved_within_their_part_are_found_if_they_are_the_only_ones() -> None:
    """A part too long to compare word by word counts as replaced whole."""
    filler = " ".join(f"chữ{number}" for number in range(2100))
    old, new = f"dạy tốt {filler}", f"{filler} mới dạy tốt"
    found = carry_suggestion(old, new, Suggestion(0, "dạy tốt", "dạy giỏi"))
    assert new[found.start :] == "dạy tốt"
    with pytest.raises(LookupError):
        carry_suggestion(old, f"{new}, dạy tốt", Suggestion(0, "dạy tốt", "dạy giỏi"))


def test_parts_are_carried_by_what_they_are() -> None:
    old = seed_text()
    first, *others = old.clauses
    moved = tuple(Clause(number, clause.paragraphs) for number, clause in enumerate([*others, first], start=1))
    new = replace(old, clauses=moved[1:], parties=(*old.parties[1:], old.parties[0]))
    new = replace(new, clauses=tuple(replace(c, number=n) for n, c in enumerate(new.clauses, start=1)))
    carried = {str(was): str(now) for was, now in carry_anchors(old, new).items()}
    assert carried["clause:1"] == f"clause:{len(old.clauses) - 1}"
    assert carried["clause:3"] == "clause:1"
    assert "clause:2" not in carried
    assert (carried["party:1"], carried["party:2"]) == (f"party:{len(old.parties)}", "party:1")
    for part in ("whole", "title", "preamble", "closing"):
        assert carried[part] == part
    assert carry_anchor(old, new, Anchor.parse("clause:3")) == CLAUSE_1
    assert carry_anchor(old, new, Anchor.parse("clause:2")) is None
    assert carry_anchor(old, new, Anchor.parse("clause:99")) is None
    fewer = replace(old, parties=old.parties[1:])
    assert carry_anchor(old, fewer, Anchor.parse("party:1")) is None
    assert carry_anchor(old, fewer, Anchor.parse("party:2")) == Anchor.parse("party:1")


@given(st.permutations(range(4)))
def test_carrying_onto_the_same_clauses_in_another_order_finds_each_again(order: list[int]) -> None:
    sentences = [clause.paragraphs for clause in seed_text().clauses[:4]]
    old = replace(seed_text(), clauses=tuple(Clause(n, s) for n, s in enumerate(sentences, start=1)))
    new = replace(old, clauses=tuple(Clause(n, sentences[place]) for n, place in enumerate(order, start=1)))
    for was, now in carry_anchors(old, new).items():
        assert words_at(old, was) == words_at(new, now)
