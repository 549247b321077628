"""`approval verify FILE`: checks a finished PDF or an evidence bundle offline, without trusting any server."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from approval.adapters.clock import VIETNAM, SystemClock
from approval.adapters.pki import TestAuthority
from approval.cli.bundle_verdict import bundle_verdict, is_bundle
from approval.cli.embedded_home import DEFAULT_FOLDER
from approval.domain.document import Finding, SignatureCheck, ValidationReport

if TYPE_CHECKING:
    from approval.adapters.pdf_validator import PdfValidator

Roots = tuple[x509.Certificate, ...]
EXIT_CODES = {Finding.SOUND: 0, Finding.TAMPERED: 1, Finding.INCOMPLETE: 2, Finding.UNREADABLE: 3}
_VERDICTS = {
    Finding.SOUND: "HỢP LỆ: văn bản đủ chữ ký, không bị sửa. / SOUND: complete and unaltered.",
    Finding.TAMPERED: "KHÔNG HỢP LỆ: văn bản đã bị sửa hoặc chữ ký không đúng. / TAMPERED.",
    Finding.INCOMPLETE: (
        "CHƯA ĐỦ: văn bản còn thiếu chữ ký hoặc niêm phong; đây là bản ký dở hoặc đã bị cắt bớt."
        " / INCOMPLETE: not finished, or cut back."
    ),
    Finding.UNREADABLE: "KHÔNG ĐỌC ĐƯỢC: tệp không phải PDF của một bản giao ước. / UNREADABLE.",
}
# Whole, complete, and signed by nobody the reader said to know.
EXIT_UNKNOWN = 4
_UNKNOWN = (
    "KHÔNG XÁC ĐỊNH: văn bản nguyên vẹn và đủ chữ ký, nhưng không chữ ký nào dẫn tới một chứng thư gốc mà người kiểm "
    "tra đã chọn, nên chưa biết ai phát hành; hãy chọn chứng thư gốc của bên phát hành bằng --trust."
    " / UNKNOWN: whole and complete, but no trusted root says who issued the keys; choose one with --trust."
)
_NOT_KNOWN = (
    "Chưa đối chiếu với chứng thư gốc nào: tên người ký ở trên do chính tệp khai."
    " / No trusted root vouches for the names above; they are what the file says."
)
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
def command(file: Path, trust: Path | None, policy: Path | None, receipts: tuple[Path, ...]) -> None:
    """Check a finished PDF or an evidence bundle.

    Exit code: 0 sound, 1 tampered, 2 incomplete, 3 unreadable, 4 issuer unknown. A wrong call exits with 64.
    """
    validator, roots = _trusting(trust) if trust else _of_this_installation()
    try:
        pdf = file.read_bytes()
        if is_bundle(pdf):
            sys.exit(bundle_verdict(file.name, pdf, policy=policy, receipts=receipts, roots=roots))
        report, known = _judge(pdf, validator)
    except OSError as error:
        pdf, known = b"", True
        reason = f"Không mở được tệp: {error.strerror}. / Cannot open the file."
        report = ValidationReport(Finding.UNREADABLE, (), (reason,), None)
    unknown = not known and (report.finding is Finding.SOUND or _only_untrusted(report))
    click.echo(_UNKNOWN if unknown else _VERDICTS[report.finding])
    for line in _identity(file.name, pdf, report, known=known) if pdf else []:
        click.echo(line)
    good = "✓" if known else "?"
    lines = [_signature_line(check, good) for check in report.signatures]
    for line in lines + [f"  ! {text}" for text in report.problems]:
        click.echo(line)
    for root in roots:
        click.echo(f"Chứng thư gốc dùng để kiểm tra / trusted root: {_describe(root)}")
    if not known:
        click.echo(_NOT_KNOWN)
    sys.exit(EXIT_UNKNOWN if unknown else EXIT_CODES[report.finding])


def _judge(pdf: bytes, validator: PdfValidator | None) -> tuple[ValidationReport, bool]:
    """The report, and whether any signature leads to a chosen root.

    Whom to believe is asked last: a file that is altered or cut back is that, whoever issued its keys.
    """
    # pyHanko takes most of a second to import and every other command would pay for it.
    from approval.adapters.pdf_unrooted import inspect_unrooted  # noqa: PLC0415

    report = validator.inspect(pdf) if validator else None
    if report is not None and not _only_untrusted(report):
        return report, True
    return inspect_unrooted(pdf, SystemClock()), False


def _identity(name: str, pdf: bytes, report: ValidationReport, *, known: bool) -> list[str]:
    """Which file was judged, and how it calls itself where that can be believed."""
    # PDFium, like pyHanko below, would be paid for by every other command.
    from approval.adapters.pdf_text import title_of  # noqa: PLC0415

    lines = [f"Tệp / file: {name}, SHA-256 {sha256(pdf).hexdigest()}"]
    believed = report.finding is Finding.SOUND and known
    return [f"Văn bản / document: {title_of(pdf)}", *lines] if believed else lines


def inspect_pdf(pdf: bytes, trust: Path) -> ValidationReport:
    """Judge a PDF with the root certificates of a PEM file, offline, as of today. Raises click.UsageError."""
    return _trusting(trust)[0].inspect(pdf)


def _trusting(trust: Path) -> tuple[PdfValidator, Roots]:
    # pyHanko takes most of a second to import and every other command would pay for it.
    from approval.adapters.pdf_validator import PdfValidator  # noqa: PLC0415

    roots = _roots(trust)
    return PdfValidator(roots, SystemClock()), roots


def _of_this_installation() -> tuple[PdfValidator | None, Roots]:
    """The installation's CRLs also tell about files that are not sealed yet. Without one nobody is trusted."""
    from approval.adapters.pdf_validator import PdfValidator  # noqa: PLC0415 - as above

    folder = Path(os.environ.get("APPROVAL_DATA_DIR", DEFAULT_FOLDER)) / "pki"
    if not (folder / "root.pem").exists():
        return None, ()
    clock = SystemClock()
    authority = TestAuthority.create_or_load(folder, clock)
    return PdfValidator(authority.trust_roots, clock, evidence=authority), authority.trust_roots


def _roots(path: Path) -> Roots:
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except ValueError:
        raise click.UsageError(
            f"{path} không chứa chứng thư PEM; chọn tệp khác. / {path} holds no PEM certificate; choose another file."
        ) from None


def _describe(root: x509.Certificate) -> str:
    """Whom the reader trusts: a test root says in its name that it is one."""
    return f"{root.subject.rfc4514_string()}, SHA-256 {root.fingerprint(SHA256()).hex()}"


def _only_untrusted(report: ValidationReport) -> bool:
    """Whether whole signatures all lead to another root: then nobody may be told that the file was altered."""
    checks = report.signatures
    return bool(checks) and all(one.intact and one.valid for one in checks) and not any(one.trusted for one in checks)


def _signature_line(check: SignatureCheck, good: str) -> str:
    mark = good if not check.problems else "✗"
    when = f"{check.signed_at.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y}" if check.signed_at else "không rõ thời điểm"
    return "\n".join(
        [f"  {mark} {check.field_name}: {check.signer}, {when}", *(f"      {text}" for text in check.problems)]
    )
