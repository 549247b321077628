"""How moments, counts and fingerprints are written for people (Asia/Ho_Chi_Minh, Nghị định 30/2020 habits)."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask

from approval.adapters.clock import VIETNAM
from approval.domain.spoken_title import spoken_title
from approval.extensions import parts

_PADDED_MONTHS = (1, 2)
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


def register_formatting(app: Flask) -> None:
    """Make the formats known to templates as filters."""
    app.jinja_env.filters.update(
        vn_date=vn_date,
        vn_time=vn_time,
        vn_datetime=vn_datetime,
        vn_audit=vn_audit,
        vn_weekday=vn_weekday,
        iso=iso,
        fingerprint=fingerprint,
        short_fingerprint=short_fingerprint,
        two_digits=two_digits,
        initials=initials,
        spoken_title=spoken_title,
    )
    app.jinja_env.globals["now"] = current_moment


def current_moment() -> datetime:
    """Now, aware UTC, by the product's clock."""
    return parts().clock.now()


def vn_date(moment: datetime | date) -> str:
    """`21/5/2024`: the day with two digits below 10, months 1 and 2 too (Decree 30, so that nothing can be added)."""
    day = _local_day(moment)
    month = f"{day.month:02d}" if day.month in _PADDED_MONTHS else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"


def vn_time(moment: datetime) -> str:
    """`09:12`."""
    return f"{moment.astimezone(VIETNAM):%H:%M}"


def vn_datetime(moment: datetime) -> str:
    """`17:00 21/5/2024`."""
    return f"{vn_time(moment)} {vn_date(moment)}"


def vn_audit(moment: datetime) -> str:
    """`14:02:05 +07:00 21/5/2024`: to the second and with its offset, for the history."""
    return f"{moment.astimezone(VIETNAM):%H:%M:%S} +07:00 {vn_date(moment)}"


def vn_weekday(moment: datetime | date) -> str:
    """`Thứ Ba`."""
    return WEEKDAYS[_local_day(moment).weekday()]


def iso(moment: datetime) -> str:
    """Machine form for `datetime` attributes: `2024-05-21T17:00:00+07:00`."""
    return moment.astimezone(VIETNAM).isoformat(timespec="seconds")


def fingerprint(sha256: str) -> str:
    """The whole digest in groups of four: `4CC7 B6E0 …`."""
    upper = sha256.upper()
    return " ".join(upper[start : start + 4] for start in range(0, len(upper), 4))


def short_fingerprint(sha256: str) -> str:
    """The first eight digits, `4CC7 B6E0`: enough for a person to compare two papers."""
    return fingerprint(sha256[:8])


def two_digits(count: int) -> str:
    """`05`, the way counts of bodies are written."""
    return f"{count:02d}"


def initials(name: str) -> str:
    """Two letters for the round badge: of the last two words ("Đại diện Sở Y tế" → "YT")."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalpha()]
    return "".join(word[0] for word in words[-2:]).upper()


def _local_day(moment: datetime | date) -> date:
    return moment.astimezone(VIETNAM).date() if isinstance(moment, datetime) else moment
