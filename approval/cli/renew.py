"""`approval renew`: reports whose proof weakens, and carries it on with a new time stamp."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import click
from flask import Flask

from approval.adapters.clock import VIETNAM
from approval.adapters.file_store import FileDamagedError, FileMissingError
from approval.cli.this_installation import open_installation
from approval.domain.errors import PledgeError
from approval.domain.proof_age import WARNING, ProofAge, ProofStanding
from approval.extensions import db, parts
from approval.queries.proof_files import ProofFile, load_proof_files
from approval.services.renew_proof import RenewProof, renew_proof

_WORDS = {
    ProofStanding.FIRM: "còn vững",
    ProofStanding.WEAKENING: "SẮP YẾU",
    ProofStanding.ENDED: "ĐÃ HẾT HẠN",
}
_FAILED, _RENEWED = "không gia hạn được", "đã gia hạn"


@click.command("renew")
@click.option("--report", "only_report", is_flag=True, help="Only say how each document stands; change nothing.")
@click.option(
    "--within",
    type=click.IntRange(1, 3650),
    default=WARNING.days,
    show_default=True,
    help="Days: whose proof ends within them is renewed.",
)
@click.pass_obj
def command(create_app: Callable[[], Flask], within: int, only_report: bool) -> None:  # noqa: FBT001 - click's way
    """Renew the proof of finished documents before its certificates age, and report on all of them.

    Run it once a month. Exit code 0: every proof is firm; 1: some document needs somebody's attention, named above.
    """
    with open_installation(create_app).app_context():
        files = load_proof_files(db.session())
        db.session.rollback()
        found = Counter(_look_after(file, timedelta(days=within), act=not only_report) for file in files)
    click.echo(f"{len(files)} văn bản hoàn chỉnh: " + (", ".join(f"{n} {word}" for word, n in found.items()) or "0"))
    sys.exit(0 if set(found) <= {_WORDS[ProofStanding.FIRM], _RENEWED} else 1)


def _look_after(file: ProofFile, within: timedelta, *, act: bool) -> str:
    """What became of one document; prints its line. One that fails does not stop the others."""
    try:
        age = parts().renewer.age(parts().file_store.get(file.sha256))
        standing = age.standing(parts().clock.now(), within)
        word = _WORDS[standing]
        if act and standing is not ProofStanding.FIRM:
            age = renew_proof(RenewProof(file.pledge_id)) or age
            word = _RENEWED
    except PledgeError as error:
        _line(file, _FAILED, f"{error.vi} / {error.en}")
        return _FAILED
    except (FileMissingError, FileDamagedError) as error:
        _line(file, _FAILED, f"tệp không đọc được trong kho tệp; khôi phục từ bản sao lưu ({error})")
        return _FAILED
    _line(file, word, _dates(age))
    return word


def _dates(age: ProofAge) -> str:
    stamped, ends = (moment.astimezone(VIETNAM) for moment in (age.stamped_at, age.ends_at))
    return f"dấu thời gian cuối {stamped:%d/%m/%Y}, chứng thư hết hạn {ends:%d/%m/%Y}"


def _line(file: ProofFile, word: str, more: str) -> None:
    click.echo(f"{word}: {file.title} ({file.pledge_id}): {more}")
