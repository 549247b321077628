"""Processes that sign, finalise or sweep and may die on the way, each forked from one that has everything imported.

Importing PDF and typesetting libraries takes seconds, dying takes none: `python -m tests.faults.dying_process` reads
one JSON job a line, forks, and answers with the child's exit code (negative: killed by that signal).
"""

from __future__ import annotations

import json
import os
import sys
import traceback
import uuid

# Imported for the children's sake: the product itself waits with these until it needs them.
import approval.adapters.pdf_signer
import approval.adapters.pdf_validator
import approval.adapters.typesetter
from approval.app import create_app
from approval.config import Settings
from approval.domain.commands import Actor, FinalisePledge
from approval.domain.states import Role
from approval.extensions import db
from approval.models.person import Person
from approval.services.finalise_pledge import finalise_pledge
from approval.services.sign_pledge import sign_pledge
from tests.factories.signing_house import sign_command
from worker.relay_mail import relay_mail

__all__ = ["approval", "main"]


def main() -> None:
    """Serve jobs until the test closes our standard input."""
    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if child == 0:
            os._exit(_run(job))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _run(job: dict[str, str]) -> int:
    try:
        _do(job)
    except BaseException:  # noqa: BLE001 - the child must never return into the server's loop
        traceback.print_exc()
        return 1
    return 0


def _do(job: dict[str, str]) -> None:
    """One task with the given settings; the failpoint among them decides whether this ever returns."""
    app = create_app(Settings.from_environment(json.loads(job["environment"])))
    if job["task"] == "sweep":
        with app.app_context():
            relay_mail()
        return
    pledge_id = uuid.UUID(job["pledge"])
    with app.app_context():
        if job["task"] == "finalise":
            finalise_pledge(FinalisePledge(pledge_id))
            return
        person = db.session.get_one(Person, int(job["person"]))
        actor = Actor(person.id, Role(person.role), person.agency_id)
    command = sign_command(app, pledge_id, actor)
    with app.app_context():
        sign_pledge(command)


if __name__ == "__main__":
    main()
