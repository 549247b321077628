"""Certificates and revocation lists that an evidence bundle brings: who issued whom, and who was revoked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import SignatureAlgorithmOID

from approval.domain.evidence_manifest import CERTIFICATE, CRL
from approval.domain.evidence_report import EvidenceFault, Outcome, incomplete, tampered

_LONGEST_CHAIN = 6
_SHORTEST_RSA_BITS = 2048
_SUPPORTED = {
    SignatureAlgorithmOID.ECDSA_WITH_SHA256,
    SignatureAlgorithmOID.ECDSA_WITH_SHA384,
    SignatureAlgorithmOID.ECDSA_WITH_SHA512,
    SignatureAlgorithmOID.RSA_WITH_SHA256,
    SignatureAlgorithmOID.RSA_WITH_SHA384,
    SignatureAlgorithmOID.RSA_WITH_SHA512,
}


@dataclass(frozen=True, slots=True)
class Chains:
    """All of a bundle's certificates and CRLs; nobody is believed yet."""

    certificates: tuple[x509.Certificate, ...]
    lists: tuple[x509.CertificateRevocationList, ...]

    @classmethod
    def read(cls, files: Mapping[str, bytes]) -> Chains:
        """From the bundle's files. Raises EvidenceFault naming the one that is none."""
        found, lists = [], []
        for path, data in sorted(files.items()):
            try:
                if CERTIFICATE.fullmatch(path):
                    found.append(x509.load_pem_x509_certificate(data))
                elif CRL.fullmatch(path):
                    lists.append(x509.load_der_x509_crl(data))
            except ValueError as error:
                raise tampered(f"{path} không đọc được") from error
        return cls(tuple(found), tuple(lists))

    def brings(self, certificates: Collection[bytes]) -> bool:
        """Whether these (DER) are all among them: the manifest's hashes then cover them to the byte."""
        return set(certificates) <= {one.public_bytes(Encoding.DER) for one in self.certificates}

    def root_of(self, certificate: x509.Certificate, moment: datetime) -> str:
        """SHA-256 (hex) of the root that the certificate leads to, every step valid at that moment.

        Raises EvidenceFault when it leads to none.
        """
        current = certificate
        for _ in range(_LONGEST_CHAIN):
            if not current.not_valid_before_utc <= moment <= current.not_valid_after_utc:
                raise tampered(f"chứng thư {_name(current)} không có hiệu lực vào lúc đó")
            issuer = self._issuer(current)
            if issuer is None:
                raise tampered(f"chứng thư {_name(current)} không dẫn tới chứng thư gốc nào trong hồ sơ")
            if issuer == current:
                return sha256(current.public_bytes(Encoding.DER)).hexdigest()
            current = issuer
        raise tampered(f"chuỗi chứng thư của {_name(certificate)} quá dài")

    def require_not_revoked(self, certificate: x509.Certificate, moment: datetime, *, needed: bool = True) -> None:
        """By the list of its issuer. Raises EvidenceFault if it was revoked by then, or `needed` and no list tells."""
        issuer = self._issuer(certificate)
        telling = [one for one in self.lists if issuer is not None and _signed(one, issuer)]
        if needed and not any(one.next_update_utc is None or one.next_update_utc >= moment for one in telling):
            raise incomplete(f"không có danh sách thu hồi còn hiệu lực cho chứng thư {_name(certificate)}")
        for one in telling:
            line = one.get_revoked_certificate_by_serial_number(certificate.serial_number)
            if line is not None and line.revocation_date_utc <= moment:
                raise tampered(f"chứng thư {_name(certificate)} đã bị thu hồi trước lúc đó")

    def _issuer(self, certificate: x509.Certificate) -> x509.Certificate | None:
        return next((one for one in self.certificates if _is_authority(one) and _issued(certificate, one)), None)


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except x509.ExtensionNotFound:
        return False


def require_supported(certificate: x509.Certificate) -> None:
    """Raises EvidenceFault for a kind of key whose signatures the offline verifier cannot judge: both say as much."""
    key = certificate.public_key()
    on_curve = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1)
    if not on_curve and not (isinstance(key, rsa.RSAPublicKey) and key.key_size >= _SHORTEST_RSA_BITS):
        raise not_supported()


def not_supported() -> EvidenceFault:
    """Nothing is known to be wrong."""
    words = "không hỗ trợ loại khóa hoặc thuật toán ký này (cần RSA từ 2048 bit, P-256 hoặc P-384)"
    return EvidenceFault(Outcome.UNKNOWN, f"chưa kiểm tra được một chữ ký: {words}")


def _require_supported(signed: x509.Certificate | x509.CertificateRevocationList, issuer: x509.Certificate) -> None:
    require_supported(issuer)
    if signed.signature_algorithm_oid not in _SUPPORTED:
        raise not_supported()


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    if certificate.issuer != issuer.subject:
        return False
    _require_supported(certificate, issuer)
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _signed(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    if crl.issuer != issuer.subject:
        return False
    _require_supported(crl, issuer)
    key = issuer.public_key()
    return isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey) and crl.is_signature_valid(key)


def _name(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string()
