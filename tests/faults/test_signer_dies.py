"""Who signs heads never signs two of one size: not after kill -9 at any write, not for whoever holds the log's key."""

from __future__ import annotations

import random
import signal
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from flask import Flask

from approval.adapters.clock import FixedClock
from approval.adapters.ed25519 import NoteSigner, verify_ed25519
from approval.adapters.signer_folder import SignerFolder
from approval.adapters.witness_station import WitnessStation, witness_signer
from approval.app import create_app
from approval.domain.checkpoint import Checkpoint
from approval.domain.merkle import root_of
from approval.domain.signed_note import KeyType, SignedNote, parse_note, parse_signature, signed_by
from approval.domain.witness import SIZE_TYPE, AddCheckpoint, Status
from approval.extensions import db
from approval.models.audit_checkpoint import AuditCheckpoint
from tests.factories.forked_log import ORIGIN, ForkedLog, leaf
from tests.factories.merkle_tree import StoredTree
from tests.factories.review_house import agree_by, make_review
from tests.factories.settings import make_settings
from tests.factories.signed_log import log_signing, newest_checkpoint, sign_log
from tests.factories.signing_house import MAY_15, MovingClock, make_house
from tests.faults.killed_child import run_to_death
from tests.servers.databases import close
from tests.servers.fixtures import AppFactory

POINTS = [f"durable:{number}" for number in range(1, 6)]
STEPS = 25


@dataclass
class Adversary:
    """Holds the log's key and several histories; keeps every cosignature it ever got."""

    folder: Path
    dice: random.Random
    log: ForkedLog = field(default_factory=ForkedLog)
    histories: list[StoredTree] = field(default_factory=lambda: [StoredTree([leaf(0)])])
    cosigned: list[tuple[Checkpoint, StoredTree]] = field(default_factory=list)

    def station(self) -> WitnessStation:
        """The witness as a new process finds it."""
        home = SignerFolder(self.folder)
        signer = witness_signer(home, lambda: NoteSigner.generate("so-noi-vu.example", KeyType.COSIGNATURE))
        return WitnessStation(home, signer, [self.log.signer.key], FixedClock(MAY_15))

    def held(self) -> int:
        """What the witness says that it holds; it answers this to anybody."""
        station = self.station()
        answer = station.add_checkpoint(AddCheckpoint(10**6, (), self._beyond()).data)
        assert answer.status is Status.CONFLICT
        assert answer.content_type == SIZE_TYPE
        return int(answer.body)

    def act(self) -> None:
        """Grow, fork, or ask for something; now and then the witness dies of the question."""
        tree = self.dice.choice(self.histories)
        if self.dice.random() < 0.3:
            tree.append(leaf(self.dice.random()))
        elif self.dice.random() < 0.1:
            kept = self.dice.randint(1, len(tree.leaves))
            self.histories.append(StoredTree([*tree.leaves[:kept], leaf(self.dice.random())]))
        request = self._question(tree)
        if self.dice.random() < 0.1:
            run_to_death(self.dice.choice(POINTS), lambda: self.station().add_checkpoint(request.data))
            return
        self._ask(tree, request)

    def _question(self, tree: StoredTree) -> AddCheckpoint:
        size = self.dice.randint(1, len(tree.leaves))
        old = self.dice.choice([self.held(), size, self.dice.randint(0, size)])
        if old > size:
            return AddCheckpoint(old, (), self.log.note(self.log.head(tree, size)))
        request = self.log.request(tree, old=old, size=size)
        if self.dice.random() < 0.2:
            other = self.dice.choice(self.histories)
            if size <= len(other.leaves):
                return replace(request, proof=self.log.request(other, old=old, size=size).proof)
        return request

    def _ask(self, tree: StoredTree, request: AddCheckpoint) -> None:
        station = self.station()
        answer = station.add_checkpoint(request.data)
        if answer.status is not Status.COSIGNED:
            return
        text = parse_note(request.note).text
        line = parse_signature(answer.body.decode().removesuffix("\n"))
        assert signed_by(SignedNote(text, (line,)), station.witness.key, verify_ed25519)
        head = Checkpoint.from_text(text)
        self.cosigned.append((head, StoredTree(tree.leaves[: head.size])))

    def _beyond(self) -> bytes:
        return self.log.note(Checkpoint(ORIGIN, 10**6, bytes(32)))

    def require_one_history(self) -> None:
        """Every head is the beginning of every later one."""
        for (earlier, first), (later, second) in zip(self.cosigned, self.cosigned[1:], strict=False):
            assert earlier.size <= later.size
            assert second.leaves[: earlier.size] == first.leaves
            assert root_of(first.leaves) == earlier.root
        roots = {(head.size, head.root) for head, _ in self.cosigned}
        assert len(roots) == len({size for size, _ in roots})


