"""The table of opinions as the plain data handed to its Typst template; what the fonts lack is written out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from approval.adapters.opinion_sheet import COLUMNS, NO_OPINIONS, SHEET_TITLE, OpinionSheet, SheetRound, SheetRow
from approval.adapters.typeset_glyphs import is_printable
from approval.domain.date_line import DatePart, date_part_text
from approval.domain.hidden_characters import code_point

_NOTE = (
    "Ký tự không có trong phông chữ của bảng được ghi bằng mã Unicode trong ngoặc vuông, ví dụ {example}; "
    "nguyên văn xem trên trang của văn bản."
)


def opinion_print_data(sheet: OpinionSheet) -> dict[str, Any]:
    """JSON-ready data for `opinions.typ`; every string can be printed, and a note says so where letters gave way."""
    lost: set[str] = set()
    data = {
        "title": SHEET_TITLE,
        "about": sheet.about,
        "header": {"parent": sheet.superior, "bloc": sheet.bloc},
        "date": _date(sheet),
        "columns": list(COLUMNS),
        "rounds": [_round(one) for one in sheet.rounds],
        "empty": NO_OPINIONS,
        "foot": f"Lập từ dữ liệu của hệ thống, mã SHA-256 {sheet.data_sha256.upper()}",
    }
    printable = written_out(data, lost)
    notes = [_NOTE.format(example=_named(min(lost)))] if lost else []
    return {**printable, "notes": notes}


def _date(sheet: OpinionSheet) -> dict[str, Any]:
    """The shape the heading prints; every part is given, so that no field for it is made."""
    values = {DatePart.DAY: sheet.day.day, DatePart.MONTH: sheet.day.month, DatePart.YEAR: sheet.day.year}
    return {
        "place": sheet.place,
        **{part.value: {"text": date_part_text(part, value)} for part, value in values.items()},
    }


def _round(one: SheetRound) -> dict[str, Any]:
    return {
        "heading": one.heading,
        "figures": one.figures,
        "rows": [_row(row) for row in one.rows],
        "rest": [{"label": label, "names": list(names)} for label, names in one.rest],
    }


def _row(row: SheetRow) -> dict[str, Any]:
    return {"cells": [list(cell) for cell in row.cells], "long": row.is_long}


def written_out(data: Any, lost: set[str]) -> Any:
    """The data with every letter the fonts lack as its code point; those letters are added to `lost`."""
    match data:
        case str():
            return "".join(_letters(data, lost))
        case dict():
            return {key: written_out(value, lost) for key, value in data.items()}
        case bool():
            return data
        case _:
            return [written_out(value, lost) for value in data]


def _letters(words: str, lost: set[str]) -> Iterable[str]:
    for character in words:
        if is_printable(character):
            yield character
        else:
            lost.add(character)
            yield _named(character)


def _named(character: str) -> str:
    return f"[{code_point(character)}]"
