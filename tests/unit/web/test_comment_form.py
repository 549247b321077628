"""What a comment's form says about the text, and what becomes of it on a newer one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.domain.anchors import Anchor, words_at
from approval.domain.errors import InvalidInputError
from approval.domain.pledge_text import Clause, PledgeText
from approval.web.pledges.comment_form import CommentForm
from tests.factories.pledge_texts import seed_text, small_text

CLAUSE_1 = Anchor.parse("clause:1")
WORDS = "Nâng cao chất lượng, nâng cao hiệu quả."


def rewritten(start: int | None, quote: str, replacement: str | None) -> str:
    """WORDS with the suggestion put in."""
    if start is None or replacement is None:
        return WORDS
    assert WORDS.startswith(quote, start)
    return WORDS[:start] + replacement + WORDS[start + len(quote) :]


def test_untouched_form_is_about_the_whole_part() -> None:
    assert CommentForm(CLAUSE_1, wording=WORDS).about(WORDS) == (None, "", None)
    assert CommentForm(CLAUSE_1).about(WORDS) == (None, "", None)


def test_the_whole_text_has_no_words_to_quote() -> None:
    assert CommentForm(Anchor.parse("whole"), wording="Khác.", removes=True).about("") == (None, "", None)
    with pytest.raises(InvalidInputError):
        CommentForm(Anchor.parse("whole"), quote="Khác").about("")


@given(st.text("Nâng cao,. hiệuq\n", max_size=60))
def test_edited_words_are_what_the_suggestion_makes(edited: str) -> None:
    start, quote, replacement = CommentForm(CLAUSE_1, wording=edited).about(WORDS)
    expected = edited or WORDS
    assert rewritten(start, quote, replacement) == expected
    assert (replacement is None) == (expected == WORDS)


@given(st.integers(0, len(WORDS)), st.integers(0, len(WORDS)))
def test_words_chosen_are_quoted_without_the_blanks_around_them(start: int, length: int) -> None:
    form = CommentForm.of_choice(CLAUSE_1, WORDS, start, length)
    assert form.quote == WORDS[start : start + length].strip()
    assert (form.start is None) == (form.quote == "")
    first, quote, replacement = form.about(WORDS)
    assert (first, quote, replacement) == (form.start, form.quote, None)
    assert first is None or WORDS.startswith(quote, first)


def test_quote_and_change_far_apart_are_widened_to_hold_both() -> None:
    form = CommentForm(CLAUSE_1, quote="hiệu quả", wording=WORDS.replace("chất lượng", "năng lực"))
    assert form.about(WORDS) == (9, "chất lượng, nâng cao hiệu quả", "năng lực, nâng cao hiệu quả")


def test_typed_quote_is_whole_words_in_one_place() -> None:
    assert CommentForm(CLAUSE_1, quote="hiệu\n quả").about(WORDS) == (30, "hiệu quả", None)
    for quote in ("cao", "âng", "hiệu quá"):
        with pytest.raises(InvalidInputError):
            CommentForm(CLAUSE_1, quote=quote).about(WORDS)


def changed(clauses: tuple[str, ...]) -> tuple[PledgeText, PledgeText]:
    """A small text and the same with other clauses."""
    old = replace(small_text(), clauses=(Clause(1, (WORDS,)), Clause(2, ("Khoản hai giữ nguyên như cũ.",))))
    return old, replace(old, clauses=tuple(Clause(n, (words,)) for n, words in enumerate(clauses, start=1)))


def test_suggestion_follows_its_clause() -> None:
    old, new = changed(("Khoản mới hoàn toàn ở đầu.", f"Trước hết: {WORDS}", "Khoản hai giữ nguyên như cũ."))
    form = CommentForm(CLAUSE_1, body="Vì sao?", wording=WORDS.replace("hiệu quả", "kết quả")).on_newer_text(old, new)
    assert (str(form.here), form.body) == ("clause:2", "Vì sao?")
    start, quote, replacement = form.about(words_at(new, form.here))
    assert (start, quote, replacement) == (41, "hiệu", "kết")


def test_words_to_be_removed_stay_so() -> None:
    old, new = changed((f"Trước hết: {WORDS}", "Khoản hai giữ nguyên như cũ."))
    form = CommentForm.of_choice(CLAUSE_1, WORDS, 19, 18)
    moved = replace(form, removes=True, wording=form.quote).on_newer_text(old, new)
    assert moved.about(words_at(new, moved.here)) == (30, ", nâng cao hiệu qu", "")


def test_remark_on_a_clause_that_is_gone_is_about_the_whole_text() -> None:
    old, new = changed(("Khoản hai giữ nguyên như cũ.",))
    form = CommentForm(CLAUSE_1, body="Vì sao?", wording="Khác hẳn.").on_newer_text(old, new)
    assert (str(form.here), form.body, form.wording) == ("whole", "Vì sao?", None)
    assert "Khác hẳn" in "".join(run.text for run in form.lost)
    assert CommentForm(CLAUSE_1, body="Vì sao?").on_newer_text(old, new) == CommentForm(
        Anchor.parse("whole"), "Vì sao?"
    )


def test_quote_that_never_stood_there_is_kept_as_typed() -> None:
    old, new = changed((f"Trước hết: {WORDS}",))
    form = CommentForm(CLAUSE_1, quote="không có", start=4).on_newer_text(old, new)
    assert (form.quote, form.start) == ("không có", None)


def test_part_that_never_was_becomes_the_whole_text() -> None:
    form = CommentForm(Anchor.parse("clause:99"), body="Vì sao?").on_newer_text(seed_text(), small_text())
    assert (str(form.here), form.body) == ("whole", "Vì sao?")
