"""Names of parts in addresses and sentences, suggestions as redlines, places of paragraphs."""

from __future__ import annotations

import pytest

from approval.domain.anchors import Anchor, anchors_of, words_at
from approval.domain.word_diff import DiffOp
from approval.web.pledges.notes import part_id, part_name, part_of_id, starts, suggestion_runs
from tests.factories.pledge_texts import seed_text


def test_every_part_is_found_again_by_its_id() -> None:
    anchors = anchors_of(seed_text())
    assert [part_of_id(part_id(anchor)) for anchor in anchors] == list(anchors)
    assert [part_of_id(str(anchor)) for anchor in anchors] == list(anchors)
    assert len({part_id(anchor) for anchor in anchors}) == len(anchors)


@pytest.mark.parametrize("written", ["", "khoan", "khoan-0", "khoan-03", "mo-dau-2", "whole:1", "../ket", "khoan-1000"])
def test_other_words_name_no_part(written: str) -> None:
    assert part_of_id(written) is None


def test_part_in_a_sentence() -> None:
    assert part_name(Anchor.parse("clause:3"), seed_text()) == "khoản 3"
    assert part_name(Anchor.parse("party:5"), seed_text()) == f"khối ký của {seed_text().parties[4].agency}"


@pytest.mark.parametrize(
    ("quote", "replacement"),
    [
        ("thi", "trọng tâm thi"),
        ("BHXH, BHYT", "bảo hiểm xã hội (BHXH), bảo hiểm y tế (BHYT)"),
        ("âng cao", ""),
        (" a", "b"),
        ("một\nhai", "một\nba\nhai"),
    ],
)
def test_redline_of_a_suggestion_holds_both_texts(quote: str, replacement: str) -> None:
    runs = suggestion_runs(quote, replacement)
    assert "".join(run.text for run in runs if run.op is not DiffOp.INSERT).strip() == quote.strip()
    assert "".join(run.text for run in runs if run.op is not DiffOp.DELETE).strip() == replacement


def test_words_put_before_the_first_are_all_that_is_marked() -> None:
    runs = suggestion_runs("thi đua", "trọng tâm thi đua")
    assert [(run.op, run.text) for run in runs] == [(DiffOp.INSERT, "trọng tâm"), (DiffOp.KEEP, " thi đua")]


def test_paragraphs_begin_where_quotes_count_them() -> None:
    anchor = Anchor.parse("title")
    lines = (seed_text().title, seed_text().subject)
    words = words_at(seed_text(), anchor)
    assert [words[start:].startswith(line) for start, line in zip(starts(lines), lines, strict=True)] == [True, True]
