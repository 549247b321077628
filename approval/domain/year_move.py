"""From the year a pledge was written for to the year it is now drafted for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from approval.domain.errors import InvalidInputError
from approval.domain.pledge_text import PledgeText

MOST_YEARS_ON = 5
"""A pledge is yearly; who reaches further back than a five-year plan starts from a file instead."""

_YEAR = re.compile(r"(?<![\d/.-])20\d{2}(?![\d/])")


@dataclass(frozen=True, slots=True)
class YearMove:
    """`old` is the year of the source, `new` the later year of the draft."""

    old: int
    new: int

    @property
    def step(self) -> int:
        """How many years lie between."""
        return self.new - self.old

    def is_past(self, year: int) -> bool:
        """Whether `year` was current in the source (its own year, the year before with its results) or passed since."""
        return self.old - 1 <= year < self.new

    def moved(self, year: int) -> int | None:
        """The year that stands to the draft as `year` stood to the source; None for years no rule can tell."""
        return year + self.step if self.old - 1 <= year <= self.old else None


def pledge_year(text: PledgeText) -> int | None:
    """The year a pledge is for: the latest its title names, else that of its date line, else None."""
    named = [int(year) for year in _YEAR.findall(text.title)]
    return max(named) if named else text.date.year


def year_move(*, old: int, new: int) -> YearMove:
    """The move to a later year. Raises InvalidInputError (field `year`) for one that is not later, or too far."""
    if not old < new <= old + MOST_YEARS_ON:
        raise InvalidInputError(
            "year-out-of-range",
            f"Bản gốc của năm {old}, nên năm của dự thảo mới phải từ {old + 1} đến {old + MOST_YEARS_ON}. "
            "Sửa năm rồi gửi lại.",
            f"The source is of {old}, so the new draft's year must be {old + 1} to {old + MOST_YEARS_ON}. "
            "Correct the year and send again.",
            field="year",
        )
    return YearMove(old, new)
