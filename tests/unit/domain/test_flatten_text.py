"""Running text in the order of the printed page."""

from __future__ import annotations

from approval.domain.flatten_text import flatten
from approval.domain.pledge_text import Clause, DateLine, DatePolicy, PartyBlock, PledgeText


def test_everything_printed_is_there_in_order() -> None:
    text = PledgeText(
        place="Hà Nội",
        date=DateLine(None, 2, 2025),
        date_policy=DatePolicy.FILLED_AT_FINALISATION,
        title="BẢN GIAO ƯỚC",
        subject="Khối 1",
        preamble=("Mở đầu:",),
        clauses=(Clause(1, ("Một.", "Thêm.")), Clause(2, ("Hai.",))),
        closing=("Hết./.",),
        parties=(PartyBlock("Sở Y tế", "ĐẠI DIỆN SỞ Y TẾ"),),
    )
    assert flatten(text).split("\n") == [
        "Hà Nội, ngày tháng 02 năm 2025",
        "BẢN GIAO ƯỚC",
        "Khối 1",
        "Mở đầu:",
        "1. Một.",
        "Thêm.",
        "2. Hai.",
        "Hết./.",
        "ĐẠI DIỆN SỞ Y TẾ",
    ]
