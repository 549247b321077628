"""A finding is known again by its rule and its words, wherever the clause has gone."""

from __future__ import annotations

from dataclasses import replace

from approval.adapters.phrase_file import load_phrases
from approval.domain.finding_marks import MarkedFinding, mark_findings
from approval.domain.pledge_text import Clause, PledgeText
from approval.domain.proofreading import proofread
from tests.factories.pledge_texts import seed_text, small_text


def marked(text: PledgeText) -> tuple[MarkedFinding, ...]:
    return mark_findings(text, proofread(text, load_phrases()))


def fingerprints(text: PledgeText, rule: str) -> set[str]:
    return {mark.fingerprint for mark in marked(text) if mark.finding.rule == rule}


def with_clauses(*bodies: str) -> PledgeText:
    return replace(small_text(), clauses=tuple(Clause(n, (body,)) for n, body in enumerate(bodies, start=1)))


SLIP = "Các cơ quan tiếp tục đầy mạnh phong trào thi đua yêu nước."


def test_it_stays_when_the_clause_moves_or_changes_elsewhere() -> None:
    before = fingerprints(with_clauses("Một.", SLIP), "W01")
    assert len(before) == 1
    assert fingerprints(with_clauses(SLIP, "Một."), "W01") == before
    assert fingerprints(with_clauses("Một.", f"Câu mới. {SLIP} Câu cuối."), "W01") == before


def test_it_goes_when_the_words_around_change() -> None:
    before = fingerprints(with_clauses(SLIP), "W01")
    assert fingerprints(with_clauses(SLIP.replace("tiếp tục", "đã")), "W01").isdisjoint(before)


def test_different_findings_of_the_real_pledge_are_told_apart() -> None:
    marks = marked(seed_text())
    assert len({mark.fingerprint for mark in marks}) == len(marks) > 30
    assert all(len(mark.fingerprint) == 64 for mark in marks)


def test_the_words_around_are_there_to_be_shown() -> None:
    mark = next(mark for mark in marked(with_clauses(SLIP)) if mark.finding.rule == "W01")
    assert (mark.before, mark.finding.found, mark.after) == (
        "Các cơ quan",
        "tiếp tục đầy mạnh",
        "phong trào thi",
    )


def test_a_finding_about_all_blocks_has_no_neighbours() -> None:
    text = replace(
        small_text(3),
        preamble=("Sở Thử nghiệm 2; Sở Thử nghiệm 1; Sở Thử nghiệm 3 thống nhất ký giao ước thi đua:",),
    )
    mark = next(mark for mark in marked(text) if mark.finding.rule == "L06")
    assert (mark.before, mark.after) == ("", "")
