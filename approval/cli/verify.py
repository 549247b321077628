"""`approval verify FILE`: checks a finished PDF or an evidence bundle offline, without trusting any server."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from cryptography import x509

from approval.adapters.clock import SystemClock
from approval.adapters.pki import TestAuthority
from approval.adapters.upload_judge import extra_roots
from approval.cli.bundle_verdict import bundle_lines, judged_bundle
from approval.cli.embedded_home import DEFAULT_FOLDER
from approval.cli.pdf_report import json_text, text_lines
from approval.config import ConfigurationError
from approval.domain.bundle_verdict import BundleVerdict, is_bundle
from approval.domain.document import ValidationReport
from approval.domain.evidence_report import Check, Outcome
from approval.domain.pdf_verdict import FileKind, PdfVerdict

if TYPE_CHECKING:
    from approval.adapters.pdf_verdict import PdfJudge

Roots = tuple[x509.Certificate, ...]
# sysexits.h; click's own 2 would be taken for "incomplete".
EX_USAGE = 64


class _WrongCallError(click.UsageError):
    exit_code = EX_USAGE


class _VerdictCommand(click.Command):
    """Its exit codes are verdicts, so a wrong call gets one that is none."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        with _usage_errors_aside():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with _usage_errors_aside():
            return super().invoke(ctx)


@contextmanager
def _usage_errors_aside() -> Iterator[None]:
    try:
        yield
    except click.UsageError as error:
        raise _WrongCallError(error.format_message(), error.ctx) from error


@click.command("verify", cls=_VerdictCommand)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--trust",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="PEM of the root certificate to trust. [default: the root of the installation on this machine]",
)
@click.option(
    "--policy",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="For a bundle: whom to believe (lines log, witness, quorum, root), from elsewhere than the bundle.",
)
@click.option(
    "--receipt",
    "receipts",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="For a bundle: a head or .tlog-proof that somebody kept; may be given more than once.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of lines.")
def command(file: Path, trust: Path | None, policy: Path | None, receipts: tuple[Path, ...], as_json: bool) -> None:  # noqa: FBT001 - click's way
    """Check a finished PDF or an evidence bundle.

    Exit code: 0 sound, 1 tampered, 2 incomplete, 3 unreadable, 4 issuer unknown. A wrong call exits with 64.
    """
    judge, roots = _trusting(trust) if trust else _of_this_installation()
    verdict: PdfVerdict | BundleVerdict
    try:
        content = file.read_bytes()
    except OSError as error:
        content, verdict = b"", _unopened(f"Không mở được tệp: {error.strerror}. / Cannot open the file.")
    else:
        if is_bundle(content):
            verdict = judged_bundle(content, policy=policy, receipts=receipts, roots=roots)
        else:
            verdict = judge.judge(content)
    if as_json:
        click.echo(json_text(verdict, file.name, content, roots))
    elif isinstance(verdict, BundleVerdict):
        click.echo("\n".join(bundle_lines(verdict, file.name, content, roots)))
    else:
        click.echo("\n".join(text_lines(verdict, file.name, content, roots)))
    sys.exit(verdict.code)


def _unopened(words: str) -> PdfVerdict:
    check = Check("file", Outcome.UNREADABLE, words)
    return PdfVerdict(FileKind.OTHER, 3, known=False, checks=(check,), problems=(words,))


def inspect_pdf(pdf: bytes, trust: Path) -> ValidationReport:
    """Judge a PDF with the root certificates of a PEM file, offline, as of today. Raises click.UsageError."""
    from approval.adapters.pdf_validator import PdfValidator  # noqa: PLC0415 - as below

    return PdfValidator(_roots(trust), SystemClock()).inspect(pdf)


def _trusting(trust: Path) -> tuple[PdfJudge, Roots]:
    # pyHanko takes most of a second to import and every other command would pay for it.
    from approval.adapters.pdf_verdict import PdfJudge  # noqa: PLC0415

    roots = _roots(trust)
    return PdfJudge(roots, SystemClock()), roots


def _of_this_installation() -> tuple[PdfJudge, Roots]:
    """The installation's CRLs also tell about files that are not sealed yet. Without one nobody is trusted."""
    from approval.adapters.pdf_verdict import PdfJudge  # noqa: PLC0415 - as above

    folder, clock = Path(os.environ.get("APPROVAL_DATA_DIR", DEFAULT_FOLDER)) / "pki", SystemClock()
    further = _further_roots()
    if not (folder / "root.pem").exists():
        return PdfJudge(further, clock), further
    authority = TestAuthority.create_or_load(folder, clock)
    roots = (*authority.trust_roots, *further)
    return PdfJudge(roots, clock, evidence=authority), roots


def _further_roots() -> Roots:
    """Those that the public page of this installation trusts beside its own: it must not judge otherwise."""
    named = os.environ.get("APPROVAL_TRUST_ROOTS")
    try:
        return extra_roots(Path(named) if named else None)
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from error


def _roots(path: Path) -> Roots:
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except ValueError:
        raise click.UsageError(
            f"{path} không chứa chứng thư PEM; chọn tệp khác. / {path} holds no PEM certificate; choose another file."
        ) from None
