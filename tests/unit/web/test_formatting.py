"""Dates, counts and fingerprints as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from approval.web.formatting import (
    fingerprint,
    initials,
    iso,
    short_fingerprint,
    two_digits,
    vn_audit,
    vn_date,
    vn_datetime,
    vn_weekday,
)

LATE_EVENING_UTC = datetime(2024, 5, 21, 18, 30, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2024, 5, 21), "21/5/2024"),
        (date(2024, 5, 5), "05/5/2024"),
        (date(2024, 1, 2), "02/01/2024"),
        (date(2024, 2, 29), "29/02/2024"),
        (date(2024, 12, 10), "10/12/2024"),
    ],
)
def test_dates_follow_decree_30(day: date, written: str) -> None:
    assert vn_date(day) == written


def test_moments_are_told_in_vietnam_time() -> None:
    assert vn_datetime(LATE_EVENING_UTC) == "01:30 22/5/2024"
    assert vn_audit(LATE_EVENING_UTC) == "01:30:05 +07:00 22/5/2024"
    assert vn_weekday(LATE_EVENING_UTC) == "Thứ Tư"
    assert iso(LATE_EVENING_UTC) == "2024-05-22T01:30:05+07:00"


def test_fingerprints_come_in_groups_of_four() -> None:
    sha256 = "4cc7b6e0" + "0" * 56
    assert short_fingerprint(sha256) == "4CC7 B6E0"
    assert fingerprint(sha256).replace(" ", "").lower() == sha256
    assert len(fingerprint(sha256).split()) == 16


def test_counts_have_two_digits() -> None:
    assert [two_digits(5), two_digits(40)] == ["05", "40"]


@pytest.mark.parametrize(
    ("name", "letters"), [("Đại diện Sở Y tế", "YT"), ("Quản trị", "QT"), ("An", "A"), ("", ""), ("Sở LĐ - XH 2", "LX")]
)
def test_badge_shows_the_last_two_words(name: str, letters: str) -> None:
    assert initials(name) == letters
