"""A year on a virtual clock: real services, a real mail server; every mail that ought to come came, and no other."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from datetime import date, datetime, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask

from approval.domain.vietnam_time import VIETNAM_TIME
from tests.factories.reminder_acts import name_superior
from tests.factories.reminder_year import AGENCIES, Ask, ReminderYear, at
from tests.factories.signing_house import MovingClock
from tests.servers.databases import fill_memory
from tests.servers.fixtures import AppFactory
from tests.servers.smtp import SmtpSink
from worker.relay_mail import relay_mail

# From the calendars that the government announced for 2024 and 2025.
FREE = {date(2024, 1, 1), *(date(2024, 2, day) for day in range(8, 15)), date(2024, 4, 18), date(2024, 4, 29)}
FREE |= {date(2024, 4, 30), date(2024, 5, 1), date(2024, 9, 2), date(2024, 9, 3), date(2025, 1, 1)}
WORKDAYS = [
    day
    for day in (date(2024, 1, 1) + timedelta(days=n) for n in range(400))
    if day == date(2024, 5, 4) or (day.weekday() < 5 and day not in FREE)
]
LABELS = {
    "Nhắc việc": "cadence",
    "Sắp hết hạn": "day-before",
    "Hôm nay hết hạn": "on-the-day",
    "Nhắc quá hạn": "late",
    "Báo cáo việc quá hạn": "escalation",
}
Mail = tuple[date, str, str, frozenset[str]]


def expected_of(ask: Ask) -> list[tuple[date, str]]:
    """The oracle: for each working day the reason to write, if there is one; then the cap; then what came between."""
    rule, last = ask.policy, ask.deadline.date()
    leaves = ask.invited.date()
    if leaves not in WORKDAYS or ask.invited.hour >= 17:
        leaves = next(day for day in WORKDAYS if day > leaves)
    before = max(day for day in WORKDAYS if day < last)
    asked, told = [], []
    for number, day in enumerate((day for day in WORKDAYS if day > leaves), start=1):
        late = sum(last < other <= day for other in WORKDAYS)
        nth = number - rule.first_after
        if day < last and rule.first_after and nth >= 0 and (nth % rule.every == 0 if rule.every else nth == 0):
            asked.append((day, "day-before" if rule.day_before and day == before else "cadence"))
        elif day == before and rule.day_before:
            asked.append((day, "day-before"))
        elif day == last and rule.on_the_day:
            asked.append((day, "on-the-day"))
        elif late and rule.late_every and late % rule.late_every == 0:
            asked.append((day, "late"))
        if rule.escalate_after and sum(max(last, leaves) < other <= day for other in WORKDAYS) == rule.escalate_after:
            told.append((day, "escalation"))
    first = [one for one in asked if one[1] != "cadence" and one[1] != "late"]
    first = (first + [one for one in asked if one[1] == "late"][:1])[: rule.cap]
    rest = [one for one in asked if one not in first][: rule.cap - len(first)]
    kept = [(day, kind) for day, kind in first + rest if at(day, 8) < ask.left] + told
    return [(day, kind) for day, kind in kept if at(day, 8) < ask.stopped and day not in ask.paused]


def expected_mails(year: ReminderYear, superiors: dict[int, str], until: date) -> list[Mail]:
    """One mail a reader and morning; several pledges make a digest."""
    mornings: dict[tuple[date, str], list[tuple[str, str]]] = defaultdict(list)
    for ask in year.asks:
        for day, kind in expected_of(ask):
            reader = superiors.get(ask.agency_id) if kind == "escalation" else ask.address
            if reader is not None and day <= until:
                mornings[day, reader].append((kind, ask.title))
    return sorted(
        (day, reader, _said(reasons), frozenset(title for _, title in reasons))
        for (day, reader), reasons in mornings.items()
    )


def _said(reasons: list[tuple[str, str]]) -> str:
    kinds = {kind for kind, _ in reasons}
    return kinds.pop() if len(reasons) == 1 or kinds == {"escalation"} else "digest"


def sent_mails(sink: SmtpSink) -> list[Mail]:
    """The reminders among the mails as kept by the server."""
    found = []
    for mail in sink.mails:
        text = plain(mail)
        label = text.splitlines()[0].capitalize()
        kind = "digest" if re.fullmatch(r"Nhắc \d\d việc", label) else LABELS.get(label)
        if kind is not None:
            titles = frozenset(re.findall(r"BẢN GIAO ƯỚC SỐ \d\d", " ".join(text.split())))
            found.append((mail["Date"].datetime.date(), str(mail["To"].addresses[0].addr_spec), kind, titles))
    return sorted(found)


def named(sink: SmtpSink) -> list[str]:
    """Who was told that they act for an agency from now on."""
    return [str(mail["To"].addresses[0].addr_spec) for mail in sink.mails if "được giao đại diện" in mail["Subject"]]


def plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock(at(date(2024, 1, 2), 7))


@pytest.fixture
def year(app_factory: AppFactory, migrated_sqlite: object, clock: MovingClock, smtp_sink: SmtpSink) -> ReminderYear:
    app = app_factory(database_url="sqlite://", clock=clock, smtp_port=smtp_sink.port, quiet_hours=True)
    fill_memory(app, migrated_sqlite)  # type: ignore[arg-type]
    made = ReminderYear(app, clock, random.Random(4))
    made.populate()
    return made


def relay(app: Flask) -> None:
    with app.app_context():
        relay_mail()


@pytest.mark.uncounted
def test_a_year_of_reminders(year: ReminderYear, smtp_sink: SmtpSink) -> None:
    first_agency, second_agency, _ = year.houses[0].agencies
    superiors = {first_agency: "cap-tren-1@tinh.example", second_agency: "cap-tren-2@tinh.example"}
    with year.app.app_context():
        for agency_id, address in superiors.items():
            name_superior(year.houses[0], agency_id, address)
    # Tết, the holidays of April and September, and the rest spread out; some rounds go out at night.
    starts = [(1, 29), (1, 31), (2, 5), (4, 22), (4, 24), (4, 26), (5, 3), (8, 27)]
    starts += [(3 + n % 9, 3 + 2 * n) for n in range(12)]
    for number, (month, first) in enumerate(starts, start=1):
        year.plan_pledge(number, at(date(2024, month, first), 20 if number % 4 == 0 else 10))
    until = date(2024, 12, 31)
    day = date(2024, 1, 2)
    while day <= until:
        live_through(year, day)
        day += timedelta(days=1)
    assert len({ask.title for ask in year.asks}) == 20
    assert len(year.houses) * AGENCIES == 9
    expected = expected_mails(year, superiors, until)
    sent = sent_mails(smtp_sink)
    print(
        f"\n{len(year.asks)} asks, {len(expected)} reminders expected, {len(sent)} sent, {len(smtp_sink.mails)} mails"
    )
    assert [mail for mail in expected if mail not in sent] == [], "missing"
    assert [mail for mail in sent if mail not in expected] == [], "extra"
    assert sent == expected
    assert sorted(named(smtp_sink)) == sorted(year.named)
    # Some of them, asked in the middle of somebody else's cadence, had to be reminded too.
    assert len(year.named) >= 6
    assert len({reader for _, reader, _, _ in sent} & set(year.named)) >= 3
    assert {kind for _, _, kind, _ in sent} == {*LABELS.values(), "digest"}
    assert all(in_office_hours(mail["Date"].datetime) for mail in smtp_sink.mails)


def live_through(year: ReminderYear, day: date) -> None:
    """Before office hours' first reminder, at it, and whenever somebody did something."""
    for moment in (at(day, 7, 45), at(day, 8), at(day, 10), at(day, 20)):
        if moment.hour < 10 or moment in year.agenda:
            year.clock.moment = moment
            year.do(moment)
            relay(year.app)


def in_office_hours(moment: datetime) -> bool:
    local = moment.astimezone(VIETNAM_TIME)
    return local.date() in WORKDAYS and (7, 30) <= (local.hour, local.minute) < (17, 0)
