"""`approval verify FILE`: checks a finished PDF offline, without an account and without trusting any server."""

from __future__ import annotations

import os
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import click
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from approval.adapters.clock import VIETNAM, SystemClock
from approval.adapters.pki import TestAuthority
from approval.cli.embedded_home import DEFAULT_FOLDER
from approval.domain.document import Finding, SignatureCheck, ValidationReport

if TYPE_CHECKING:
    from approval.adapters.pdf_validator import PdfValidator

Roots = tuple[x509.Certificate, ...]
EXIT_CODES = {Finding.SOUND: 0, Finding.TAMPERED: 1, Finding.INCOMPLETE: 2, Finding.UNREADABLE: 3}
_VERDICTS = {
    Finding.SOUND: "HỢP LỆ: văn bản đủ chữ ký, không bị sửa. / SOUND: complete and unaltered.",
    Finding.TAMPERED: "KHÔNG HỢP LỆ: văn bản đã bị sửa hoặc chữ ký không đúng. / TAMPERED.",
    Finding.INCOMPLETE: "CHƯA ĐỦ: văn bản còn thiếu chữ ký hoặc niêm phong. / INCOMPLETE.",
    Finding.UNREADABLE: "KHÔNG ĐỌC ĐƯỢC: tệp không phải PDF của một bản giao ước. / UNREADABLE.",
}
_UNTRUSTED = (
    "KHÔNG XÁC ĐỊNH: không chữ ký nào dẫn tới chứng thư gốc dùng để kiểm tra, nên chưa nói được gì về văn bản; "
    "hãy chọn chứng thư gốc của bên phát hành bằng --trust. / UNKNOWN: the signatures lead to another root."
)


@click.command("verify")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--trust",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="PEM of the root certificate to trust. [default: the root of the installation on this machine]",
)
def command(file: Path, trust: Path | None) -> None:
    """Check a finished PDF. Exit code: 0 sound, 1 tampered, 2 incomplete, 3 unreadable."""
    validator, roots = _trusting(trust) if trust else _of_this_installation()
    try:
        pdf = file.read_bytes()
        report = validator.inspect(pdf)
    except OSError as error:
        pdf = b""
        reason = f"Không mở được tệp: {error.strerror}. / Cannot open the file."
        report = ValidationReport(Finding.UNREADABLE, (), (reason,), None)
    click.echo(_UNTRUSTED if _only_untrusted(report) else _VERDICTS[report.finding])
    for line in _identity(file.name, pdf, report) if pdf else []:
        click.echo(line)
    for line in [_signature_line(check) for check in report.signatures] + [f"  ! {text}" for text in report.problems]:
        click.echo(line)
    for root in roots:
        click.echo(f"Chứng thư gốc dùng để kiểm tra / trusted root: {_describe(root)}")
    sys.exit(EXIT_CODES[report.finding])


def _identity(name: str, pdf: bytes, report: ValidationReport) -> list[str]:
    """Which file was judged, and how it calls itself where that can be believed."""
    # PDFium, like pyHanko below, would be paid for by every other command.
    from approval.adapters.pdf_text import title_of  # noqa: PLC0415

    lines = [f"Tệp / file: {name}, SHA-256 {sha256(pdf).hexdigest()}"]
    return [f"Văn bản / document: {title_of(pdf)}", *lines] if report.finding is Finding.SOUND else lines


def inspect_pdf(pdf: bytes, trust: Path) -> ValidationReport:
    """Judge a PDF with the root certificates of a PEM file, offline, as of today. Raises click.UsageError."""
    return _trusting(trust)[0].inspect(pdf)


def _trusting(trust: Path) -> tuple[PdfValidator, Roots]:
    # pyHanko takes most of a second to import and every other command would pay for it.
    from approval.adapters.pdf_validator import PdfValidator  # noqa: PLC0415

    roots = _roots(trust)
    return PdfValidator(roots, SystemClock()), roots


def _of_this_installation() -> tuple[PdfValidator, Roots]:
    """The installation's CRLs also tell about files that are not sealed yet. Raises click.UsageError."""
    from approval.adapters.pdf_validator import PdfValidator  # noqa: PLC0415 - as above

    folder = Path(os.environ.get("APPROVAL_DATA_DIR", DEFAULT_FOLDER)) / "pki"
    if not (folder / "root.pem").exists():
        raise click.UsageError(
            "Chưa biết tin vào chứng thư gốc nào: thêm --trust TỆP.pem. / No root certificate to trust: add --trust."
        )
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


def _signature_line(check: SignatureCheck) -> str:
    mark = "✓" if not check.problems else "✗"
    when = f"{check.signed_at.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y}" if check.signed_at else "không rõ thời điểm"
    return "\n".join(
        [f"  {mark} {check.field_name}: {check.signer}, {when}", *(f"      {text}" for text in check.problems)]
    )
