"""L05: what the first citation of a document must name."""

from __future__ import annotations

import pytest

from approval.domain.proof_finding import Level
from tests.factories.proof_texts import findings, pledge_of, remarks, taken

WHOLE = "Chỉ thị số 34-CT/TW ngày 07/4/2014 của Bộ Chính trị về tiếp tục đổi mới công tác thi đua"


@pytest.mark.parametrize(
    "text",
    [
        f"Thực hiện {WHOLE}.",
        f"Thực hiện {WHOLE}; nghiêm túc thực hiện Chỉ thị số 34-CT/TW.",
        "Nghị định số 98/2023/NĐ-CP ngày 31 tháng 12 năm 2023 của Chính phủ quy định chi tiết Luật Thi đua.",
        "Nghị quyết số 33-NQ/TW của Ban Chấp hành Trung ương Đảng ngày 09/6/2014 về xây dựng văn hóa.",
        "Đề án “Chuyển đổi số” của Chính phủ theo Quyết định số 749/QĐ-TTg ngày 03/6/2020 của Thủ tướng về số hóa.",
    ],
)
def test_a_whole_citation_and_a_later_short_one_are_right(text: str) -> None:
    assert remarks(text, "L05") == []


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Theo Chỉ thị số 34-CT/TW ngày 07/4/2014 của Bộ Chính trị.", "thiếu trích yếu."),
        ("Theo Chỉ thị số 34-CT/TW của Bộ Chính trị về thi đua.", "thiếu ngày ban hành."),
        ("Theo Chỉ thị số 34-CT/TW ngày 07/4/2014 về thi đua.", "thiếu cơ quan ban hành."),
        ("Theo Kế hoạch 26-KH/TU.", "thiếu chữ “số”, ngày ban hành, cơ quan ban hành, trích yếu."),
    ],
)
def test_what_is_missing_is_named(text: str, missing: str) -> None:
    (finding,) = [f for f in findings(pledge_of(text)) if f.rule == "L05"]
    assert finding.vi.endswith(missing)
    assert finding.level is Level.WARN


def test_the_word_for_number_is_put_in() -> None:
    text = "Thực hiện Chỉ thị 26- CT/TU ngày 05/5/2020 của Tỉnh ủy về văn thư."
    assert remarks(text, "L05") == [("Chỉ thị 26- CT/TU", "Chỉ thị số 26-CT/TU")]


def test_an_issuer_without_its_preposition_is_an_error_and_mended() -> None:
    text = "Chỉ thị số 05-CT/TW ngày 15/5/2016 Bộ Chính trị về học tập Bác."
    (finding,) = [f for f in findings(pledge_of(text)) if f.rule == "L05"]
    assert finding.level is Level.ERROR
    assert taken(text, finding) == "Chỉ thị số 05-CT/TW ngày 15/5/2016 của Bộ Chính trị về học tập Bác."


def test_a_named_project_needs_its_decision() -> None:
    text = "Thực hiện Đề án “Chuyển đổi số” của Thủ tướng Chính phủ."
    assert remarks(text, "L05") == [("Đề án “Chuyển đổi số” của Thủ tướng", None)]


def test_titles_and_blocks_are_not_searched() -> None:
    assert remarks(pledge_of(title="QUYẾT ĐỊNH 5-QĐ/TU Quyết định 5-QĐ/TU"), "L05") == []
