"""Years, periods, deadlines and congresses that a later year's pledge may not simply repeat."""

from __future__ import annotations

import pytest

from approval.domain.proof_finding import Part, Passage, passages_of
from approval.domain.stale_references import looked_ahead, stale_references
from approval.domain.year_move import YearMove
from tests.factories.pledge_texts import seed_text
from tests.factories.stale_texts import blamed, findings_in, looked_ahead_in


@pytest.mark.parametrize(
    ("sentence", "found", "suggestion"),
    [
        ("Hoàn thành nhiệm vụ năm 2024.", "năm 2024", "năm 2025"),
        ("Năm 2024, thi đua lập thành tích.", "Năm 2024", "Năm 2025"),
        ("GIAO ƯỚC NĂM 2024", "NĂM 2024", "NĂM 2025"),
        ("Phát huy kết quả năm 2023.", "năm 2023", "năm 2024"),
        ("Kết quả đợt thi đua (2024) của Khối.", "2024", "2025"),
        ("Hoàn thành trước ngày 30/11/2024.", "ngày 30/11/2024", "ngày 30/11/2025"),
        ("Hoàn thành trước 30-11-2024.", "30-11-2024", "30-11-2025"),
        ("Sơ kết vào tháng 6/2024.", "tháng 6/2024", "tháng 6/2025"),
        ("Báo cáo quý IV/2024.", "quý IV/2024", "quý IV/2025"),
        ("Tổ chức hội nghị ngày 29/02/2024.", "ngày 29/02/2024", None),
        ("Thực hiện Luật Đất đai trong năm 2024.", "năm 2024", "năm 2025"),
        ("Thi đua năm 2024 - Đổi mới.", "năm 2024", "năm 2025"),
    ],
)
def test_year_of_the_source_and_the_year_before_are_moved_on(sentence: str, found: str, suggestion: str | None) -> None:
    assert blamed(sentence) == [("Y01", found, suggestion)]


def test_each_kind_of_year_is_explained_in_its_own_words() -> None:
    before, own, between = findings_in("Từ năm 2023, năm 2024 và năm 2025.", new=2026)
    assert before.vi == "Bản năm 2024 nhắc năm liền trước; với bản năm 2026, năm liền trước là 2025."
    assert own.vi == "Dự thảo này lập cho năm 2026 mà chỗ này còn ghi năm 2024."
    assert between.vi == "Năm 2025 đã qua khi lập bản năm 2026."
    assert [finding.suggestion for finding in (before, own, between)] == ["năm 2025", "năm 2026", None]


@pytest.mark.parametrize(
    "sentence",
    [
        "Thực hiện Chỉ thị số 19/CT-TTg ngày 16/7/2024 của Thủ tướng Chính phủ về thi đua.",
        "Thực hiện Nghị định số 152/2024/NĐ-CP; Kết luận 01-KL/TW, ngày 18 tháng 5 năm 2023 của Bộ Chính trị.",
        "Theo Nghị quyết số 29-NQ/TW của Ban Chấp hành Trung ương Đảng ngày 17/11/2023.",
        "Theo các Quyết định số 10/QĐ-UBND ngày 05/01/2024 và số 11/QĐ-UBND ngày 06/01/2024.",
        "Theo Quyết định của Chủ tịch Ủy ban nhân dân tỉnh ngày 12/3/2024.",
        "Thi hành Luật Thi đua, khen thưởng năm 2022, Luật Đất đai năm 2024 và Hiến pháp năm 2013.",
        "Ngày Giải phóng miền Nam 30/4/1975; khởi công năm 2019; hoàn thành năm 2030.",
        "Tập huấn 2024 người, cấp 2.024 thẻ, chi 2024 tỷ đồng, số 0242024.",
    ],
)
def test_citations_history_and_numbers_are_left_alone(sentence: str) -> None:
    assert blamed(sentence) == []


def test_deadline_beside_a_plan_is_not_a_citation() -> None:
    sentence = "Xây dựng Kế hoạch trước ngày 31/3/2024; thực hiện Chỉ thị số 05/CT-UBND xong trong ngày 15/4/2024."
    assert [found for _, found, _ in blamed(sentence)] == ["ngày 31/3/2024", "ngày 15/4/2024"]


def test_year_in_the_title_of_a_cited_document_is_shown_without_a_suggestion() -> None:
    sentence = (
        "Thực hiện Kế hoạch số 15/KH-UBND ngày 15/01/2024 của UBND tỉnh về phong trào thi đua năm 2024; phấn đấu"
        " năm 2024 vượt chỉ tiêu."
    )
    assert blamed(sentence) == [("Y01", "năm 2024", None), ("Y01", "năm 2024", "năm 2025")]
    assert "văn bản được viện dẫn" in findings_in(sentence)[0].vi


def test_title_of_a_cited_document_ends_somewhere() -> None:
    sentence = f"Theo Kế hoạch số 15/KH-UBND ngày 15/01/2024 {'rất dài ' * 70}năm 2024"
    assert blamed(sentence) == [("Y01", "năm 2024", "năm 2025")]


