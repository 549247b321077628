"""`approval sign-log`: the process that signs the history; nothing else reads its key."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from types import FrameType

import click
from flask import Flask
from sqlalchemy.exc import OperationalError

from approval.adapters.signer_folder import SignerFolder
from approval.cli.log_signing import LogSigning
from approval.cli.this_installation import open_installation
from approval.domain.errors import PledgeError
from approval.extensions import db, parts

_POLL_SECONDS = 0.5
_PATIENCE_SECONDS = 2.0


@click.command("sign-log")
@click.option("--once", is_flag=True, help="Sign what is due now and leave.")
@click.option("--rotate-key", is_flag=True, help="Hand over to a new key, signed by the old one.")
@click.option("--replace-lost-key", is_flag=True, help="Begin with a new key because the old one is lost for good.")
@click.pass_obj
def command(create_app: Callable[[], Flask], *, once: bool, rotate_key: bool, replace_lost_key: bool) -> None:
    """Sign heads of the history as it grows, until stopped. Stops with exit code 1 when it would contradict itself."""
    with open_installation(create_app).app_context():
        signing = _signing()
        if rotate_key or replace_lost_key:
            vkey = signing.rotate() if rotate_key else signing.replace_lost()
            click.echo(f"Khóa ký nhật ký mới / new key of the log: {vkey}")
            return
        _tell_key(signing.prepare())
        if once:
            signing.step()
            return
        _sign_until_stopped(signing)


def serve_log_signer(create_app: Callable[[], Flask]) -> None:
    """The same as a child of a one-machine run: what is refused goes into its log."""
    with create_app().app_context():
        signing = _signing()
        try:
            _tell_key(signing.prepare())
            _sign_until_stopped(signing)
        except PledgeError as error:
            sys.stdout.write(f"{error.vi}\n{error.en}\n")
            sys.exit(1)


def _signing() -> LogSigning:
    settings = parts().settings
    return LogSigning(SignerFolder(settings.log_signer_dir), settings.log_origin)


def _tell_key(vkey: str) -> None:
    click.echo(f"Khóa ký nhật ký / key of the log: {vkey}")


def _sign_until_stopped(signing: LogSigning) -> None:
    signal.signal(signal.SIGTERM, _leave)
    while True:
        try:
            signing.step()
        except OperationalError as error:
            # A database being restarted; what waits is signed when it is back.
            click.echo(f"{type(error).__name__}: {error.orig}", err=True)
            db.session.remove()
            time.sleep(_PATIENCE_SECONDS)
        time.sleep(_POLL_SECONDS)


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)
