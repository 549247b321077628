"""`approval bounce FILE`: takes a delivery report from a mail server, as a file or through a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import BinaryIO

import click
from flask import Flask

from approval.adapters.delivery_report import LARGEST_REPORT
from approval.cli.this_installation import open_installation
from approval.domain.errors import AlreadyDoneError, InvalidInputError, NotFoundError, PledgeError
from approval.services.record_bounce import RecordBounce, record_bounce

# sysexits.h, which mail servers understand: 65 drops the report, 75 has it brought again later.
_NOT_FOR_US, _LATER = 65, 75


@click.command("bounce")
@click.argument("file", type=click.File("rb"))
@click.option("--recipient", default="", help="The address the report was delivered to, e.g. ${recipient} of Postfix.")
@click.pass_obj
def command(create_app: Callable[[], Flask], file: BinaryIO, recipient: str) -> None:
    """Record that a mail came back: FILE holds the mail server's report, `-` reads it from a pipe.

    Exit code 0: recorded, now or before; 65: nothing of ours; 75: try again later.
    """
    bounce = RecordBounce(file.read(LARGEST_REPORT + 1), recipient)
    try:
        with open_installation(create_app).app_context():
            outbox_id = record_bounce(bounce)
    except PledgeError as error:
        click.echo(f"{error.vi} / {error.en}", err=True)
        sys.exit(_exit_code(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, a mail server must keep the report and come again
        click.echo(f"{type(error).__name__}: {error}", err=True)
        sys.exit(_LATER)
    click.echo(f"Đã ghi: thư số {outbox_id} bị trả lại. / Recorded: mail {outbox_id} came back.")


def _exit_code(error: PledgeError) -> int:
    if isinstance(error, AlreadyDoneError):
        return 0
    return _NOT_FOR_US if isinstance(error, InvalidInputError | NotFoundError) else _LATER
