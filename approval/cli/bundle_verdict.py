"""What `approval verify` says about an evidence bundle."""

# ruff: noqa: PLC0415 - pyHanko takes most of a second to import, and every other command would pay for it
from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

import click
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from approval.adapters.clock import SystemClock
from approval.domain.evidence_policy import EvidencePolicy, PolicyError
from approval.domain.evidence_report import exit_code

_ZIP = b"PK"
_VERDICTS = {
    0: "HỢP LỆ: hồ sơ toàn vẹn và đầy đủ. / SOUND: the bundle is whole and complete.",
    1: "KHÔNG HỢP LỆ: hồ sơ đã bị sửa hoặc có điều không thể xảy ra. / TAMPERED.",
    2: "CHƯA ĐỦ: hồ sơ còn thiếu. / INCOMPLETE: something is missing.",
    3: "KHÔNG ĐỌC ĐƯỢC: tệp không phải hồ sơ chứng cứ. / UNREADABLE.",
    4: (
        "KHÔNG XÁC ĐỊNH: hồ sơ tự khớp, nhưng chưa biết khóa của ai; hãy cho biết bằng --policy."
        " / UNKNOWN: consistent, but by nobody's known keys; name them with --policy."
    ),
}


def is_bundle(content: bytes) -> bool:
    """Whether the file is to be judged as an archive."""
    return content.startswith(_ZIP)


def bundle_verdict(
    name: str,
    content: bytes,
    *,
    policy: Path | None,
    receipts: Sequence[Path],
    roots: Iterable[x509.Certificate],
) -> int:
    """Print the verdict and one line a question; returns the exit code. Raises click.UsageError."""
    from approval.adapters.evidence_pdf import check_pdf
    from approval.adapters.evidence_verifier import verify_bundle

    asked = _policy(policy, roots)
    files, checks = verify_bundle(content, asked, _receipts(receipts))
    if files:
        checks = (*checks, check_pdf(files, asked.roots, SystemClock()))
    code = exit_code(checks)
    click.echo(_VERDICTS[code])
    click.echo(f"Tệp / file: {name}, SHA-256 {sha256(content).hexdigest()}")
    for check in checks:
        click.echo(f"  {check.line}")
    return code


def _policy(path: Path | None, roots: Iterable[x509.Certificate]) -> EvidencePolicy:
    """The reader's file, and the roots otherwise chosen."""
    try:
        policy = EvidencePolicy.from_text(path.read_text(encoding="utf-8-sig") if path else "")
    except (PolicyError, OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{path} không phải chính sách kiểm tra ({error}). / {path} is no policy.") from error
    chosen = {root.fingerprint(SHA256()).hex() for root in roots}
    return EvidencePolicy(policy.log_keys, policy.witnesses, policy.quorum, policy.roots | chosen)


def _receipts(paths: Sequence[Path]) -> dict[str, bytes]:
    try:
        return {path.name: path.read_bytes() for path in paths}
    except OSError as error:
        raise click.UsageError(f"Không mở được biên nhận: {error}. / Cannot open a receipt.") from error
