"""People try anything at any time: no forbidden move, one event a change, head = recomputed root, life replayable."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from approval.domain.errors import PledgeError
from approval.domain.states import Action, Role, State, VerdictKind
from approval.domain.transitions import TRANSITIONS
from approval.extensions import db
from tests.factories.replayed import require_replayable
from tests.factories.signing_house import MAY_15, MovingClock, SigningHouse, make_house
from tests.integration.state_machine.pledge_model import Attempt, Outcome, PledgeModel, Step
from tests.integration.state_machine.real_pledge import History, RealPledge
from tests.servers.databases import fill_memory
from tests.servers.fixtures import AppFactory

PARTIES = 2
MOVES = {(row.source, row.target) for row in TRANSITIONS}
# The last verdict and the last signature take two rows of the table in one change.
MOVES |= {(State.IN_REVIEW, State.AGREED), (State.SIGNING, State.FINALISING)}

ACTIONS = [
    *(action for action in Action if action not in {Action.AGREEMENT_REACHED, Action.ALL_SIGNED}),
    *Step,
]
ANSWERING: st.SearchStrategy[Action | Step] = st.sampled_from([Action.ANSWER_COMMENT, Step.TAKE_SUGGESTION])
PEOPLE = st.sampled_from([role for role in Role if role is not Role.SYSTEM])
VERDICTS = st.sampled_from(
    [
        (VerdictKind.AGREE, ""),
        (VerdictKind.AGREE, "Nhất trí."),
        (VerdictKind.AGREE_WITH_COMMENTS, ""),
        (VerdictKind.AGREE_WITH_COMMENTS, "Nên ghi rõ hơn."),
        (VerdictKind.REQUEST_CHANGES, ""),
        (VerdictKind.REQUEST_CHANGES, "Sai chính tả."),
    ]
)
# Who would try this with good reason; others try too, in `anything`.
FITTING: dict[State, list[tuple[Action, Role]]] = {
    State.DRAFT: [(Action.SUBMIT_FOR_REVIEW, Role.COORDINATOR), (Action.SAVE_DRAFT, Role.COORDINATOR)],
    State.IN_REVIEW: [
        (Action.GIVE_VERDICT, Role.REPRESENTATIVE),
        (Action.ADD_COMMENT, Role.REPRESENTATIVE),
        (Action.REVISE, Role.COORDINATOR),
    ],
    State.AGREED: [(Action.OPEN_SIGNING, Role.COORDINATOR)],
    State.SIGNING: [(Action.SIGN, Role.REPRESENTATIVE)],
    State.FINALISING: [(Action.FINALISE, Role.SYSTEM)],
}


@dataclass
class World:
    """What all walks of a run share: one application in memory, one bloc, one history."""

    app: Flask
    house: SigningHouse
    clock: MovingClock
    files: Path
    history: History = field(default_factory=History)
    steps: Counter[str] = field(default_factory=Counter)


class RandomWalk(RuleBasedStateMachine):
    """One pledge after the other, each beside its model."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.context = world.app.app_context()
        self.context.push()
        self._new_pledge()

    def teardown(self) -> None:
        db.session.rollback()
        require_replayable(self.real.id)
        self.context.pop()
        # No later walk reads these files, and twenty thousand steps would fill a disk.
        shutil.rmtree(self.world.files, ignore_errors=True)

    @precondition(lambda self: self.model.state in {State.FINALISED, State.CANCELLED})
    @rule()
    def start_over(self) -> None:
        require_replayable(self.real.id)
        self._new_pledge()

    @precondition(lambda self: self.model.state in FITTING)
    @rule(data=st.data(), who=st.integers(0, PARTIES - 1))
    def go_on(self, data: st.DataObject, who: int) -> None:
        """The usual course of things, so that the far states are reached."""
        action, role = data.draw(st.sampled_from(FITTING[self.model.state]))
        if action is Action.SIGN and who in self.model.signed:
            who = 1 - who
        if action is Action.GIVE_VERDICT and who in self.model.answers:
            who = 1 - who
        if action in {Action.SUBMIT_FOR_REVIEW, Action.OPEN_SIGNING} and self.model.waiting:
            step = data.draw(ANSWERING)
            self._try(Attempt(step, role, target=self.model.waiting[0]))
        else:
            self._try(Attempt(action, role, who))

    @precondition(lambda self: self.model.said)
    @rule(
        step=st.sampled_from([Action.REPLY_TO_COMMENT, Action.ANSWER_COMMENT, *Step]),
        role=st.sampled_from([Role.COORDINATOR, Role.REPRESENTATIVE]),
        who=st.integers(0, PARTIES - 1),
        comment=st.sampled_from(["", "Rõ.", "Đã nêu."]),
        data=st.data(),
    )
    def talk(self, step: Action | Step, role: Role, who: int, comment: str, data: st.DataObject) -> None:
        """About a comment, mostly a late one."""
        target = len(self.model.said) - 1 - data.draw(st.integers(0, min(3, len(self.model.said) - 1)))
        self._try(Attempt(step, role, who, comment=comment, target=target))

    @rule(
        action=st.sampled_from(ACTIONS),
        role=PEOPLE,
        who=st.integers(0, PARTIES - 1),
        verdict=VERDICTS,
        stale=st.booleans(),
    )
    def anything(
        self, action: Action | Step, role: Role, who: int, verdict: tuple[VerdictKind, str], stale: bool
    ) -> None:
        self._try(Attempt(action, role, who, *verdict, stale=stale and action is not Action.FINALISE))

    def _new_pledge(self) -> None:
        self.real = RealPledge(self.world.house)
        self.model = PledgeModel(PARTIES)
        db.session.rollback()
        assert len(self.world.history.follow()) <= 1

    def _try(self, attempt: Attempt) -> None:
        self.world.clock.forward(seconds=1)
        expected, before = self.model.judge(attempt), self.real.row()
        outcome = self._perform(attempt)
        assert outcome is expected, (self.model, attempt, outcome)
        db.session.rollback()
        news = self.world.history.follow()
        if outcome is Outcome.DONE:
            self.model.apply(attempt)
            self.world.steps[attempt.action.value] += 1
            self._check_move(news)
        else:
            assert news == []
            assert self.real.row() == before
        self._check_stored()
        self.world.steps[outcome.value] += 1
        self.world.steps[self.model.state.value] += 1

    def _perform(self, attempt: Attempt) -> Outcome:
        try:
            self.real.perform(attempt)
        except PledgeError:
            return Outcome.REFUSED
        quiet = attempt.action is Action.FINALISE and self.model.state is not State.FINALISING
        return Outcome.NOTHING if quiet else Outcome.DONE

    def _check_move(self, news: list[dict[str, object]]) -> None:
        assert len(news) == 1
        told = news[0]["obj"]
        assert isinstance(told, dict)
        assert (State(told["state_from"]), State(told["state_to"])) in MOVES
        assert told["state_to"] == self.model.state

    def _check_stored(self) -> None:
        pledge, model = self.real.stored(), self.model
        assert (pledge.state, pledge.round, pledge.revision_number) == (model.state, model.round, model.revision)
        assert pledge.signed_count == len(model.signed)
        assert self.real.talk.waiting() == model.waiting
        if model.state in {State.IN_REVIEW, State.AGREED}:
            assert pledge.agreed_count == model.agreed


