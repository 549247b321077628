"""The proofreader as a whole: order of findings, what the importer adds, and nothing of the seed in the rules."""

from __future__ import annotations

from pathlib import Path

import pytest

import approval.domain
from approval.adapters.phrase_file import load_phrases
from approval.domain.pledge_text import DateLine
from approval.domain.proof_finding import Level, Part, Place
from approval.domain.proofreading import proofread
from approval.domain.text_findings import date_line_rewritten, paragraphs_joined, party_order_differs
from tests.factories.proof_texts import findings, pledge_of


def test_findings_come_in_the_order_of_the_page() -> None:
    text = pledge_of("Đầy mạnh thi đua khen thưởng", "hai việc.", date=DateLine(None, 5, 2024), closing=("Hết.",))
    found = [(finding.place.label, finding.rule) for finding in findings(text)]
    assert found == [
        ("Dòng địa danh, ngày tháng", "L01"),
        ("Khoản 1", "W01"),
        ("Khoản 1", "W02"),
        ("Khoản 1", "L09"),
        ("Khoản 2", "L09"),
        ("Phần kết", "L08"),
    ]


def test_a_lost_first_letter_is_one_finding_not_two() -> None:
    text = pledge_of("Về đối ngoại. âng cao chất lượng. hai.")
    assert [(f.rule, f.suggestion) for f in findings(text)] == [("W01", "Nâng cao chất lượng"), ("L09", "Hai")]


def test_what_only_the_importer_saw_is_reported_too() -> None:
    imported = (
        paragraphs_joined("Khoản 3", "sáng tạo"),
        paragraphs_joined("Phần mở đầu", "của tỉnh"),
        date_line_rewritten("ngày 5", "ngày 05"),
        party_order_differs(["Sở Y tế"]),
    )
    found = proofread(pledge_of(), load_phrases(), imported)
    assert [(f.rule, f.level, f.place, f.suggestion) for f in found] == [
        ("L01", Level.WARN, Place(Part.DATE), "ngày 05"),
        ("L09", Level.WARN, Place(Part.PREAMBLE), None),
        ("L09", Level.WARN, Place(Part.CLAUSE, 3), None),
    ]


def test_a_second_paragraph_is_named() -> None:
    assert Place(Part.CLAUSE, 3, 1).label == "Khoản 3, đoạn 2"


@pytest.mark.parametrize("own", ["Bắc Giang", "Điện Biên", "lần thứ XIX", "34-CT", "05-CT", "19/CT", "nhà dột nát"])
def test_the_rules_do_not_know_the_seed(own: str) -> None:
    folder = Path(approval.domain.__path__[0])
    rules = [*folder.glob("proof*.py"), folder / "near_miss.py", folder / "phrase_list.py"]
    assert len(rules) > 8
    lines = [line for path in rules for line in path.read_text(encoding="utf-8").splitlines()]
    # Examples in docstrings may show a date line; code may not.
    code = "\n".join(line for line in lines if '"""' not in line)
    assert own not in code
