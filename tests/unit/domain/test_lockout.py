"""Locks come at every multiple of the limit and grow up to a ceiling."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from approval.domain.lockout import Lockout

NOW = datetime(2024, 5, 15, 2, 0, tzinfo=UTC)
RULE = Lockout(limit=5, first=timedelta(minutes=15), longest=timedelta(hours=1), memory=timedelta(hours=12))


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(0, None), (1, None), (4, None), (5, 15), (6, None), (9, None), (10, 30), (15, 60), (20, 60), (5000, 60)],
)
def test_lock_length(failures: int, minutes: int | None) -> None:
    expected = None if minutes is None else NOW + timedelta(minutes=minutes)

    assert RULE.locked_until(failures, NOW) == expected


@pytest.mark.parametrize(("failures", "left"), [(0, 5), (1, 4), (2, 3), (4, 1), (5, 5), (6, 4), (9, 1)])
def test_tries_left_until_the_next_lock(failures: int, left: int) -> None:
    assert RULE.tries_left(failures) == left


def test_failures_are_forgotten_only_after_the_memory_has_passed() -> None:
    edge = NOW + timedelta(hours=12)

    assert not RULE.is_forgotten(last_failure=NOW, locked_until=None, now=edge)
    assert RULE.is_forgotten(last_failure=NOW, locked_until=None, now=edge + timedelta(seconds=1))


def test_memory_starts_at_the_end_of_the_lock() -> None:
    lock_end = NOW + timedelta(hours=4)

    assert not RULE.is_forgotten(last_failure=NOW, locked_until=lock_end, now=lock_end + timedelta(hours=12))
