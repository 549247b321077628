"""The date line "Bắc Giang, ngày 05 tháng 5 năm 2024" and its parts that may be blank."""

from __future__ import annotations

import calendar
import datetime as dt
from enum import StrEnum

from approval.domain.errors import InvalidInputError
from approval.domain.pledge_text import DateLine

# With the year unknown, 29 February must be possible; any leap year serves.
_SOME_LEAP_YEAR = 2024
_DAYS_WITH_ZERO = range(1, 10)
_MONTHS_WITH_ZERO = range(1, 3)
_MONTHS = range(1, 13)
_YEARS = range(1900, 3000)


class DatePart(StrEnum):
    """A part of the date line; the value is the attribute of `DateLine`."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class DateMismatchError(InvalidInputError):
    """The day to be filled in contradicts the month or year printed in the draft."""


def date_part_text(part: DatePart, value: int | None) -> str:
    """How one part is printed; "" when blank.

    NĐ 30/2020 Phụ lục I: days below 10 and months 1 and 2 get a leading zero, months 3 to 9 do not.
    """
    if value is None:
        return ""
    with_zero = {DatePart.DAY: _DAYS_WITH_ZERO, DatePart.MONTH: _MONTHS_WITH_ZERO}.get(part, ())
    return f"0{value}" if value in with_zero else str(value)


def render_date_line(place: str, date: DateLine) -> str:
    """The whole line; a blank part prints nothing: "Bắc Giang, ngày tháng 5 năm 2024"."""
    words = [f"{place}, ngày", date_part_text(DatePart.DAY, date.day)]
    words += ["tháng", date_part_text(DatePart.MONTH, date.month)]
    words += ["năm", date_part_text(DatePart.YEAR, date.year)]
    return " ".join(word for word in words if word)


def blank_parts(date: DateLine) -> tuple[DatePart, ...]:
    """The parts left blank, in printed order."""
    values = {DatePart.DAY: date.day, DatePart.MONTH: date.month, DatePart.YEAR: date.year}
    return tuple(part for part, value in values.items() if value is None)


def is_possible(date: DateLine) -> bool:
    """Whether some day of the calendar fits the given parts (31 April and year 0 do not)."""
    if date.year is not None and date.year not in _YEARS:
        return False
    if date.month is not None and date.month not in _MONTHS:
        return False
    if date.day is None:
        return True
    longest = 31 if date.month is None else calendar.monthrange(date.year or _SOME_LEAP_YEAR, date.month)[1]
    return 1 <= date.day <= longest


def can_fall_in(date: DateLine, today: dt.date) -> bool:
    """Whether `today` (Vietnam date) fits every part that is given; asked by the pre-flight of opening."""
    pairs = ((date.day, today.day), (date.month, today.month), (date.year, today.year))
    return all(given is None or given == actual for given, actual in pairs)


def fill(date: DateLine, day: dt.date) -> DateLine:
    """The line with its blank parts taken from `day` (Vietnam date); given parts stay.

    Raises DateMismatchError when a given part says otherwise: a signed text may not change its month.
    """
    if not can_fall_in(date, day):
        printed = render_date_line("…", date)
        raise DateMismatchError(
            "date_mismatch",
            f"Ngày {day:%d/%m/%Y} không khớp với dòng ngày tháng đã ghi “{printed}”; hãy chọn ngày khác"
            " hoặc để trống cả tháng và năm.",
            f"{day.isoformat()} does not fit the printed date line “{printed}”; choose another day"
            " or leave month and year blank as well.",
        )
    return DateLine(day.day, day.month, day.year)
