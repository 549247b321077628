"""`approval erase-private EMAIL`: what the law lets a person ask for, without touching the proof of what they did."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask import Flask

from approval.cli.this_installation import open_installation
from approval.domain.commands import SYSTEM_ACTOR
from approval.services.erase_private import ErasePrivate, erase_private


@click.command("erase-private")
@click.argument("email")
@click.pass_obj
def command(create_app: Callable[[], Flask], email: str) -> None:
    """Erase the network addresses and browsers kept beside the acts of the person who signs in with EMAIL."""
    with open_installation(create_app).app_context():
        count = erase_private(ErasePrivate(SYSTEM_ACTOR, email))
    click.echo(
        f"Đã xóa địa chỉ mạng và trình duyệt của {count} sự kiện; nhật ký vẫn kiểm tra được như trước. / "
        f"Erased addresses and browsers of {count} events; the history checks as before."
    )