@pytest.fixture
def world(app_factory: AppFactory, migrated_sqlite: Path) -> World:
    clock = MovingClock(MAY_15)
    app = app_factory(database_url="sqlite://", clock=clock)
    fill_memory(app, migrated_sqlite)
    settings_of = app.extensions["approval_parts"].settings
    return World(app, make_house(app, PARTIES), clock, settings_of.data_dir / "files")


def walk(world: World, *, walks: int, steps: int) -> None:
    run_state_machine_as_test(
        lambda: RandomWalk(world),  # type: ignore[arg-type]  # any factory of machines is fine
        settings=settings(
            max_examples=walks,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            # No shrinking: walks share one history. No explaining: tracing every line makes PDF work ten times slower.
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )


def tried(world: World) -> int:
    return sum(world.steps[outcome.value] for outcome in Outcome)


@pytest.mark.uncounted
def test_a_short_random_walk(world: World) -> None:
    walk(world, walks=6, steps=25)
    assert world.steps[Outcome.DONE.value] > 0


@pytest.mark.campaign
def test_twenty_thousand_random_steps(world: World) -> None:
    while tried(world) < 20_000:
        walk(world, walks=100, steps=50)
    print(f"\nrandom walk: {tried(world)} steps {dict(world.steps)}, {world.history.frontier.size} events")
    assert all(world.steps[reached.value] for reached in (*State, *ACTIONS))
