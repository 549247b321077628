"""What `approval verify` says about an evidence bundle."""

# ruff: noqa: PLC0415 - pyHanko takes most of a second to import, and every other command would pay for it
from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from approval.adapters.clock import SystemClock
from approval.cli.pdf_report import CHECKS, about_file, about_roots, document_lines
from approval.domain.bundle_verdict import BundleVerdict
from approval.domain.evidence_policy import EvidencePolicy, PolicyError

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


def judged_bundle(
    content: bytes, *, policy: Path | None, receipts: Sequence[Path], roots: Iterable[x509.Certificate]
) -> BundleVerdict:
    """The verdict as of now. Raises click.UsageError for a policy or receipt that cannot be read."""
    from approval.adapters.bundle_judge import judge_bundle

    return judge_bundle(content, _policy(policy, roots), _receipts(receipts), SystemClock())


def bundle_lines(verdict: BundleVerdict, name: str, content: bytes, roots: Iterable[x509.Certificate]) -> Iterator[str]:
    """The verdict first, then the file, every question a line, and what is said of the document inside."""
    yield _VERDICTS[verdict.code]
    yield from about_file(name, content)
    yield CHECKS
    for line in verdict.lines():
        yield f"  {line}"
    if verdict.document is not None:
        yield "Văn bản trong hồ sơ / the document inside:"
        yield from document_lines(verdict.document)
    yield from about_roots(roots)


def _policy(path: Path | None, roots: Iterable[x509.Certificate]) -> EvidencePolicy:
    """The reader's file, and the roots otherwise chosen."""
    try:
        policy = EvidencePolicy.from_text(path.read_text(encoding="utf-8-sig") if path else "")
    except (PolicyError, OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{path} không phải chính sách kiểm tra ({error}). / {path} is no policy.") from error
    chosen = {root.fingerprint(SHA256()).hex() for root in roots}
    return EvidencePolicy(policy.log_keys, policy.witnesses, policy.quorum, policy.roots | chosen)


def _receipts(paths: Sequence[Path]) -> dict[str, bytes]:
    """By base name; of those that share one by the whole path, so that none takes another's place."""
    names = [path.name for path in paths]
    try:
        return {path.name if names.count(path.name) == 1 else str(path): path.read_bytes() for path in paths}
    except OSError as error:
        raise click.UsageError(f"Không mở được biên nhận: {error}. / Cannot open a receipt.") from error
