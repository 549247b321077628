"""One part of a draft that two people changed differently, and the rule that tells when they did."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeVar

Lines = tuple[str, ...]
Value = TypeVar("Value")

ORDER = "order"
_LABELS = {
    "place": "Địa danh",
    "date": "Ngày tháng năm",
    "title": "Tên văn bản",
    "subject": "Trích yếu",
    "preamble": "Phần mở đầu",
    "closing": "Phần kết",
    "parties": "Phần ký",
    ORDER: "Thứ tự các khoản",
}
_CLAUSE = re.compile(r"clause-([1-9][0-9]{0,2})")


@dataclass(frozen=True, slots=True)
class MergeConflict:
    """`part` is a part of the merged text ("title", "clause-3", "order"); each side's paragraphs or lines.

    Without lines the side has removed the part; `base` has none for a clause's place. Lines of "order" begin with the
    clause's number in the merged text and a tab.
    """

    part: str
    base: Lines
    theirs: Lines
    mine: Lines


def merge_values(base: Value, theirs: Value, mine: Value) -> tuple[Value, bool]:
    """What to keep, and whether only one side changed it (or both alike); if not, `mine` is what comes back."""
    if theirs in (base, mine):
        return mine, True
    return (theirs, True) if mine == base else (mine, False)


def part_label(part: str) -> str:
    """How people call a part: "Khoản 3". Raises LookupError for what is none."""
    match = _CLAUSE.fullmatch(part)
    return f"Khoản {match[1]}" if match else _LABELS[part]


def clause_index(part: str) -> int | None:
    """Place (from 0) of the clause that "clause-3" names; None for other parts."""
    match = _CLAUSE.fullmatch(part)
    return int(match[1]) - 1 if match else None
