"""What must hold for every mail that arrives and every reminder that is closed, judged by the diary alone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage

from sqlalchemy import select

from approval.domain.reminder_plan import ReminderKind
from approval.domain.reminder_policy import Stage
from approval.domain.vietnam_time import VIETNAM_TIME
from approval.domain.working_calendar import PUBLIC_CALENDAR
from approval.extensions import db
from approval.models.outbox_message import OutboxMessage
from approval.models.reminder import Reminder
from tests.factories.reminder_acts import SUPERIOR, party_ids
from tests.factories.reminder_chaos import PARTIES, ChaoticOffice
from tests.factories.reminder_diary import Ask
from tests.factories.reminder_year import at

# From the calendar that the government announced for 2024.
FREE = {date(2024, 1, 1), *(date(2024, 2, day) for day in range(8, 15)), date(2024, 4, 18), date(2024, 4, 29)}
FREE |= {date(2024, 4, 30), date(2024, 5, 1), date(2024, 9, 2), date(2024, 9, 3)}
INVITATIONS = {
    Stage.REVIEW: ("review-invitation", "text-changed"),
    Stage.SIGNING: ("signing-invitation",),
}
TITLES = ("bản giao ước số 01", "bản giao ước số 02")


@dataclass(frozen=True)
class Arrival:
    """One reminder as it came: when, where to, and the rows of the plan behind it."""

    moment: datetime
    order: int
    mail: EmailMessage
    rows: tuple[Reminder, ...]

    @property
    def text(self) -> str:
        """The plain part on one line."""
        part = self.mail.get_body(("plain",))
        return "" if part is None else " ".join(str(part.get_content()).split())


class Judge:
    """Looks at each mail when it arrives, and at every row when all is over; `breaches` should stay empty."""

    def __init__(self, office: ChaoticOffice) -> None:
        self.office, self.diary = office, office.diary
        self.breaches: list[str] = []
        self.arrivals: list[Arrival] = []
        self._seen: dict[str, int] = {}
        self._counted: Counter[tuple[int, str, int]] = Counter()
        self._slots: Counter[tuple[int, str, int, str, str]] = Counter()
        self._mornings: Counter[tuple[int, str, int, date]] = Counter()

    def look(self) -> None:
        """At what came since the last look; the clock has not moved since."""
        now = self.office.clock.now()
        for mail in self.office.sink.mails[len(self._seen) :]:
            name = str(mail["Message-ID"])
            if name in self._seen:
                self._tell("twice", now, name)
            self._seen[name] = len(self._seen)
            self._judge_hour(mail, now)
            with self.office.app.app_context():
                arrival = self._reminder(mail, now)
                if arrival is not None:
                    self.arrivals.append(arrival)
                    self._judge(arrival)

    def close(self) -> None:
        """Nothing waits any more, and each reason that the rows give is true."""
        with self.office.app.app_context():
            for row in db.session.scalars(select(Reminder).order_by(Reminder.id)):
                if not self._is_true(row):
                    self._tell(
                        f"closed without a true reason: {row.outcome} {row.note}", row.closed_at, row.kind, row.slot
                    )
            left = select(OutboxMessage).where(OutboxMessage.outcome.is_(None), OutboxMessage.topic == "mail")
            for mail in db.session.scalars(left):
                self._tell("left over", mail.created_at, mail.kind, mail.last_error)

    def _tell(self, what: str, moment: datetime | None, *about: object) -> None:
        when = moment.astimezone(VIETNAM_TIME).isoformat() if moment else "never"
        self.breaches.append(f"{what} at {when}: {' '.join(str(one) for one in about)}")

    def is_workday(self, day: date) -> bool:
        """By the administrator's own word, or the government's."""
        public = day.weekday() < 5 and day not in FREE if day.year == 2024 else PUBLIC_CALENDAR.is_working_day(day)
        return self.diary.days.get(day, public or day == date(2024, 5, 4))

    def _judge_hour(self, mail: EmailMessage, now: datetime) -> None:
        local = now.astimezone(VIETNAM_TIME)
        open_hour = at(local.date(), 7, 30) <= local < at(local.date(), 17)
        account = "ài khoản" in str(mail["Subject"])
        if not account and not (open_hour and self.is_workday(local.date())):
            self._tell("outside mail hours", now, mail["Subject"])

    def _reminder(self, mail: EmailMessage, now: datetime) -> Arrival | None:
        name = str(mail["Message-ID"])
        sent = db.session.scalars(select(OutboxMessage).where(OutboxMessage.message_id == name)).one()
        if not sent.kind.startswith("reminder-"):
            return None
        rows = db.session.scalars(select(Reminder).where(Reminder.outbox_id == sent.id).order_by(Reminder.id)).all()
        arrival = Arrival(now, self._seen[name], mail, tuple(rows))
        if not rows or not {row.id for row in rows} <= set(json.loads(sent.facts)["reminders"]):
            self._tell("a reminder of nothing", now, sent.kind, sent.facts)
        return arrival

    def _judge(self, arrival: Arrival) -> None:
        for row in arrival.rows:
            pledge, party = self._seat(row)
            for breach in self._breaches(arrival, row, pledge, party):
                self._tell(breach, arrival.moment, f"pledge {pledge} party {party}", row.stage, row.kind, row.slot)

    def _seat(self, row: Reminder) -> tuple[int, int]:
        pledge = self.office.pledges.index(row.pledge_id)
        return pledge, party_ids(self.office.app, row.pledge_id).index(row.party_id)

    def _breaches(self, arrival: Arrival, row: Reminder, pledge: int, party: int) -> Iterator[str]:
        now, escalation = arrival.moment, row.kind == ReminderKind.ESCALATION
        ask = self._ask(row, pledge, party)
        receiver = str(arrival.mail["To"].addresses[0].addr_spec)
        if receiver != (SUPERIOR if escalation else self.office.addresses[party]):
            yield f"to {receiver}"
        if TITLES[pledge] not in arrival.text.casefold():
            yield "says nothing of its pledge"
        if not ask.open_at(now):
            yield "nobody is asked"
        elif self._invitation_is_behind(row, arrival):
            yield "before its invitation"
        if row.kind != ReminderKind.NUDGE and any(pause.covers(now) for pause in self.diary.pauses[pledge, party]):
            yield "paused"
        if not escalation and any(lock.covers(now) for lock in self.diary.locks[party]):
            yield "account closed"
        yield from self._counts(arrival, row, pledge)
        yield from self._truths(arrival, row, pledge)

    def _ask(self, row: Reminder, pledge: int, party: int) -> Ask:
        wanted = (pledge, party, row.stage, row.round)
        return next(ask for ask in self.diary.asks if (ask.pledge, ask.party, ask.stage, ask.round) == wanted)

    def _invitation_is_behind(self, row: Reminder, arrival: Arrival) -> bool:
        kinds = INVITATIONS[Stage(row.stage)]
        query = select(OutboxMessage).where(OutboxMessage.party_id == row.party_id, OutboxMessage.round == row.round)
        invitation = db.session.scalars(query.where(OutboxMessage.kind.in_(kinds))).one()
        if invitation.outcome == "sent":
            return self._seen[str(invitation.message_id)] > arrival.order
        return invitation.outcome is None

    def _counts(self, arrival: Arrival, row: Reminder, pledge: int) -> Iterator[str]:
        seat = (row.party_id, row.stage, row.round)
        self._slots[(*seat, row.kind, row.slot)] += 1
        if self._slots[(*seat, row.kind, row.slot)] > 1:
            yield "twice a slot"
        if row.kind in (ReminderKind.NUDGE, ReminderKind.ESCALATION):
            return
        morning = (*seat, arrival.moment.astimezone(VIETNAM_TIME).date())
        self._mornings[morning] += 1
        if self._mornings[morning] > 1:
            yield "twice a day"
        self._counted[seat] += 1
        policy = self.diary.policy(pledge, Stage(row.stage), row.closed_at or arrival.moment)
        if self._counted[seat] > policy.cap:
            yield f"more than the cap of {policy.cap}"

    def _truths(self, arrival: Arrival, row: Reminder, pledge: int) -> Iterator[str]:
        deadline = self.diary.deadline(pledge)
        local, subject = arrival.moment.astimezone(VIETNAM_TIME), str(arrival.mail["Subject"])
        late = arrival.moment > deadline
        due = deadline.astimezone(VIETNAM_TIME).date()
        if "Nhắc quá hạn" in subject and not late:
            yield "called late"
        if "Hôm nay hết hạn" in subject and (late or due != local.date()):
            yield "called due today"
        if "Sắp hết hạn" in subject and (late or self._workdays(local.date(), due) > 1):
            yield "called nearly due"
        if row.kind == ReminderKind.ESCALATION:
            policy = self.diary.policy(pledge, Stage(row.stage), row.closed_at or arrival.moment)
            if not late or self._workdays(due, local.date()) < policy.escalate_after:
                yield "told the superior too early"

    def _workdays(self, first: date, last: date) -> int:
        """Working days after `first`, up to and with `last`."""
        days = ((first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
        return sum(self.is_workday(day) for day in days)

    def _is_true(self, row: Reminder) -> bool:
        """Whether the diary bears out what the row says about its end."""
        pledge, party = self._seat(row)
        if row.closed_at is None:
            return False
        if row.outcome == "mailed":
            mail = db.session.get_one(OutboxMessage, row.outbox_id)
            return mail.outcome == "refused" or str(mail.message_id) in self._seen
        until = self._ask(row, pledge, party).until
        over = until is not None and until <= row.closed_at
        return {
            "already-answered": over,
            "already-signed": over,
            "pledge-moved-on": over,
            "paused": any(one.touches(row.closed_at) for one in self.diary.pauses[pledge, party]),
            "account-closed": any(one.touches(row.closed_at) for one in self.diary.locks[party]),
            "deadline-moved": any(row.planned_at <= moved <= row.closed_at for moved in self.diary.moved[pledge]),
            "no-superior": row.kind == ReminderKind.ESCALATION and party == PARTIES - 1,
            "invitation-waiting": self._had_trouble(row),
            "overtaken": self._has_newer(row),
            "replanned": row.closed_at in self.diary.replanned[pledge],
        }.get(row.note, False)

    def _has_newer(self, row: Reminder) -> bool:
        query = select(Reminder.id).where(
            Reminder.party_id == row.party_id, Reminder.stage == row.stage, Reminder.round == row.round
        )
        return bool(db.session.scalars(query.where(Reminder.due_at >= row.due_at, Reminder.id != row.id)).first())

    def _had_trouble(self, row: Reminder) -> bool:
        """Whether the server once did not take the invitation."""
        query = select(OutboxMessage).where(OutboxMessage.party_id == row.party_id, OutboxMessage.round == row.round)
        invitation = db.session.scalars(query.where(OutboxMessage.kind.in_(INVITATIONS[Stage(row.stage)]))).one()
        return invitation.attempts > 1
