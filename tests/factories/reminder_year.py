"""A year in three blocs on a virtual clock: who asked whom for what, and when that ended; the services do the rest."""

from __future__ import annotations

import random
import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import partial

from flask import Flask

from approval.domain.commands import Actor, LockAccount
from approval.domain.pledge_text import DateLine
from approval.domain.reminder_commands import PauseReminders, ResumeReminders, SetReminderPolicy
from approval.domain.reminder_policy import DEFAULT_POLICIES, ReminderPolicy, Stage
from approval.domain.states import State
from approval.domain.vietnam_time import VIETNAM_TIME
from approval.extensions import db
from approval.models.person import Person
from approval.services.cancel_pledge import cancel_pledge
from approval.services.lock_account import lock_account
from approval.services.open_signing import open_signing
from approval.services.pause_reminders import pause_reminders
from approval.services.replace_representative import replace_representative
from approval.services.resume_reminders import resume_reminders
from approval.services.revise_pledge import revise_pledge
from approval.services.set_reminder_policy import set_reminder_policy
from approval.services.submit_for_review import submit_for_review
from tests.factories.pledge_texts import small_text
from tests.factories.reminder_acts import party_ids, replace_command
from tests.factories.review_house import (
    agree_by,
    cancel_command,
    import_draft,
    make_review_house,
    revise_command,
    state_of,
    submit_command,
)
from tests.factories.signing_house import MovingClock, SigningHouse, add_signer, open_command, sign_by

AGENCIES = 3
OPEN_END = datetime(2099, 1, 1, tzinfo=VIETNAM_TIME)
POLICIES = (
    None,
    ReminderPolicy(1, 1, day_before=False, on_the_day=True, late_every=2, escalate_after=0, cap=4),
    ReminderPolicy(3, 0, day_before=True, on_the_day=False, late_every=3, escalate_after=1, cap=6),
    ReminderPolicy(0, 0, day_before=True, on_the_day=True, late_every=0, escalate_after=5, cap=10),
)


