"""A process of its own that changes its mind many times, as a second web worker on the same database would."""

from __future__ import annotations

import json
import os
import sys
import uuid

from approval.app import create_app
from approval.config import Settings
from approval.domain.commands import Actor, GiveVerdict
from approval.domain.states import Role, VerdictKind
from approval.services.give_verdict import give_verdict


def main() -> None:
    """Say "ready", wait for a line, then answer `times` times, each answer differing from the last."""
    order = json.loads(sys.argv[1])
    actor = Actor(order["person"], Role.REPRESENTATIVE, order["agency"])
    app = create_app(Settings.from_environment(os.environ))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    with app.app_context():
        for turn in range(order["times"]):
            give_verdict(
                GiveVerdict(
                    actor=actor,
                    pledge_id=uuid.UUID(order["pledge"]),
                    revision_number=1,
                    revision_sha256=order["sha256"],
                    kind=VerdictKind.REQUEST_CHANGES,
                    comment=f"Lần thứ {turn}.",
                )
            )


if __name__ == "__main__":
    main()
