"""`approval import FILE`: makes a draft from a file, as the import page does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask

from approval.cli.this_installation import open_installation
from approval.domain.commands import Actor, ImportPledge
from approval.domain.states import Role
from approval.extensions import parts
from approval.queries.coordinators import Coordinator, load_coordinators
from approval.services.import_pledge import import_pledge


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--coordinator", "email", help="Address of the coordinator who drafts, when there are several.")
@click.pass_obj
def command(create_app: Callable[[], Flask], file: Path, email: str | None) -> None:
    """Make a draft from a Word, Markdown or text file."""
    with open_installation(create_app).app_context():
        drafter = _choose(load_coordinators(), email)
        actor = Actor(drafter.person_id, Role.COORDINATOR, user_agent="approval import")
        pledge_id = import_pledge(ImportPledge(actor, drafter.bloc_id, file.read_bytes()))
        click.echo(f"Đã tạo dự thảo. / Draft made: {parts().settings.public_base_url}/van-ban/{pledge_id}")


def _choose(coordinators: tuple[Coordinator, ...], email: str | None) -> Coordinator:
    chosen = [one for one in coordinators if email is None or one.email == email.strip().lower()]
    if len(chosen) == 1:
        return chosen[0]
    known = ", ".join(one.email for one in coordinators) or "—"
    raise click.UsageError(
        f"Chọn Thư ký Khối bằng --coordinator; hiện có: {known}. / Choose the coordinator; there are: {known}."
    )
