"""One relay in a process of its own: relays what is due to get warm, waits for the word, relays until nothing is due.

`python -m tests.bench.relay_process bare <host> <port> <mails a line>` is the bare counterpart: smtplib alone sends the
mails (a JSON list of sender, recipient and content, read before the word) one after the other.
"""

from __future__ import annotations

import json
import os
import smtplib
import sys

from approval.app import create_app
from approval.config import Settings
from worker.relay_mail import relay_mail


def main() -> None:
    """Say "ready", wait for a line, work, say "done"."""
    if sys.argv[1:2] == ["bare"]:
        _send_all(sys.argv[2], int(sys.argv[3]), mails_a_line=int(sys.argv[4]))
        return
    with create_app(Settings.from_environment(os.environ)).app_context():
        # A worker runs for weeks; what its first mail costs (statements, templates) is no property of the others.
        relay_mail()
        _wait_for_the_word()
        relay_mail()
        print("done", flush=True)


def _send_all(host: str, port: int, *, mails_a_line: int) -> None:
    mails = json.loads(sys.stdin.readline())
    _wait_for_the_word()
    for start in range(0, len(mails), mails_a_line):
        with smtplib.SMTP(host, port, timeout=20) as smtp:
            for sender, recipient, content in mails[start : start + mails_a_line]:
                smtp.sendmail(sender, [recipient], content)
    print("done", flush=True)


def _wait_for_the_word() -> None:
    print("ready", flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    main()
