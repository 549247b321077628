"""Several processes on one database: no lock inside a process helps there, only the database's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import IO

import pytest
from flask import Flask
from sqlalchemy import func, select

from approval.extensions import db
from approval.models.verdict import Verdict
from tests.factories.history import events, require_sound_history
from tests.factories.review_house import make_review, make_review_house
from tests.factories.settings import to_environment
from tests.factories.signing_house import SigningHouse, current_revision

ROOT = Path(__file__).resolve().parents[3]
PROCESSES, TIMES = 3, 15


@pytest.fixture
def house(app: Flask) -> SigningHouse:
    return make_review_house(app, PROCESSES)


def start_voter(app: Flask, house: SigningHouse, pledge_id: uuid.UUID, who: int) -> subprocess.Popen[str]:
    actor = house.representatives[who]
    with app.app_context():
        sha256 = current_revision(pledge_id).sha256
    order = {
        "pledge": str(pledge_id),
        "sha256": sha256,
        "person": actor.person_id,
        "agency": actor.agency_id,
        "times": TIMES,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tests.integration.races.voter", json.dumps(order)],
        cwd=ROOT,
        env={**os.environ, **to_environment(app.extensions["approval_parts"].settings)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def pipe(end: IO[str] | None) -> IO[str]:
    assert end is not None
    return end


def test_processes_writing_at_once_lose_and_double_nothing(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    voters = [start_voter(app, house, pledge_id, who) for who in range(PROCESSES)]
    for voter in voters:
        assert pipe(voter.stdout).readline() == "ready\n", pipe(voter.stderr).read()
    for voter in voters:
        pipe(voter.stdin).write("go\n")
        pipe(voter.stdin).flush()
    endings = [voter.communicate(timeout=120) for voter in voters]
    assert [voter.returncode for voter in voters] == [0] * PROCESSES, endings
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Verdict)) == PROCESSES * TIMES
        assert len(events("pledge:verdict:given")) == PROCESSES * TIMES
        require_sound_history()
