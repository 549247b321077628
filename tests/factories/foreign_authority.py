"""A time-stamp authority of somebody else, with whatever kind of key it likes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from approval.adapters.asn1 import cms
from approval.adapters.clock import FixedClock
from approval.adapters.pdf_cms import der, token_from_parts
from approval.adapters.pdf_der import integer, object_identifier, sequence, tlv
from approval.adapters.timestamp_authority import BuiltInTestTsa

_SIGNED_WITH = {
    "ec": sequence(object_identifier("1.2.840.10045.4.3.2")),
    "rsa": sequence(object_identifier("1.2.840.113549.1.1.11"), tlv(0x05)),
    "ed": sequence(object_identifier("1.3.101.112")),
}


def new_key(kind: str) -> Any:
    """`p256`, `p384`, `p521`, `k256`, `ed25519`, or `rsa` with its bits."""
    curves: dict[str, ec.EllipticCurve] = {
        "p256": ec.SECP256R1(),
        "p384": ec.SECP384R1(),
        "p521": ec.SECP521R1(),
        "k256": ec.SECP256K1(),
    }
    if kind in curves:
        return ec.generate_private_key(curves[kind])
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))


def _sign(key: Any, data: bytes) -> tuple[str, bytes]:
    if isinstance(key, rsa.RSAPrivateKey):
        return "rsa", key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return "ec", key.sign(data, ec.ECDSA(hashes.SHA256()))
    signature: bytes = key.sign(data)
    return "ed", signature


@dataclass(frozen=True)
class ForeignAuthority:
    """Its root, its own certificate and key."""

    root: x509.Certificate
    certificate: x509.Certificate
    key: Any
    clock: FixedClock

    @classmethod
    def of(cls, kind: str, clock: FixedClock, *, root_kind: str | None = None) -> ForeignAuthority:
        """Root and authority with keys of that kind."""
        root_key, key = new_key(root_kind or kind), new_key(kind)
        root_name, name = _name("Gốc"), _name("Dấu thời gian")
        root = _begun(root_name, root_name, root_key, clock).add_extension(x509.BasicConstraints(True, None), True)
        own = _begun(name, root_name, key, clock)
        own = own.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)
        hashed = None if isinstance(root_key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
        return cls(root.sign(root_key, hashed), own.sign(root_key, hashed), key, clock)

    def token(self, digest: bytes, *, spoiled: bool = False) -> bytes:
        """Over a SHA-256 digest; `spoiled` with a signature over something else."""
        helper = SimpleNamespace(certificate=self.certificate, key=ec.generate_private_key(ec.SECP256R1()))
        made = BuiltInTestTsa(helper, (self.root,), self.clock).token(digest)  # type: ignore[arg-type]
        signed = cms.ContentInfo.load(made)["content"]
        info = signed["signer_infos"][0]
        attributes: bytes = info["signed_attrs"].untag().dump()
        kind, signature = _sign(self.key, b"another" if spoiled else attributes)
        return token_from_parts(
            tst_info=bytes(signed["encap_content_info"]["content"]),
            certificates=[choice.chosen.dump() for choice in signed["certificates"]],
            signer_id=sequence(
                info["sid"].chosen["issuer"].dump(), integer(info["sid"].chosen["serial_number"].native)
            ),
            algorithms=(info["digest_algorithm"].dump(), _SIGNED_WITH[kind]),
            attributes=attributes,
            signature=signature,
        )

    def files(self) -> dict[str, bytes]:
        """Its certificates as a bundle brings them."""
        return {
            "certificates/root-9.pem": self.root.public_bytes(Encoding.PEM),
            "certificates/chain-9.pem": self.certificate.public_bytes(Encoding.PEM),
        }

    @property
    def policy_line(self) -> str:
        """For a reader who believes it."""
        return f"root {sha256(der(self.root)).hexdigest()}\n"


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _begun(subject: x509.Name, issuer: x509.Name, key: Any, clock: FixedClock) -> x509.CertificateBuilder:
    now = clock.now()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + timedelta(days=300))
    )
