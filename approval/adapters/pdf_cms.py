"""CMS SignedData (RFC 5652) joined from parts encoded once for each signer; ECDSA P-256 and SHA-256 only."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.general import as_signing_certificate_v2

from approval.adapters.asn1 import x509 as asn1_x509
from approval.adapters.pdf_der import context, integer, object_identifier, octet_string, sequence, set_of, tlv

DATA = object_identifier("1.2.840.113549.1.7.1")
SIGNED_DATA = object_identifier("1.2.840.113549.1.7.2")
TST_INFO = object_identifier("1.2.840.113549.1.9.16.1.4")
_CONTENT_TYPE = object_identifier("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = object_identifier("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE_V2 = object_identifier("1.2.840.113549.1.9.16.2.47")
_SIGNATURE_TIME_STAMP = object_identifier("1.2.840.113549.1.9.16.2.14")
SHA256_ALGORITHM = sequence(object_identifier("2.16.840.1.101.3.4.2.1"), tlv(0x05))
_ECDSA_SHA256 = sequence(object_identifier("1.2.840.10045.4.3.2"))


@dataclass(frozen=True, slots=True)
class CmsIdentity:
    """What stays the same in every signature of one certificate, encoded."""

    certificates: bytes
    signer_id: bytes
    signing_certificate: bytes


def der(certificate: x509.Certificate) -> bytes:
    """The certificate's DER bytes."""
    return certificate.public_bytes(Encoding.DER)


@lru_cache(maxsize=256)
def cms_identity(certificate: bytes, chain: tuple[bytes, ...]) -> CmsIdentity:
    """Prepare a signer: its certificate and the authorities to send along (DER)."""
    parsed = asn1_x509.Certificate.load(certificate)
    ess = as_signing_certificate_v2(parsed).dump()
    return CmsIdentity(
        certificates=tlv(0xA0, *sorted({certificate, *chain})),
        signer_id=sequence(parsed.issuer.dump(), integer(parsed.serial_number)),
        signing_certificate=attribute(_SIGNING_CERTIFICATE_V2, ess),
    )


def attribute(kind: bytes, value: bytes) -> bytes:
    """One attribute with one value."""
    return sequence(kind, set_of(value))


def signed_attributes(identity: CmsIdentity, *, content_type: bytes, digest: bytes) -> bytes:
    """The SET OF that is signed: content type, message digest, signing-certificate-v2 (EN 319 122-1 §5)."""
    return set_of(
        attribute(_CONTENT_TYPE, content_type),
        attribute(_MESSAGE_DIGEST, octet_string(digest)),
        identity.signing_certificate,
    )


def sign_attributes(attributes: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    """ECDSA signature (DER) over the signed attributes."""
    return key.sign(attributes, ec.ECDSA(hashes.SHA256()))


def detached_message(identity: CmsIdentity, attributes: bytes, signature: bytes, *, time_stamp: bytes | None) -> bytes:
    """A detached CMS signature (version 1), with a signature time stamp when given (CAdES-T)."""
    unsigned = tlv(0xA1, attribute(_SIGNATURE_TIME_STAMP, time_stamp)) if time_stamp else b""
    return _message(1, sequence(DATA), identity, _signer_info(identity, attributes, signature, unsigned))


def time_stamp_token(identity: CmsIdentity, tst_info: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    """A signed time-stamp token (RFC 3161 §2.4.2, version 3) around an encoded TSTInfo."""
    attributes = signed_attributes(identity, content_type=TST_INFO, digest=hashlib.sha256(tst_info).digest())
    content = sequence(TST_INFO, context(0, octet_string(tst_info)))
    info = _signer_info(identity, attributes, sign_attributes(attributes, key), b"")
    return _message(3, content, identity, info)


def token_from_parts(
    *,
    tst_info: bytes,
    certificates: list[bytes],
    signer_id: bytes,
    algorithms: tuple[bytes, bytes],
    attributes: bytes,
    signature: bytes,
) -> bytes:
    """The one way to write a token with these parts; `algorithms` are those of digest and signature, encoded."""
    digest_algorithm, signature_algorithm = algorithms
    info = sequence(
        integer(1), signer_id, digest_algorithm, b"\xa0" + attributes[1:], signature_algorithm, octet_string(signature)
    )
    signed_data = sequence(
        integer(3),
        set_of(digest_algorithm),
        sequence(TST_INFO, context(0, octet_string(tst_info))),
        tlv(0xA0, *certificates),
        set_of(info),
    )
    return sequence(SIGNED_DATA, context(0, signed_data))


def _signer_info(identity: CmsIdentity, attributes: bytes, signature: bytes, unsigned: bytes) -> bytes:
    return sequence(
        integer(1),
        identity.signer_id,
        SHA256_ALGORITHM,
        b"\xa0" + attributes[1:],  # signed as SET OF, sent as [0] IMPLICIT (RFC 5652 §5.4)
        _ECDSA_SHA256,
        octet_string(signature),
        unsigned,
    )


def _message(version: int, content: bytes, identity: CmsIdentity, signer_info: bytes) -> bytes:
    signed_data = sequence(
        integer(version), set_of(SHA256_ALGORITHM), content, identity.certificates, set_of(signer_info)
    )
    return sequence(SIGNED_DATA, context(0, signed_data))