@dataclass
class Ask:
    """One agency is asked for one thing; what the oracle may know. `paused` are whole Vietnam dates.

    `stopped` is when the agency acted or was asked no longer, `left` when its representative lost the account.
    """

    title: str
    person: Actor
    address: str
    agency_id: int
    invited: datetime
    deadline: datetime
    policy: ReminderPolicy
    stopped: datetime = OPEN_END
    left: datetime = OPEN_END
    paused: set[date] = field(default_factory=set)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment in Vietnam."""
    return datetime.combine(day, time(hour, minute), tzinfo=VIETNAM_TIME)


@dataclass
class ReminderYear:
    """The blocs, what is still to happen, and what was asked so far."""

    app: Flask
    clock: MovingClock
    chance: random.Random
    asks: list[Ask] = field(default_factory=list)
    agenda: dict[datetime, list[Callable[[], None]]] = field(default_factory=lambda: defaultdict(list))
    people: dict[uuid.UUID, tuple[Actor, ...]] = field(default_factory=dict)
    left: set[Actor] = field(default_factory=set)
    named: list[str] = field(default_factory=list)
    pauses: dict[tuple[str, int], set[date]] = field(default_factory=lambda: defaultdict(set))

    def populate(self) -> None:
        """Three blocs whose people have keys."""
        self.houses = [self._bloc(f"Khối {name}") for name in ("Một", "Hai", "Ba")]

    def plan_pledge(self, number: int, start: datetime) -> None:
        """From the file to the first round, with a policy of its own now and then."""
        self.agenda[start].append(lambda: self._submit_first(number))

    def do(self, moment: datetime) -> None:
        """What people do at this moment, in the order in which it was decided."""
        for act in self.agenda.pop(moment, []):
            act()

    def _bloc(self, name: str) -> SigningHouse:
        house = make_review_house(self.app, AGENCIES, name=name)
        with self.app.app_context():
            for actor in house.representatives:
                db.session.get_one(Person, actor.person_id).active = False
            signers = [
                add_signer(house.bloc_id, agency, name=f"{name} {n}")
                for n, agency in enumerate(house.agencies, start=1)
            ]
            db.session.commit()
        return replace(house, representatives=tuple(signers))

    def _submit_first(self, number: int) -> None:
        house = self.houses[number % len(self.houses)]
        text = replace(small_text(AGENCIES), title=self._title(number))
        pledge_id = import_draft(self.app, house, text)
        policy = POLICIES[number % len(POLICIES)]
        if policy is not None:
            with self.app.app_context():
                for stage in Stage:
                    set_reminder_policy(SetReminderPolicy(house.coordinator, pledge_id, stage, policy))
        self._submit(number, pledge_id)
        self._disturb(number, pledge_id)

    def _submit(self, number: int, pledge_id: uuid.UUID) -> None:
        house = self.houses[number % len(self.houses)]
        deadline = at((self.clock.now() + timedelta(days=self.chance.randint(3, 15))).date(), 17)
        command = replace(submit_command(self.app, house, pledge_id), deadline=deadline)
        with self.app.app_context():
            submit_for_review(command)
        # Who acts for an agency is settled when the text goes out.
        self.people[pledge_id] = house.representatives
        self._ask(number, pledge_id, Stage.REVIEW, deadline)

    def _open(self, number: int, pledge_id: uuid.UUID) -> None:
        house = self.houses[number % len(self.houses)]
        if state_of(self.app, pledge_id) != State.AGREED:
            return
        deadline = at((self.clock.now() + timedelta(days=self.chance.randint(2, 9))).date(), 17)
        blank = DateLine(None, None, 2024)
        command = replace(open_command(self.app, house, pledge_id, date=blank), deadline=deadline)
        with self.app.app_context():
            open_signing(command)
        self._ask(number, pledge_id, Stage.SIGNING, deadline)

    def _ask(self, number: int, pledge_id: uuid.UUID, stage: Stage, deadline: datetime) -> None:
        """Everybody decides now when to act: early, around the deadline, late, or never."""
        now, house = self.clock.now().astimezone(VIETNAM_TIME), self.houses[number % len(self.houses)]
        policy = POLICIES[number % len(POLICIES)] or DEFAULT_POLICIES[stage]
        for person, agency_id in zip(self.people[pledge_id], house.agencies, strict=True):
            paused = self.pauses[self._title(number), agency_id]
            address = self._address(person)
            ask = Ask(self._title(number), person, address, agency_id, now, deadline, policy, paused=paused)
            if person in self.left:
                ask.left = now
            self._expect(number, pledge_id, stage, ask)

    def _expect(self, number: int, pledge_id: uuid.UUID, stage: Stage, ask: Ask) -> None:
        """Somebody decides when to act."""
        self.asks.append(ask)
        asked, last = ask.invited.date(), ask.deadline.date()
        day = self.chance.choice((asked + timedelta(days=1), last, None, None))
        late = self.chance.randint(-2, 9)
        when = at(max(day or last + timedelta(days=late), asked + timedelta(days=1)), 10)
        if self.chance.random() < 0.85:
            self.agenda[when].append(partial(self._act, number, pledge_id, stage, ask))

    def _address(self, person: Actor) -> str:
        with self.app.app_context():
            return db.session.get_one(Person, person.person_id).email

    def _act(self, number: int, pledge_id: uuid.UUID, stage: Stage, ask: Ask) -> None:
        asked = State.IN_REVIEW if stage is Stage.REVIEW else State.SIGNING
        if state_of(self.app, pledge_id) != asked or self.clock.now() >= min(ask.stopped, ask.left):
            return
        if stage is Stage.SIGNING:
            sign_by(self.app, pledge_id, ask.person)
        else:
            agree_by(self.app, pledge_id, ask.person)
        ask.stopped = self.clock.now()
        if state_of(self.app, pledge_id) == State.AGREED:
            tomorrow = at((self.clock.now() + timedelta(days=1)).date(), 10)
            self.agenda[tomorrow].append(lambda: self._open(number, pledge_id))

    def _disturb(self, number: int, pledge_id: uuid.UUID) -> None:
        """Some pledges are revised, cancelled or held back, and one representative leaves, in mid-cadence."""
        today = self.clock.now().date()
        soon = at(today + timedelta(days=4), 10)
        house = self.houses[number % len(self.houses)]
        if number % 5 == 1:
            self.agenda[soon].append(lambda: self._revise(number, pledge_id))
        elif number % 5 == 3:
            self.agenda[soon].append(lambda: self._cancel(number, pledge_id))
        elif number % 5 == 4:
            party_id = party_ids(self.app, pledge_id)[1]
            paused = self.pauses[self._title(number), house.agencies[1]]
            self.agenda[soon].append(lambda: self._pause(house, pledge_id, party_id, paused))
        elif number % 5 == 2:
            self.agenda[soon].append(lambda: self._hand_over(number, pledge_id, back=number == 12))
        elif number != 10:
            evening = at(today + timedelta(days=9), 20)
            self.agenda[evening].append(lambda: self._hand_over(number, pledge_id, back=False))
        else:
            self.agenda[soon].append(lambda: self._replace_representative(number))

    def asks_of(self, number: int) -> list[Ask]:
        """What is still asked for one pledge, agency by agency."""
        now = self.clock.now()
        return [ask for ask in self.asks if ask.title == self._title(number) and ask.stopped > now]

    def _title(self, number: int) -> str:
        return f"BẢN GIAO ƯỚC SỐ {number:02d}"

    def _stop(self, asks: list[Ask]) -> None:
        for ask in asks:
            ask.stopped = min(ask.stopped, self.clock.now())

    def _revise(self, number: int, pledge_id: uuid.UUID) -> None:
        if state_of(self.app, pledge_id) not in {State.IN_REVIEW, State.AGREED}:
            return
        with self.app.app_context():
            revise_pledge(revise_command(self.app, self.houses[number % len(self.houses)], pledge_id))
        self._stop(self.asks_of(number))
        # Sent out again at night: it leaves on the next working morning.
        again = at((self.clock.now() + timedelta(days=1)).date(), 20)
        self.agenda[again].append(lambda: self._submit(number, pledge_id))

    def _cancel(self, number: int, pledge_id: uuid.UUID) -> None:
        if state_of(self.app, pledge_id) in {State.FINALISING, State.CANCELLED}:
            return
        command = cancel_command(self.app, self.houses[number % len(self.houses)].coordinator, pledge_id)
        with self.app.app_context():
            cancel_pledge(command)
        self._stop(self.asks_of(number))

    def _pause(self, house: SigningHouse, pledge_id: uuid.UUID, party_id: int, paused: set[date]) -> None:
        """For two mornings and a half."""
        if state_of(self.app, pledge_id) not in {State.IN_REVIEW, State.SIGNING}:
            return
        with self.app.app_context():
            pause_reminders(PauseReminders(house.coordinator, pledge_id, party_id, "Đang kiểm tra."))
        today = self.clock.now().date()
        paused |= {today + timedelta(days=n) for n in (1, 2)}
        later = at(today + timedelta(days=2), 20)
        self.agenda[later].append(lambda: self._resume(house, pledge_id, party_id))

    def _resume(self, house: SigningHouse, pledge_id: uuid.UUID, party_id: int) -> None:
        with self.app.app_context():
            resume_reminders(ResumeReminders(house.coordinator, pledge_id, party_id))

    def _replace_representative(self, number: int) -> None:
        """The account is locked; whoever comes is asked when a text is sent out the next time."""
        index = number % len(self.houses)
        house = self.houses[index]
        left = house.representatives[0]
        with self.app.app_context():
            lock_account(LockAccount(house.administrator, left.person_id or 0))
            successor = add_signer(house.bloc_id, house.agencies[0], name="Người kế nhiệm")
            db.session.commit()
        self.left.add(left)
        for ask in self.asks:
            if ask.person == left:
                ask.left = self.clock.now()
        self.houses[index] = replace(house, representatives=(successor, *house.representatives[1:]))

    def _hand_over(self, number: int, pledge_id: uuid.UUID, *, back: bool) -> None:
        """The third agency names somebody else, now and then for three days only; that person is asked from now on."""
        house = self.houses[number % len(self.houses)]
        with self.app.app_context():
            successor = add_signer(house.bloc_id, house.agencies[2], name="Người kế nhiệm")
            db.session.commit()
        if back:
            before = self.people[pledge_id][2]
            later = at((self.clock.now() + timedelta(days=3)).date(), 10)
            self.agenda[later].append(lambda: self._name(number, pledge_id, before))
        self._name(number, pledge_id, successor)

    def _name(self, number: int, pledge_id: uuid.UUID, successor: Actor) -> None:
        house, state = self.houses[number % len(self.houses)], state_of(self.app, pledge_id)
        asked = [ask for ask in self.asks_of(number) if ask.agency_id == house.agencies[2]]
        has_signed = state == State.SIGNING and not asked
        if has_signed or state not in {State.IN_REVIEW, State.AGREED, State.SIGNING}:
            return
        command = replace_command(self.app, house, pledge_id, successor, index=2)
        with self.app.app_context():
            replace_representative(command)
        self.people[pledge_id] = (*self.people[pledge_id][:2], successor)
        self._stop(asked)
        self.named.append(self._address(successor))
        now = self.clock.now().astimezone(VIETNAM_TIME)
        stage = Stage.SIGNING if state == State.SIGNING else Stage.REVIEW
        for ask in asked:
            again = replace(ask, person=successor, address=self.named[-1], invited=now, stopped=OPEN_END)
            self._expect(number, pledge_id, stage, again)
