"""Date lines accepted and refused when signing opens."""

from __future__ import annotations

import datetime as dt

import pytest

from approval.domain.errors import InvalidInputError
from approval.domain.opening_date import check_opening_date
from approval.domain.pledge_text import DateLine, DatePolicy

FILLED, FIXED = DatePolicy.FILLED_AT_FINALISATION, DatePolicy.FIXED_AT_OPENING
DRAFTED = DateLine(None, 5, 2024)


def _check(printed: DateLine, policy: DatePolicy, *, today: str = "2024-05-15", until: str = "2024-05-20") -> None:
    check_opening_date(
        drafted=DRAFTED,
        printed=printed,
        policy=policy,
        place="Bắc Giang",
        today=dt.date.fromisoformat(today),
        deadline_day=dt.date.fromisoformat(until),
    )


@pytest.mark.parametrize(
    ("printed", "policy", "today", "until"),
    [
        (DateLine(None, 5, 2024), FILLED, "2024-05-15", "2024-05-31"),
        (DateLine(None, None, None), FILLED, "2026-11-23", "2026-12-04"),
        (DateLine(None, None, 2024), FILLED, "2024-05-15", "2024-12-31"),
        (DateLine(10, 5, 2024), FIXED, "2026-11-23", "2026-12-04"),
    ],
)
def test_completing_and_blanking_are_accepted(printed: DateLine, policy: DatePolicy, today: str, until: str) -> None:
    _check(printed, policy, today=today, until=until)


@pytest.mark.parametrize(
    ("printed", "policy", "today", "until", "refusal"),
    [
        (DateLine(10, 6, 2024), FIXED, "2024-05-15", "2024-05-20", ("date-changed", "date")),
        (DateLine(None, 5, 2025), FILLED, "2024-05-15", "2024-05-20", ("date-changed", "date")),
        (DateLine(32, 5, 2024), FIXED, "2024-05-15", "2024-05-20", ("date-impossible", "date")),
        (DateLine(None, 5, 2024), FIXED, "2024-05-15", "2024-05-20", ("date-incomplete", "date")),
        (DateLine(None, 5, 2024), FILLED, "2026-11-23", "2026-12-04", ("date-cannot-fall", "date")),
        (DateLine(None, 5, 2024), FILLED, "2024-05-30", "2024-06-03", ("deadline-beyond-date", "deadline")),
    ],
)
def test_contradictions_are_refused(
    printed: DateLine, policy: DatePolicy, today: str, until: str, refusal: tuple[str, str]
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        _check(printed, policy, today=today, until=until)

    assert (refused.value.code, refused.value.field) == refusal
