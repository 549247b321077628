"""A process of its own that signs or finalises and may die on the way: `python -m tests.faults.dying_process …`."""

from __future__ import annotations

import os
import sys
import uuid

from approval.app import create_app
from approval.config import Settings
from approval.domain.commands import Actor, FinalisePledge
from approval.domain.states import Role
from approval.extensions import db
from approval.models.person import Person
from approval.services.finalise_pledge import finalise_pledge
from approval.services.sign_pledge import sign_pledge
from tests.factories.signing_house import sign_command


def main(task: str, pledge_id: str, person_id: str) -> None:
    """Do one task with the settings of the environment; its failpoint decides whether this ever returns."""
    app = create_app(Settings.from_environment(os.environ))
    with app.app_context():
        if task == "finalise":
            finalise_pledge(FinalisePledge(uuid.UUID(pledge_id)))
            return
        person = db.session.get_one(Person, int(person_id))
        actor = _actor(person)
    command = sign_command(app, uuid.UUID(pledge_id), actor)
    with app.app_context():
        sign_pledge(command)


def _actor(person: Person) -> Actor:
    return Actor(person.id, Role(person.role), person.agency_id)


if __name__ == "__main__":
    main(*sys.argv[1:])