def _random_history(folder: Path, seed: int) -> int:
    adversary = Adversary(folder, random.Random(seed))
    for _ in range(STEPS):
        adversary.act()
    adversary.require_one_history()
    return len({head.size for head, _ in adversary.cosigned})


def test_no_history_gets_two_heads_of_one_size_from_a_witness(tmp_path: Path) -> None:
    sizes = [_random_history(tmp_path / str(seed), seed) for seed in range(15)]
    assert sum(sizes) > 15, "a witness that signs nothing proves nothing"


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_no_history_of_a_thousand_gets_two_heads_of_one_size_from_a_witness(tmp_path: Path) -> None:
    sizes = [_random_history(tmp_path / str(seed), seed) for seed in range(1000)]
    print(f"{sum(sizes)} heads in 1000 histories")
    assert sum(sizes) > 1000


@pytest.mark.parametrize("point", POINTS)
def test_a_witness_killed_while_it_writes_goes_on_with_the_honest_history_alone(tmp_path: Path, point: str) -> None:
    adversary = Adversary(tmp_path / "witness", random.Random(1))
    tree = StoredTree(leaf(number) for number in range(9))
    fork = StoredTree([*tree.leaves[:5], *(leaf(f"x{number}") for number in range(4))])
    adversary._ask(tree, adversary.log.request(tree, old=0, size=5))
    request = adversary.log.request(tree, old=5, size=9)
    died = run_to_death(point, lambda: adversary.station().add_checkpoint(request.data))
    assert died == -signal.SIGKILL
    held = adversary.held()
    assert held in {5, 9}
    assert held == 5 or point in {"durable:4", "durable:5"}
    if held == 9:
        # Perhaps it had signed already: the other history must never be.
        refused = adversary.station().add_checkpoint(adversary.log.request(fork, old=9, size=9).data)
        assert refused.status is Status.CONFLICT
    adversary._ask(tree, adversary.log.request(tree, old=held, size=9))
    assert [head.size for head, _ in adversary.cosigned] == [5, 9]
    adversary.require_one_history()


@dataclass
class SignedHouse:
    """A signed history with a verdict waiting to be signed, in a folder that a second process may open."""

    app: Flask
    folder: Path
    url: str

    def sign_and_die(self, point: str) -> int:
        """What another process of this installation does until it is killed."""

        def act() -> None:
            settings = make_settings(self.folder, database_url=self.url, failpoint=point)
            app = create_app(settings, clock=MovingClock(MAY_15))
            with app.app_context():
                log_signing().step()

        return run_to_death(point, act)


@pytest.fixture
def signed(app_factory: AppFactory, sqlite_url: str, tmp_path: Path) -> SignedHouse:
    app = app_factory(database_url=sqlite_url, clock=MovingClock(MAY_15))
    house = make_house(app)
    sign_log(app)
    agree_by(app, make_review(app, house), house.representatives[0])
    close(app)
    return SignedHouse(app, tmp_path / "data", sqlite_url)


@pytest.mark.parametrize("point", POINTS)
def test_a_log_signer_killed_while_it_writes_signs_that_head_and_no_other(signed: SignedHouse, point: str) -> None:
    assert signed.sign_and_die(point) == -signal.SIGKILL
    with signed.app.app_context():
        assert newest_checkpoint().checkpoint.size == 1
        remembered = SignerFolder(signed.folder / "log-signer").heads()
        size = log_signing().step()
        newest = newest_checkpoint().checkpoint
        assert newest.size == size
        kept = next(iter(remembered.values()))
        assert kept.size == 1 or kept == newest
        assert [row.size for row in db.session.query(AuditCheckpoint).order_by(AuditCheckpoint.size)] == [1, size]