@pytest.mark.parametrize(
    ("sentence", "found", "suggestion"),
    [
        ("Kế hoạch 5 năm (2021-2025).", "2021-2025", "2026-2030"),
        ("Giai đoạn 2021 – 2025 đạt kết quả.", "Giai đoạn 2021 – 2025", "Giai đoạn 2026 – 2030"),
        ("Theo Đề án giai đoạn 2022- 2025.", "giai đoạn 2022- 2025", None),
        ("Trong các năm từ năm 2022 đến hết năm 2025.", "từ năm 2022 đến hết năm 2025", None),
        ("Đến năm 2025 đạt chuẩn; đến năm 2030 vượt.", "Đến năm 2025", None),
        ("Phấn đấu đến hết năm 2024 đạt 95%.", "đến hết năm 2024", "đến hết năm 2026"),
        ("Năm học 2023 - 2024 và 2024-2025.", "Năm học 2023 - 2024", "Năm học 2025 - 2026"),
    ],
)
def test_period_that_is_over_is_found(sentence: str, found: str, suggestion: str | None) -> None:
    assert blamed(sentence, new=2026)[0] == ("Y02", found, suggestion)


def test_plan_named_in_a_cited_title_keeps_its_years() -> None:
    sentence = (
        "Chỉ thị số 19/CT-TTg ngày 16/7/2021 của Thủ tướng Chính phủ về thi đua thực hiện kế hoạch 5 năm (2021-2025)."
    )
    assert blamed(sentence) == []
    assert blamed(sentence, new=2026) == [("Y02", "2021-2025", None)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Giai đoạn 2021 - 2025 và tầm nhìn đến năm 2030.",
        "Kháng chiến 1946 - 1954, giai đoạn 2016 - 2020, năm học 2020 - 2021.",
        "Tính đến năm 2020 và đến năm 2025.",
    ],
)
def test_period_that_goes_on_or_was_over_long_ago_is_left_alone(sentence: str) -> None:
    assert blamed(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "found", "words"),
    [
        ("Nghị quyết Đại hội Đảng bộ các cấp nhiệm kỳ 2020 - 2025.", "nhiệm kỳ 2020 - 2025", "kết thúc trong năm 2025"),
        ("Hội đồng nhân dân nhiệm kỳ 2019-2024.", "nhiệm kỳ 2019-2024", "đã kết thúc năm 2024"),
        ("Tiến tới Đại hội Thi đua yêu nước; giữ vững.", "Tiến tới Đại hội Thi đua yêu nước", "đã diễn ra chưa"),
        ("Chuẩn bị tốt cho đại hội các chi bộ.", "Chuẩn bị tốt cho đại hội các chi bộ", "đã diễn ra chưa"),
        (
            "chào mừng Đại hội Công đoàn nhiệm kỳ 2023 - 2028.",
            "chào mừng Đại hội Công đoàn nhiệm kỳ 2023 - 2028",
            "đã diễn ra trước năm 2025",
        ),
    ],
)
def test_congress_or_term_that_may_be_over_is_found(sentence: str, found: str, words: str) -> None:
    (finding,) = findings_in(sentence)
    assert (finding.rule, finding.found, finding.suggestion) == ("Y04", found, None)
    assert words in finding.vi


@pytest.mark.parametrize(
    "sentence",
    [
        "Tiến tới Đại hội Đảng bộ các cấp nhiệm kỳ 2025 - 2030.",
        "Hội đồng nhân dân nhiệm kỳ 2021 - 2026; nhiệm kỳ 2010 - 2015.",
        "Thực hiện Nghị quyết Đại hội Đảng bộ tỉnh lần thứ XIX.",
    ],
)
def test_congress_to_come_and_resolutions_are_left_alone(sentence: str) -> None:
    assert blamed(sentence) == []


def test_year_that_was_still_to_come_is_asked_about_once_it_is_the_drafts_own() -> None:
    sentence = "Chuẩn bị nhiệm vụ năm 2025; giai đoạn 2021 - 2025; đến năm 2025; năm 2024 và năm 2026."
    assert looked_ahead_in(sentence) == [("Y06", "năm 2025", None)]


def test_heading_already_moved_on_is_not_asked_about() -> None:
    heading = (Passage(Part.TITLE, "BẢN GIAO ƯỚC THI ĐUA NĂM 2025"), Passage(Part.DATE, "Huế, ngày tháng 5 năm 2025"))
    assert list(looked_ahead(heading, YearMove(2024, 2025))) == []


def test_date_line_is_not_looked_at() -> None:
    date = (Passage(Part.DATE, "Bắc Giang, ngày tháng 5 năm 2024"),)
    assert list(stale_references(date, YearMove(2024, 2025))) == []


def test_real_pledge_has_thirteen_stale_references_a_year_later() -> None:
    found = list(stale_references(passages_of(seed_text()), YearMove(2024, 2025)))
    by_rule = {rule: sum(finding.rule == rule for finding in found) for rule in ("Y01", "Y02", "Y03", "Y04")}
    assert by_rule == {"Y01": 9, "Y02": 0, "Y03": 3, "Y04": 1}
    assert not any("16/7/2021" in finding.found for finding in found)


def test_five_year_plan_of_the_real_pledge_is_over_in_2026() -> None:
    found = stale_references(passages_of(seed_text()), YearMove(2024, 2026))
    assert [finding.found for finding in found if finding.rule == "Y02"] == [
        "2021-2025",
        "đến năm 2025",
        "giai đoạn 2022- 2025",
    ]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("unit", "blames"),
    [("năm 2024 ", True), ("1", False), ("Luật ", False), ("kỷ niệm 70 năm ", True), ("10/KH-UB ", False)],
)
def test_very_long_passage_is_read_to_its_end(unit: str, blames: bool) -> None:
    # Two nested searches would take hours here, which the time limit of the test turns into a failure.
    assert bool(findings_in(unit * (200_000 // len(unit)))) is blames
