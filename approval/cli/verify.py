"""`approval verify FILE`: checks a finished PDF offline, without an account and without trusting any server."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from approval.adapters.clock import VIETNAM, SystemClock
from approval.cli.embedded_home import DEFAULT_FOLDER
from approval.domain.document import Finding, SignatureCheck, ValidationReport

EXIT_CODES = {Finding.SOUND: 0, Finding.TAMPERED: 1, Finding.INCOMPLETE: 2, Finding.UNREADABLE: 3}
_VERDICTS = {
    Finding.SOUND: "HỢP LỆ: văn bản đủ chữ ký, không bị sửa. / SOUND: complete and unaltered.",
    Finding.TAMPERED: "KHÔNG HỢP LỆ: văn bản đã bị sửa hoặc chữ ký không đúng. / TAMPERED.",
    Finding.INCOMPLETE: "CHƯA ĐỦ: văn bản còn thiếu chữ ký hoặc niêm phong. / INCOMPLETE.",
    Finding.UNREADABLE: "KHÔNG ĐỌC ĐƯỢC: tệp không phải PDF của một bản giao ước. / UNREADABLE.",
}


@click.command("verify")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--trust",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="PEM of the root certificate to trust. [default: the root of the installation on this machine]",
)
def command(file: Path, trust: Path | None) -> None:
    """Check a finished PDF. Exit code: 0 sound, 1 tampered, 2 incomplete, 3 unreadable."""
    root = trust or _own_root()
    report = inspect_file(file, root)
    click.echo(_VERDICTS[report.finding])
    for line in [_signature_line(check) for check in report.signatures] + [f"  ! {text}" for text in report.problems]:
        click.echo(line)
    click.echo(f"Chứng thư gốc dùng để kiểm tra / trusted root: {_fingerprints(_roots(root))}")
    sys.exit(EXIT_CODES[report.finding])


def inspect_file(file: Path, root: Path) -> ValidationReport:
    """Judge a file with the root certificates of a PEM file, offline, as of today. Raises click.UsageError."""
    # pyHanko takes most of a second to import and every other command would pay for it.
    from approval.adapters.pdf_validator import PdfValidator  # noqa: PLC0415

    try:
        pdf = file.read_bytes()
    except OSError as error:
        reason = f"Không mở được tệp: {error.strerror}. / Cannot open the file."
        return ValidationReport(Finding.UNREADABLE, (), (reason,), None)
    return PdfValidator(_roots(root), SystemClock()).inspect(pdf)


def _own_root() -> Path:
    root = Path(os.environ.get("APPROVAL_DATA_DIR", DEFAULT_FOLDER)) / "pki" / "root.pem"
    if not root.exists():
        raise click.UsageError(
            "Chưa biết tin vào chứng thư gốc nào: thêm --trust TỆP.pem. / No root certificate to trust: add --trust."
        )
    return root


def _roots(path: Path) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except ValueError:
        raise click.UsageError(
            f"{path} không chứa chứng thư PEM; chọn tệp khác. / {path} holds no PEM certificate; choose another file."
        ) from None


def _fingerprints(roots: tuple[x509.Certificate, ...]) -> str:
    return ", ".join(f"SHA-256 {root.fingerprint(SHA256()).hex()}" for root in roots)


def _signature_line(check: SignatureCheck) -> str:
    mark = "✓" if not check.problems else "✗"
    when = f"{check.signed_at.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y}" if check.signed_at else "không rõ thời điểm"
    return "\n".join(
        [f"  {mark} {check.field_name}: {check.signer}, {when}", *(f"      {text}" for text in check.problems)]
    )
