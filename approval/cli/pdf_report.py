"""What `approval verify` prints about a PDF, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from approval.adapters.clock import VIETNAM
from approval.domain.bundle_verdict import BundleVerdict
from approval.domain.evidence_report import Outcome
from approval.domain.pdf_verdict import FileKind, JudgedSignature, PdfVerdict

_PLEDGE = {
    0: "HỢP LỆ: văn bản đủ chữ ký, không bị sửa. / SOUND: complete and unaltered.",
    1: "KHÔNG HỢP LỆ: văn bản đã bị sửa hoặc chữ ký không đúng. / TAMPERED.",
    2: (
        "CHƯA ĐỦ: văn bản còn thiếu chữ ký hoặc niêm phong; đây là bản ký dở hoặc đã bị cắt bớt."
        " / INCOMPLETE: not finished, or cut back."
    ),
    3: "KHÔNG ĐỌC ĐƯỢC: không kiểm tra được tệp này, lý do nêu dưới đây. / UNREADABLE.",
    # Whole, complete, and signed by nobody the reader said to know.
    4: (
        "KHÔNG XÁC ĐỊNH: văn bản nguyên vẹn và đủ chữ ký, nhưng không chữ ký nào dẫn tới một chứng thư gốc mà người "
        "kiểm tra đã chọn, nên chưa biết ai phát hành; hãy chọn chứng thư gốc của bên phát hành bằng --trust."
        " / UNKNOWN: whole and complete, but no trusted root says who issued the keys; choose one with --trust."
    ),
}
_OTHER = {
    **_PLEDGE,
    0: (
        "HỢP LỆ: mọi chữ ký số trong tệp đều đúng và nội dung không đổi từ khi ký. Đây không phải bản giao ước của hệ "
        "thống. / SOUND: every signature is right; not a document of this product."
    ),
    2: "CHƯA ĐỦ: tệp không có chữ ký số nào. / INCOMPLETE: nobody signed this file.",
    4: (
        "KHÔNG XÁC ĐỊNH: không thấy chữ ký nào sai, nhưng còn điều chưa xác định được (các dòng NOT CHECKED). "
        "/ UNKNOWN: no signature is wrong, but something could not be determined; see NOT CHECKED."
    ),
}
_NOT_KNOWN = (
    "Chưa đối chiếu với chứng thư gốc nào: tên người ký ở trên do chính tệp khai."
    " / No trusted root vouches for the names above; they are what the file says."
)
_SIGNED = "Chữ ký / signatures:"
CHECKS = "Kiểm tra / checks (PASS: đạt, FAIL: không đạt, NOT CHECKED: chưa kiểm tra được):"
_CRITERIA = "Tiêu chí của TT 15/2025/TT-BKHCN, Phụ lục II / criteria of the law, in brackets the signatures meant:"
_MARKS = {Outcome.PASS: "✓", Outcome.TAMPERED: "✗"}


def text_lines(verdict: PdfVerdict, name: str, content: bytes, roots: Iterable[x509.Certificate]) -> Iterator[str]:
    """The verdict first, then the file, who signed, every check a line, and whom the reader trusts."""
    yield (_PLEDGE if verdict.kind is FileKind.PLEDGE else _OTHER)[verdict.code]
    if verdict.code == 0 and verdict.kind is FileKind.PLEDGE:
        yield f"Văn bản / document: {verdict.title or '(tệp không ghi tên)'}"
    yield from about_file(name, content)
    yield from document_lines(verdict)
    yield from about_roots(roots)
    if not verdict.known and verdict.signatures:
        yield _NOT_KNOWN


def document_lines(verdict: PdfVerdict) -> Iterator[str]:
    """Who signed, every check of the file a line, every criterion of the law a line."""
    if verdict.signatures:
        yield _SIGNED
    for signature in verdict.signatures:
        yield from _signature_lines(signature)
    yield CHECKS
    for check in verdict.checks:
        yield f"  {check.line}"
    if verdict.signatures:
        yield _CRITERIA
    for line in verdict.criteria_lines():
        yield f"  {line}"


def json_text(verdict: PdfVerdict | BundleVerdict, name: str, content: bytes, roots: Iterable[x509.Certificate]) -> str:
    """The same as one JSON object; its shape is the verdict's `as_dict` and three keys about the call."""
    told = {
        **verdict.as_dict(),
        "file": name,
        "sha256": sha256(content).hexdigest() if content else None,
        "trusted_roots": [describe_root(root) for root in roots],
    }
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)


def about_file(name: str, content: bytes) -> Iterator[str]:
    """Which file was judged: nothing where there was none to read."""
    if content:
        yield f"Tệp / file: {name}, {len(content)} byte, SHA-256 {sha256(content).hexdigest()}"


def about_roots(roots: Iterable[x509.Certificate]) -> Iterator[str]:
    """Whom the reader trusts."""
    for root in roots:
        yield f"Chứng thư gốc dùng để kiểm tra / trusted root: {describe_root(root)}"


def describe_root(root: x509.Certificate) -> str:
    """Whom the reader trusts: a test root says in its name that it is one."""
    return f"{root.subject.rfc4514_string()}, SHA-256 {root.fingerprint(SHA256()).hex()}"


def _signature_lines(one: JudgedSignature) -> Iterator[str]:
    when = f"{one.signed_at.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y}" if one.signed_at else "không rõ thời điểm"
    claimed = "" if one.stamped or one.signed_at is None else " (máy của người ký khai, không có dấu thời gian)"
    signer = one.signer if one.organisation in {"", one.signer} else f"{one.signer}, {one.organisation}"
    yield f"  {_MARKS.get(one.outcome, '?')} {one.field_name}: {signer or 'không đọc được'}, {when}{claimed}"
    if one.issuer:
        yield f"      nơi cấp / issuer: {one.issuer}; số / serial: {one.serial}"
