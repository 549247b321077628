"""The criteria of the law (annex II of TT 15/2025/TT-BKHCN) for one signature, each answered on its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.sign.general import check_ess_certid, find_unique_cms_attribute
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from approval.adapters.pdf_standing import Revocation, Standing
from approval.domain.evidence_report import Outcome
from approval.domain.pdf_verdict import Criterion

_DIGESTS = {"sha224", "sha256", "sha384", "sha512", "sha512_224", "sha512_256"}
_DIGESTS |= {"sha3_224", "sha3_256", "sha3_384", "sha3_512", "shake128", "shake256"}
_SMALLEST_RSA = 2048
_SMALLEST_CURVE = 256
# Keys made for these and nothing else do not sign documents.
_OTHER_PURPOSES = {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.OCSP_SIGNING}
_REVOCATION = {
    Revocation.ACTIVE: (Outcome.PASS, "hoạt động"),
    Revocation.REVOKED: (Outcome.TAMPERED, "đã bị thu hồi"),
    Revocation.UNKNOWN: (Outcome.UNKNOWN, "không xác định: không có dữ liệu thu hồi cho thời điểm ký"),
}


@dataclass(frozen=True, slots=True)
class SignatureFacts:
    """What validation found. None: it could not be examined. `signed_at` is vouched for only when `stamped`.

    `answered` is the standing that validation found by other means than the lists (OCSP), UNKNOWN without any.
    `filled_in`: not unchanged, but only by what a certification of the document lets anybody fill in.
    """

    valid: bool | None
    unchanged: bool | None
    signed_at: datetime | None
    stamped: bool
    answered: Revocation = Revocation.UNKNOWN
    filled_in: bool = False


def judge_criteria(
    signature: EmbeddedPdfSignature, facts: SignatureFacts, standing: Standing, now: datetime
) -> tuple[Criterion, ...]:
    """All of CRITERIA in order. Raises whatever a damaged certificate makes the libraries raise."""
    certificate = x509.load_der_x509_certificate(signature.signer_cert.dump())
    moment = facts.signed_at or now
    return (
        Criterion("1.1", *_in_date(certificate, facts, now)),
        Criterion("1.2", *_revocation(certificate, facts, standing, now)),
        Criterion("1.3", *_algorithms(signature, certificate)),
        Criterion("1.4", *_purpose(certificate)),
        Criterion("2.1", *_subject(signature)),
        Criterion("2.2", *_answer(facts.valid, "đúng", "chữ ký số không đúng khóa")),
        Criterion("2.3", *_chain(certificate, standing, moment)),
        Criterion("2.4", *_later(facts)),
    )


def unread_criteria() -> tuple[Criterion, ...]:
    """For a signature whose certificate cannot even be read."""
    return (Criterion("2.2", Outcome.TAMPERED, "không đọc được chữ ký"),)


def _in_date(certificate: x509.Certificate, facts: SignatureFacts, now: datetime) -> tuple[Outcome, str]:
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if facts.signed_at is None:
        return Outcome.UNKNOWN, "không xác định: chữ ký không ghi thời điểm"
    if facts.signed_at < begin:
        return Outcome.TAMPERED, "chưa có hiệu lực khi ký"
    if facts.signed_at > end:
        return Outcome.TAMPERED, "đã hết hiệu lực khi ký"
    if not facts.stamped and now > end:
        return Outcome.UNKNOWN, "không xác định: chứng thư đã hết hạn và chữ ký không có dấu thời gian tin cậy"
    return Outcome.PASS, "còn hiệu lực khi ký"


def _revocation(
    certificate: x509.Certificate, facts: SignatureFacts, standing: Standing, now: datetime
) -> tuple[Outcome, str]:
    moment = facts.signed_at if facts.signed_at and facts.stamped else now
    listed = standing.revocation(certificate, moment)
    found = facts.answered if listed is Revocation.UNKNOWN else listed
    claimed = facts.signed_at or now
    if found is Revocation.REVOKED and standing.revocation(certificate, claimed) is not Revocation.REVOKED:
        return Outcome.UNKNOWN, "không xác định: chứng thư đã bị thu hồi và chữ ký không có dấu thời gian tin cậy"
    return _REVOCATION[found]


def _algorithms(signature: EmbeddedPdfSignature, certificate: x509.Certificate) -> tuple[Outcome, str]:
    digest = str(signature.signer_info["digest_algorithm"]["algorithm"].native)
    hash_of_certificate = certificate.signature_hash_algorithm
    used = {digest, hash_of_certificate.name.replace("-", "_") if hash_of_certificate else digest}
    weak = sorted(name for name in used if name not in _DIGESTS)
    if weak:
        return Outcome.TAMPERED, f"thuật toán không còn được phép sử dụng: {', '.join(weak).upper()}"
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return _strength(f"RSA {key.key_size}", strong=key.key_size >= _SMALLEST_RSA, digest=digest)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return _strength(f"ECDSA {key.key_size}", strong=key.key_size >= _SMALLEST_CURVE, digest=digest)
    return Outcome.TAMPERED, "thuật toán không còn được phép sử dụng: khóa không phải RSA hay ECDSA"


def _strength(name: str, *, strong: bool, digest: str) -> tuple[Outcome, str]:
    if strong:
        return Outcome.PASS, f"{name}, {digest.upper()}"
    return Outcome.TAMPERED, f"thuật toán không còn được phép sử dụng: {name}"


def _purpose(certificate: x509.Certificate) -> tuple[Outcome, str]:
    wrong = (Outcome.TAMPERED, "sai mục đích, phạm vi sử dụng")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return wrong
    if not (usage.digital_signature or usage.content_commitment):
        return wrong
    try:
        purposes = set(certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        purposes = set()
    if purposes and purposes <= _OTHER_PURPOSES:
        return wrong
    return Outcome.PASS, "ký số"


def _subject(signature: EmbeddedPdfSignature) -> tuple[Outcome, str]:
    """Whether the signature itself names the certificate sent along (RFC 5035)."""
    attributes = signature.signer_info["signed_attrs"]
    for name in ("signing_certificate_v2", "signing_certificate"):
        try:
            value = find_unique_cms_attribute(attributes, name)
        except (KeyError, ValueError):
            continue
        if check_ess_certid(signature.signer_cert, value["certs"][0]):
            return Outcome.PASS, "khớp"
        return Outcome.TAMPERED, "thông tin chủ thể ký không khớp"
    return Outcome.SKIPPED, "chữ ký không ghi mã chứng thư của người ký"


def _chain(certificate: x509.Certificate, standing: Standing, moment: datetime) -> tuple[Outcome, str]:
    if not standing.leads_to_root(certificate):
        return (
            Outcome.UNKNOWN,
            "không xác định: không nhận ra nơi cấp (không dẫn tới chứng thư gốc nào đã chọn)",
        )
    for one in standing.chain(certificate):
        if not one.not_valid_before_utc <= moment <= one.not_valid_after_utc:
            return Outcome.TAMPERED, "chứng thư của bên cấp không còn hiệu lực tại thời điểm ký"
    return Outcome.PASS, "hợp lệ tại thời điểm ký"


def _later(facts: SignatureFacts) -> tuple[Outcome, str]:
    if facts.filled_in and not facts.unchanged:
        return Outcome.UNKNOWN, "không xác định: biểu mẫu được điền thêm sau khi ký, phần điền không ai ký"
    return _answer(facts.unchanged, "không đổi", "văn bản đã bị thay đổi sau khi ký")


def _answer(found: bool | None, good: str, bad: str) -> tuple[Outcome, str]:  # noqa: FBT001 - three values, no switch
    if found is None:
        return Outcome.TAMPERED, "không đọc được chữ ký"
    return (Outcome.PASS, good) if found else (Outcome.TAMPERED, bad)
