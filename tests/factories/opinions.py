"""A table of opinions without a database: two rounds of five agencies, every kind of answer, hostile words."""

from __future__ import annotations

import datetime as dt
from datetime import UTC, datetime

from approval.adapters.opinion_sheet import OpinionSheet, opinion_sheet
from approval.domain.anchors import Anchor
from approval.domain.opinion_table import (
    Opinion,
    OpinionAnswer,
    OpinionTable,
    Respondent,
    RoundOpinions,
    in_page_order,
)
from approval.domain.states import AnswerKind, VerdictKind

MAY_6 = datetime(2024, 5, 6, 2, 0, tzinfo=UTC)
MAY_13 = datetime(2024, 5, 13, 10, 0, tzinfo=UTC)
AGENCIES = (
    "Sở Ngoại vụ",
    "Bảo hiểm xã hội tỉnh",
    "Sở Lao động - Thương binh và Xã hội",
    "Sở Văn hóa, Thể thao và Du lịch",
    "Sở Y tế",
)
HOSTILE = '<script>alert(1)</script> #import "x" $a^2$ \\ @label {{7*7}}'
EMOJI = "Rất tốt 😀"


def answer(kind: AnswerKind, words: str = "", place: str = "", *, taken: bool = False) -> OpinionAnswer:
    """An answer of the coordinator."""
    return OpinionAnswer(kind, words, Anchor.parse(place) if place else None, taken, MAY_13)


def opinion(
    number: int,
    position: int,
    part: str = "clause:1",
    body: str = "Nên nêu rõ chỉ tiêu.",
    *,
    quote: str = "",
    replacement: str | None = None,
    answered: OpinionAnswer | None = None,
) -> Opinion:
    """What one agency says of one part."""
    agency = AGENCIES[position - 1]
    return Opinion(number, position, agency, Anchor.parse(part), quote, replacement, body, MAY_6, answered)


def respondents(*verdicts: VerdictKind | None) -> tuple[Respondent, ...]:
    """The first agencies with these verdicts."""
    pairs = zip(AGENCIES, verdicts, strict=False)
    return tuple(Respondent(position, name, verdict) for position, (name, verdict) in enumerate(pairs, start=1))


def round_of(
    opinions: tuple[Opinion, ...] = (),
    asked: tuple[Respondent, ...] = (),
    *,
    number: int = 1,
    overdue: bool = False,
    cut_short: bool = False,
    deadline: datetime | None = MAY_13,
) -> RoundOpinions:
    """One round."""
    sha256 = f"{number:x}cc7b6e0" * 8
    return RoundOpinions(number, number, sha256, MAY_6, deadline, overdue, cut_short, asked, in_page_order(opinions))


def table_of(*rounds: RoundOpinions) -> OpinionTable:
    """A table of these rounds."""
    return OpinionTable("d9b1", "BẢN GIAO ƯỚC THI ĐUA NĂM 2024", "Khối thi đua", rounds)


def two_rounds() -> OpinionTable:
    """The whole variety."""
    kinds = AnswerKind
    first = round_of(
        (
            opinion(
                1,
                5,
                "clause:3",
                "",
                quote="âng cao",
                replacement="Nâng cao",
                answered=answer(kinds.ACCEPTED, place="clause:3", taken=True),
            ),
            opinion(2, 4, "preamble", f"Hai dòng.\n{HOSTILE}", answered=answer(kinds.ACCEPTED, "Đã sửa.", "preamble")),
            opinion(
                3, 3, "clause:4", EMOJI, quote="các", replacement="", answered=answer(kinds.EXPLAINED, "Giữ\nnguyên.")
            ),
            opinion(
                4, 3, "whole", "x" * 10_000, quote="", answered=answer(kinds.PARTLY_ACCEPTED, "Một phần.", "clause:1")
            ),
            opinion(5, 5, "closing", "Gọn hơn.", quote="thi đua./."),
        ),
        respondents(VerdictKind.AGREE, None, VerdictKind.AGREE_WITH_COMMENTS, None, VerdictKind.REQUEST_CHANGES),
        overdue=True,
    )
    second = round_of((), respondents(*[VerdictKind.AGREE] * 5), number=2)
    return table_of(first, second)


def sheet_of(table: OpinionTable, *, rounds: tuple[RoundOpinions, ...] | None = None) -> OpinionSheet:
    """The table in words, made on 15 May 2024."""
    return opinion_sheet(
        table,
        table.rounds if rounds is None else rounds,
        superior="UBND tỉnh Bắc Giang",
        bloc_name="Các cơ quan lĩnh vực văn hóa, xã hội 2",
        place="Bắc Giang",
        day=dt.date(2024, 5, 15),
    )
