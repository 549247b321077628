"""The same pledge in each state of its life, each on a database copy of its own that tests may spoil."""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy.engine import make_url

from approval.app import create_app
from approval.domain.commands import FinalisePledge
from approval.domain.states import State
from approval.extensions import db
from approval.services.cancel_pledge import cancel_pledge
from approval.services.finalise_pledge import finalise_pledge
from approval.services.open_signing import open_signing
from approval.services.revise_pledge import revise_pledge
from tests.factories.review_comments import comment_by
from tests.factories.review_house import (
    agree_by,
    answer_all,
    cancel_command,
    import_draft,
    make_review,
    revise_command,
)
from tests.factories.settings import make_settings
from tests.factories.signing_house import MAY_15, MovingClock, SigningHouse, make_house, open_command, sign_by


@dataclass(frozen=True)
class Stage:
    """One state: the database that holds it, and the pledge in it."""

    state: State
    database: Path
    pledge_id: uuid.UUID


@dataclass(frozen=True)
class Life:
    """All states of pledges of one bloc; files and keys are shared below `folder`."""

    folder: Path
    house: SigningHouse
    stages: dict[State, Stage]

    def app(self, state: State, name: str) -> Flask:
        """An application on a fresh copy of this stage's database."""
        copy = shutil.copyfile(self.stages[state].database, self.folder / f"{name}.sqlite3")
        return make_app(self.folder, copy)


def make_app(folder: Path, database: Path) -> Flask:
    """The application on one SQLite file, at 15 May 2024."""
    settings = make_settings(folder, database_url=f"sqlite:///{database}")
    return create_app(settings, clock=MovingClock(MAY_15))


def live(folder: Path, migrated: Path) -> Life:
    """Take one pledge along the main road, and a second one to `cancelled`, keeping a copy at every stop."""
    app = make_app(folder, shutil.copyfile(migrated, folder / "life.sqlite3"))
    house = make_house(app)
    cancelled = import_draft(app, house)
    with app.app_context():
        cancel_pledge(cancel_command(app, house.coordinator, cancelled))
    stages = {State.DRAFT: _keep(app, folder, State.DRAFT, _reopened(app, house))}
    pledge_id = _commented(app, house)
    stages[State.IN_REVIEW] = _keep(app, folder, State.IN_REVIEW, pledge_id)
    agree_by(app, pledge_id, *house.representatives)
    stages[State.AGREED] = _keep(app, folder, State.AGREED, pledge_id)
    command = open_command(app, house, pledge_id)
    with app.app_context():
        open_signing(command)
    stages[State.SIGNING] = _keep(app, folder, State.SIGNING, pledge_id)
    sign_by(app, pledge_id, *house.representatives)
    stages[State.FINALISING] = _keep(app, folder, State.FINALISING, pledge_id)
    with app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))
    stages[State.FINALISED] = _keep(app, folder, State.FINALISED, pledge_id)
    stages[State.CANCELLED] = _keep(app, folder, State.CANCELLED, cancelled)
    return Life(folder, house, stages)


def _commented(app: Flask, house: SigningHouse) -> uuid.UUID:
    """Under review, with one comment that is answered: whoever has a say can say more."""
    pledge_id = make_review(app, house)
    comment_by(app, pledge_id, house.representatives[0], "Đề nghị rà soát khoản này.")
    answer_all(app, house, pledge_id)
    return pledge_id


def _reopened(app: Flask, house: SigningHouse) -> uuid.UUID:
    """A draft again after such a round."""
    pledge_id = _commented(app, house)
    with app.app_context():
        revise_pledge(revise_command(app, house, pledge_id))
    return pledge_id


def _keep(app: Flask, folder: Path, state: State, pledge_id: uuid.UUID) -> Stage:
    with app.app_context():
        db.session.remove()
        source = str(make_url(str(db.engine.url)).database)
    target = folder / f"stage-{state}.sqlite3"
    with closing(sqlite3.connect(source)) as opened, closing(sqlite3.connect(target)) as kept:
        opened.backup(kept)
    return Stage(state, target, pledge_id)
