"""An office in which anything happens at any hour; what the product took is written into a diary."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from flask import Flask

from approval.domain.commands import Actor, LockAccount, UnlockAccount
from approval.domain.errors import PledgeError
from approval.domain.pledge_text import DateLine
from approval.domain.reminder_commands import (
    NudgeParty,
    PauseReminders,
    ResumeReminders,
    SetCalendarDay,
    SetReminderPolicy,
)
from approval.domain.reminder_policy import ReminderPolicy, Stage
from approval.domain.states import State, VerdictKind
from approval.extensions import db
from approval.models.person import Person
from approval.services.cancel_pledge import cancel_pledge
from approval.services.decline_to_sign import decline_to_sign
from approval.services.give_verdict import give_verdict
from approval.services.lock_account import lock_account
from approval.services.move_deadline import move_deadline
from approval.services.nudge_party import nudge_party
from approval.services.open_signing import open_signing
from approval.services.pause_reminders import pause_reminders
from approval.services.resume_reminders import resume_reminders
from approval.services.revise_pledge import revise_pledge
from approval.services.set_calendar_day import set_calendar_day
from approval.services.set_reminder_policy import set_reminder_policy
from approval.services.submit_for_review import submit_for_review
from approval.services.unlock_account import unlock_account
from tests.factories.pledge_texts import small_text
from tests.factories.reminder_acts import move_command, name_superior, party_ids
from tests.factories.reminder_diary import Act, Ask, Diary, Span, Step
from tests.factories.review_house import (
    answer_all,
    cancel_command,
    import_draft,
    revise_command,
    submit_command,
    verdict_command,
)
from tests.factories.signing_house import (
    MovingClock,
    decline_command,
    make_agreed_pledge,
    make_house,
    open_command,
    sign_by,
    stored_pledge,
)
from tests.servers.smtp import Behaviour, SmtpSink

PARTIES = 2
PLEDGES = 2


class ChaoticOffice:
    """Two agencies and two pledges; only the first agency has a superior on record."""

    def __init__(self, app: Flask, clock: MovingClock, sink: SmtpSink) -> None:
        self.app, self.clock, self.sink = app, clock, sink
        self.diary = Diary()
        self.done: list[Act] = []
        self.house = make_house(app, PARTIES)
        self.pledges: list[uuid.UUID] = []
        with app.app_context():
            name_superior(self.house)
            people = [db.session.get_one(Person, one.person_id) for one in self.house.representatives]
            self.addresses = [person.email for person in people]

    def begin(self, *, signing: Iterable[bool], days: int, policies: dict[Stage, ReminderPolicy]) -> None:
        """One pledge for each of `signing`, asked for answers or (True) ready to be signed."""
        for number, agreed in enumerate(signing):
            text = replace(small_text(PARTIES), title=f"BẢN GIAO ƯỚC SỐ {number + 1:02d}")
            make = make_agreed_pledge if agreed else import_draft
            self.pledges.append(make(self.app, self.house, text))
            for stage, policy in policies.items():
                self.set_policy(number, stage, policy)
            self.perform(Step(timedelta(0), True, Act.OPEN if agreed else Act.SUBMIT, number, days=days))

    def perform(self, step: Step) -> None:
        """Do it, and write it down when the product took it."""
        act: Callable[[Step], None] = getattr(self, f"_{step.act.name.lower()}")
        with suppress(PledgeError), self.app.app_context():
            act(step)
            self.done.append(step.act)

    def set_policy(self, pledge: int, stage: Stage, policy: ReminderPolicy) -> None:
        """The coordinator chooses."""
        with self.app.app_context():
            set_reminder_policy(SetReminderPolicy(self.house.coordinator, self.pledges[pledge], stage, policy))
        self.diary.policies[pledge, stage].append((self.clock.now(), policy))
        self.diary.replanned[pledge].add(self.clock.now())

    def _nothing(self, _step: Step) -> None:
        """A quiet day."""

    def _agree(self, step: Step) -> None:
        self._answer(step, VerdictKind.AGREE, "")

    def _object(self, step: Step) -> None:
        self._answer(step, VerdictKind.REQUEST_CHANGES, "Sai chỉ tiêu.")

    def _answer(self, step: Step, kind: VerdictKind, comment: str) -> None:
        who = self.house.representatives[step.party]
        give_verdict(verdict_command(self.app, self.pledges[step.pledge], who, kind, comment))
        self._stop(step.pledge, step.party)

    def _sign(self, step: Step) -> None:
        if self._state(step) == State.SIGNING:
            sign_by(self.app, self.pledges[step.pledge], self.house.representatives[step.party])
            self._stop(step.pledge, step.party)

    def _decline(self, step: Step) -> None:
        who = self.house.representatives[step.party]
        decline_to_sign(decline_command(self.app, self.pledges[step.pledge], who))
        self._stop(step.pledge)

    def _open(self, step: Step) -> None:
        command = open_command(self.app, self.house, self.pledges[step.pledge], date=DateLine(None, None, 2024))
        deadline = self._later(step)
        open_signing(replace(command, deadline=deadline))
        self._ask(step.pledge, Stage.SIGNING, deadline)

    def _revise(self, step: Step) -> None:
        revise_pledge(revise_command(self.app, self.house, self.pledges[step.pledge]))
        self._stop(step.pledge)

    def _submit(self, step: Step) -> None:
        answer_all(self.app, self.house, self.pledges[step.pledge])
        deadline = self._later(step)
        submit_for_review(replace(submit_command(self.app, self.house, self.pledges[step.pledge]), deadline=deadline))
        self._ask(step.pledge, Stage.REVIEW, deadline)

    def _cancel(self, step: Step) -> None:
        cancel_pledge(cancel_command(self.app, self.house.coordinator, self.pledges[step.pledge]))
        self._stop(step.pledge)

    def _pause(self, step: Step) -> None:
        pause_reminders(PauseReminders(*self._seat(step), "Đang kiểm tra."))
        self.diary.pauses[step.pledge, step.party].append(Span(self.clock.now()))

    def _resume(self, step: Step) -> None:
        """Somebody who is paused, if anybody is."""
        paused = [seat for seat, spans in self.diary.pauses.items() if spans and spans[-1].end is None]
        pledge, party = paused[0] if paused else (step.pledge, step.party)
        resume_reminders(ResumeReminders(*self._seat(replace(step, pledge=pledge, party=party))))
        self.diary.pauses[pledge, party][-1].end = self.clock.now()

    def _nudge(self, step: Step) -> None:
        nudge_party(NudgeParty(*self._seat(step)))

    def _move(self, step: Step) -> None:
        deadline = self._later(step)
        command = move_command(self.app, self.house, self.pledges[step.pledge])
        move_deadline(replace(command, deadline=deadline))
        self.diary.deadlines[step.pledge].append((self.clock.now(), deadline))
        for kept in (self.diary.replanned, self.diary.moved):
            kept[step.pledge].add(self.clock.now())

    def _policy(self, step: Step) -> None:
        for stage in Stage:
            self.set_policy(step.pledge, stage, step.policy)

    def _day(self, step: Step) -> None:
        """A day soon works, is off, or is what the public calendar says."""
        day = (self.clock.now() + timedelta(hours=7)).date() + timedelta(days=step.days - 1)
        works = (True, False, None)[step.party + step.pledge]
        set_calendar_day(SetCalendarDay(self.house.administrator, day, works, "Theo thông báo."))
        self.diary.days.pop(day, None)
        if works is not None:
            self.diary.days[day] = works
        for pledge in range(PLEDGES):
            self.diary.replanned[pledge].add(self.clock.now())

    def _lock(self, step: Step) -> None:
        lock_account(LockAccount(self.house.administrator, self.house.representatives[step.party].person_id or 0))
        self.diary.locks[step.party].append(Span(self.clock.now()))

    def _unlock(self, step: Step) -> None:
        """Somebody who is locked out, if anybody is."""
        locked = [party for party, spans in self.diary.locks.items() if spans and spans[-1].end is None]
        party = locked[0] if locked else step.party
        unlock_account(UnlockAccount(self.house.administrator, self.house.representatives[party].person_id or 0))
        self.diary.locks[party][-1].end = self.clock.now()

    def _mail_down(self, _step: Step) -> None:
        self.sink.behaviour = Behaviour.TEMPORARY

    def _mail_up(self, _step: Step) -> None:
        self.sink.behaviour = Behaviour.ACCEPT
        self.sink.answers.clear()

    def _refuse_one(self, step: Step) -> None:
        self.sink.answers[self.addresses[step.party]] = "550 5.1.1 unknown"

    def _defer_one(self, step: Step) -> None:
        self.sink.answers[self.addresses[step.party]] = "452 4.2.2 mailbox full"

    def _seat(self, step: Step) -> tuple[Actor, uuid.UUID, int]:
        pledge_id = self.pledges[step.pledge]
        return self.house.coordinator, pledge_id, party_ids(self.app, pledge_id)[step.party]

    def _later(self, step: Step) -> datetime:
        return self.clock.now() + timedelta(days=step.days, hours=step.party)

    def _state(self, step: Step) -> str:
        return stored_pledge(self.pledges[step.pledge]).state

    def _ask(self, pledge: int, stage: Stage, deadline: datetime) -> None:
        now, number = self.clock.now(), stored_pledge(self.pledges[pledge]).round
        self.diary.deadlines[pledge].append((now, deadline))
        self.diary.asks += [Ask(pledge, party, stage, number, now) for party in range(PARTIES)]

    def _stop(self, pledge: int, party: int | None = None) -> None:
        for ask in self.diary.asks:
            if ask.pledge == pledge and ask.until is None and party in (None, ask.party):
                ask.until = self.clock.now()
