"""`approval check FILE`: proofreads a draft and says where it departs from the format of NĐ 30/2020."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from approval.adapters.phrase_file import load_phrases
from approval.adapters.pledge_source import import_source
from approval.domain.errors import InvalidInputError
from approval.domain.pledge_text import PledgeText
from approval.domain.proof_finding import Level, ProofFinding, passages_of
from approval.domain.proofreading import proofread
from approval.domain.stale_references import stale_references
from approval.domain.year_move import YearMove, pledge_year

FOUND, UNREADABLE = 1, 3
_LEVELS = {Level.ERROR: "lỗi", Level.WARN: "lưu ý"}
_LONGEST_QUOTE = 80


@click.command("check")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--phrases",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A text file of phrases to know beside the shipped ones, one a line.",
)
@click.option(
    "--year",
    type=click.IntRange(2001, 2099),
    help="The year the draft is for: also lists what still speaks of an earlier one.",
)
def command(file: Path, phrases: Path | None, year: int | None) -> None:
    """Proofread a Word, Markdown or text file. Nothing is changed or stored.

    Exit code: 0 nothing found, 1 findings, 3 unreadable.
    """
    try:
        found = inspect_draft(file, phrases, year)
    except InvalidInputError as error:
        click.echo(f"{error.vi}\n{error.en}", err=True)
        sys.exit(UNREADABLE)
    except OSError as error:
        click.echo(f"Không mở được tệp: {error.strerror}. / Cannot open the file.", err=True)
        sys.exit(UNREADABLE)
    for finding in found:
        click.echo(_line(finding))
    click.echo(f"{len(found)} điều cần xem. / {len(found)} findings." if found else "Không thấy lỗi. / Nothing found.")
    sys.exit(FOUND if found else 0)


def inspect_draft(file: Path, phrases: Path | None, year: int | None = None) -> tuple[ProofFinding, ...]:
    """Every finding about the draft in `file`, with stale references if a year is given.

    Raises OSError, InvalidInputError (also as NotAPledgeError).
    """
    imported = import_source(file.read_bytes())
    found = proofread(imported.text, load_phrases(phrases), imported.findings)
    if year is None:
        return found
    stale = stale_references(passages_of(imported.text), YearMove(_source_year(imported.text, year), year))
    return tuple(sorted((*found, *stale), key=lambda finding: (finding.place.order, finding.rule)))


def _source_year(text: PledgeText, year: int) -> int:
    """The year of the text; of a text whose title has been moved on already, the year before."""
    return min(pledge_year(text) or year, year - 1)


def _line(finding: ProofFinding) -> str:
    words = [f"{finding.place.label}: {finding.rule} {_LEVELS[finding.level]}:"]
    if finding.found:
        words.append(f"“{_shortened(finding.found)}”")
    if finding.suggestion is not None:
        words.append(f"→ “{finding.suggestion}”")
    return " ".join([*words, f"({finding.vi})"])


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE].rstrip()}…"
