"""What the pledge template is given."""

from __future__ import annotations

import dataclasses

from approval.adapters.typeset_input import HeaderPrint, parties_of, pledge_data
from approval.domain.document import TEST_NOTICE
from approval.domain.pledge_text import Clause, DateLine
from tests.factories.pledge_texts import seed_text, small_text

HEADER = HeaderPrint(parent="UBND TỈNH", bloc="KHỐI")


def test_clauses_carry_their_number_on_the_first_paragraph_only() -> None:
    text = dataclasses.replace(
        small_text(2),
        preamble=("Mở.",),
        clauses=(Clause(1, ("Một.", "Thêm.")), Clause(2, ("Hai.",))),
        closing=("Hết./.",),
    )
    body = pledge_data(text, parties_of(text), HEADER, None)["body"]
    assert [item["text"] for item in body] == ["Mở.", "1. Một.", "Thêm.", "2. Hai.", "Hết./."]


def test_the_date_is_printed_after_the_decree() -> None:
    text = small_text(2, date=DateLine(5, 3, 2024))
    date = pledge_data(text, parties_of(text), HEADER, None)["date"]
    assert [date[part]["text"] for part in ("day", "month", "year")] == ["05", "3", "2024"]
    blank = small_text(2, date=DateLine())
    date = pledge_data(blank, parties_of(blank), HEADER, None)["date"]
    assert [date[part]["text"] for part in ("day", "month", "year")] == ["", "", ""]
    assert [date[part]["field"] for part in ("day", "month", "year")] == ["NGAY", "THANG", "NAM"]


def test_parties_keep_protocol_order_and_wording() -> None:
    text = seed_text()
    data = pledge_data(text, parties_of(text), HEADER, None)
    assert [p["field"] for p in data["parties"]] == ["KY_01", "KY_02", "KY_03", "KY_04", "KY_05"]
    assert [p["heading"] for p in data["parties"]] == [party.heading for party in text.parties]


def test_notice_and_mark_only_when_asked() -> None:
    text = small_text(2)
    plain = pledge_data(text, parties_of(text), HEADER, None)
    assert (plain["notice"], plain["mark"]) == ("", "")
    tested = pledge_data(text, parties_of(text), dataclasses.replace(HEADER, test_notice=True), "DỰ THẢO")
    assert (tested["notice"], tested["mark"]) == (TEST_NOTICE, "DỰ THẢO")
