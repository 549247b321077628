"""`approval evidence PLEDGE --out FILE`: writes everything that proves a pledge's story into one sealed archive."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask

from approval.cli.this_installation import open_installation
from approval.extensions import db
from approval.queries.evidence_bundle import load_any_evidence_bundle


@click.command("evidence")
@click.argument("pledge", type=click.UUID)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The archive to write.")
@click.pass_obj
def command(create_app: Callable[[], Flask], pledge: uuid.UUID, out: Path) -> None:
    """Write the evidence bundle of PLEDGE, the long number in the address of its page.

    Anybody checks it with `approval verify FILE` or with the verify.py inside.
    """
    with open_installation(create_app).app_context():
        bundle = load_any_evidence_bundle(db.session(), pledge)
    try:
        out.write_bytes(bundle)
    except OSError as error:
        raise click.ClickException(
            f"Không ghi được {out}: {error.strerror}. Chọn chỗ khác. / Cannot write {out}; choose another place."
        ) from error
    click.echo(f"Đã ghi hồ sơ chứng cứ. / Evidence written: {out}")
