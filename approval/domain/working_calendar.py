"""The working calendar of an installation: Vietnam's public calendar, with the administrator's own days on top.

Weekends and public holidays (Bộ luật Lao động 2019, Điều 112, with the yearly exchange of days) come from the
`holidays` library; the government announces exchanged Saturdays and extra days off year by year, sometimes after the
library's release, so an administrator's word about a day counts more. Mail leaves in office hours only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays

from approval.domain.vietnam_time import VIETNAM_TIME, in_vietnam

MAIL_FROM, MAIL_UNTIL = time(7, 30, tzinfo=VIETNAM_TIME), time(17, 0, tzinfo=VIETNAM_TIME)


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Which days offices are open. `opened` and `closed` are the administrator's own days; they share none.

    Raises ValueError for a day that is in both.
    """

    opened: frozenset[date] = frozenset()
    closed: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if self.opened & self.closed:
            raise ValueError("a day cannot be open and closed")

    def is_working_day(self, day: date) -> bool:
        """Whether offices are open on a Vietnam date."""
        if day in self.opened:
            return True
        return day not in self.closed and _public_calendar(day.year).is_working_day(day)

    def why_closed(self, day: date) -> str:
        """Why offices are closed on a day, for people ("Tết Nguyên Đán"); empty on a working day."""
        if self.is_working_day(day):
            return ""
        if day in self.closed:
            return "ngày nghỉ do Quản trị đặt"
        return str(_public_calendar(day.year).get(day) or "ngày nghỉ cuối tuần")

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        return self._nearest(day, timedelta(days=1))

    def previous_working_day(self, day: date) -> date:
        """The last working day before `day`."""
        return self._nearest(day, timedelta(days=-1))

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th (0 or more) working day after `day`; 0 gives `day` itself. Raises ValueError below 0."""
        if count < 0:
            raise ValueError("working days are counted forwards")
        for _ in range(count):
            day = self.next_working_day(day)
        return day

    def is_mail_time(self, moment: datetime) -> bool:
        """Whether mail may leave: 07:30 to 17:00 (the end excluded) on a working day. `moment` is aware."""
        local = in_vietnam(moment)
        return self.is_working_day(local.date()) and MAIL_FROM <= local.timetz() < MAIL_UNTIL

    def next_mail_time(self, moment: datetime) -> datetime:
        """The moment itself (at +07:00) when mail may leave, else 07:30 of the next time it may."""
        local = in_vietnam(moment)
        if self.is_mail_time(local):
            return local
        day = local.date()
        if local.timetz() >= MAIL_UNTIL or not self.is_working_day(day):
            day = self.next_working_day(day)
        return datetime.combine(day, MAIL_FROM)

    def _nearest(self, day: date, step: timedelta) -> date:
        day += step
        while not self.is_working_day(day):
            day += step
        return day


PUBLIC_CALENDAR = WorkingCalendar()
"""Vietnam's public calendar without anybody's own days."""


@lru_cache(maxsize=64)
def _public_calendar(year: int) -> holidays.HolidayBase:
    """One finished calendar a year: the library's own growing one is not safe to share between threads."""
    return holidays.country_holidays("VN", years=year, expand=False, language="vi")
