"""Remarks kept with a draft: said in words, said once, and gone when the words they are about are gone."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import pytest

from approval.domain.draft_findings import MOST_REMARKS, as_remarks, is_taken_up_again, still_standing
from approval.domain.next_year import next_year
from approval.domain.pledge_text import Clause, PledgeText
from approval.domain.proof_finding import Part, Passage, ProofFinding
from approval.domain.text_findings import dash_differs
from approval.domain.year_move import YearMove
from tests.factories.pledge_texts import seed_text, small_text


def text_of(*clauses: str) -> PledgeText:
    """A small pledge with these clauses."""
    return replace(small_text(), clauses=tuple(Clause(n, (words,)) for n, words in enumerate(clauses, start=1)))


def about(words: str, *, clause: int = 1, rule: str = "Y01", line: str = "") -> ProofFinding:
    """A finding about these words of a clause."""
    start = line.index(words) if line else 0
    return Passage(Part.CLAUSE, line or words, clause).warning(
        rule, (start, start + len(words)), "Xem lại.", "năm 2025"
    )


def stored(*findings: ProofFinding, text: PledgeText | None = None) -> list[dict[str, Any]]:
    """As they are kept with the draft."""
    return [asdict(remark) for remark in as_remarks(findings, text or small_text())]


def places(remarks: list[dict[str, Any]], text: PledgeText) -> list[str]:
    """Where the remarks that still stand are."""
    return [remark["place"] for remark in still_standing(remarks, text)]


def test_remark_quotes_the_words_and_carries_the_suggestion() -> None:
    (remark,) = as_remarks([about("năm 2024", clause=3)], small_text())
    assert (remark.code, remark.place, remark.vi) == ("Y01", "Khoản 3", "“năm 2024”: Xem lại.")
    assert (remark.suggestion, remark.found) == ("năm 2025", "năm 2024")
    assert remark.en.endswith(".")


def test_short_words_are_quoted_with_a_few_before_them() -> None:
    line = "Hoàn thành tốt các nhiệm vụ năm 2024, rồi nhiệm vụ khác."
    (remark,) = as_remarks([about("năm 2024", line=line)], text_of(line))
    assert remark.found == "các nhiệm vụ năm 2024"
    long = "kỷ niệm 70 năm Chiến thắng Điện Biên Phủ và Thủ đô"
    (remark,) = as_remarks([about(long, line=f"Thi đua {long}.")], text_of(f"Thi đua {long}."))
    assert remark.found == long


def test_same_words_in_one_place_are_one_remark() -> None:
    assert len(stored(about("năm 2024"), about("năm 2024"), about("năm 2024", clause=2))) == 2


def test_year_moved_on_into_the_old_year_does_not_keep_the_old_years_remark() -> None:
    text = text_of("Nhiệm vụ năm 2024, tồn tại của năm 2023.")
    line = text.clauses[0].paragraphs[0]
    remarks = stored(about("năm 2024", line=line), about("năm 2023", line=line), text=text)
    assert len(still_standing(remarks, text)) == 2
    assert places(remarks, text_of("Nhiệm vụ năm 2025, tồn tại của năm 2024.")) == []


def test_finding_about_no_words_is_said_as_it_is() -> None:
    (remark,) = as_remarks([Passage(Part.PREAMBLE, "").warning("Y05", (0, 0), "Thiếu một tên.")], small_text())
    assert (remark.vi, remark.found) == ("Thiếu một tên.", "")


def test_every_rule_of_a_start_has_its_english_sentence() -> None:
    seed = seed_text()
    moved = next_year(seed, YearMove(2024, 2026), [party.agency for party in seed.parties[1:]] + ["Sở Nội vụ"])
    assert {remark.code for remark in as_remarks(moved.findings, moved.text)} >= {
        "Y01",
        "Y02",
        "Y03",
        "Y04",
        "Y05",
        "L06",
    }


def test_of_very_many_the_last_says_how_many_are_left_out() -> None:
    remarks = as_remarks((about(f"năm 2024 {n}") for n in range(MOST_REMARKS + 7)), small_text())
    assert len(remarks) == MOST_REMARKS + 1
    assert remarks[-1].vi.startswith("Còn 7 chỗ khác")


def test_remark_stands_while_its_words_stand() -> None:
    remarks = stored(about("năm 2024"), about("năm 2023", clause=2))
    assert places(remarks, text_of("Việc năm 2024.", "Việc năm 2023.")) == ["Khoản 1", "Khoản 2"]
    assert places(remarks, text_of("Việc năm 2025.", "Việc năm 2023.")) == ["Khoản 2"]
    assert places(remarks, text_of("Việc năm 2025.", "Việc năm 2024.")) == ["Khoản 2"]
    assert places(remarks, text_of("Xong.", "Xong.")) == []


def test_clause_that_moved_takes_its_remark_along() -> None:
    remarks = stored(about("năm 2024"), about("70 năm", rule="Y03"))
    assert places(remarks, text_of("Mới.", "Việc năm 2024, 70 năm.")) == ["Khoản 2", "Khoản 2"]


def test_repaired_place_is_not_confused_with_one_that_has_its_own_remark() -> None:
    remarks = stored(about("năm 2024"), about("năm 2024", clause=2))
    assert places(remarks, text_of("Xong.", "Việc năm 2024.")) == ["Khoản 2"]
    assert places(remarks, text_of("Xong.", "Xong.", "Việc năm 2024.")) == ["Khoản 3"]


@pytest.mark.parametrize("text", [small_text(), text_of("Khác.")])
def test_remarks_of_an_import_have_no_words_and_always_stand(text: PledgeText) -> None:
    remark = asdict(dash_differs("Sở A - B", "ĐẠI DIỆN SỞ A – B", "ĐẠI DIỆN SỞ A - B"))
    older = {key: value for key, value in remark.items() if key != "found"}
    assert places([remark, older], text) == ["Phần ký", "Phần ký"]


def test_remarks_say_whether_they_come_from_a_file_or_an_earlier_pledge() -> None:
    assert is_taken_up_again(stored(about("năm 2024")))
    assert is_taken_up_again(stored(about("02", rule="L06")))
    assert not is_taken_up_again([asdict(dash_differs("A", "B", "C"))])
    assert not is_taken_up_again([])
