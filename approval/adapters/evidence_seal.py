"""Seals the manifest of an evidence bundle: a detached CAdES-T signature by the house's seal key."""

from __future__ import annotations

from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from approval.adapters.asn1 import cms
from approval.adapters.pdf_cms import DATA, cms_identity, der, detached_message, sign_attributes, signed_attributes
from approval.adapters.pki import SigningAuthority
from approval.adapters.timestamp_authority import TimestampAuthority


def seal_manifest(manifest: bytes, authority: SigningAuthority, tsa: TimestampAuthority) -> bytes:
    """The CMS message (DER) with its time stamp. Raises TimestampUnavailableError."""
    seal = authority.seal
    identity = cms_identity(der(seal.certificate), tuple(der(one) for one in authority.other_certs))
    attributes = signed_attributes(identity, content_type=DATA, digest=sha256(manifest).digest())
    signature = sign_attributes(attributes, seal.key)
    token = tsa.token(sha256(signature).digest())
    return detached_message(identity, attributes, signature, time_stamp=token)


def certificate_files(
    authority: SigningAuthority, tsa: TimestampAuthority, tokens: tuple[bytes, ...]
) -> dict[str, bytes]:
    """Files of the bundle by path: every certificate that seal and time stamps lead over (PEM), and the CRLs (DER)."""
    roots = {*map(der, authority.trust_roots), *map(der, tsa.trust_roots)}
    chain = {*map(der, authority.other_certs), *(one for token in tokens for one in _certificates_of(token))}
    kinds = {"root": roots, "seal": {der(authority.seal.certificate)}}
    kinds["chain"] = chain - roots - kinds["seal"]
    files = {
        f"certificates/{kind}-{number}.pem": _pem(one)
        for kind, found in kinds.items()
        for number, one in enumerate(sorted(found), start=1)
    }
    lists = sorted(crl.public_bytes(Encoding.DER) for crl in authority.crls)
    return files | {f"certificates/revoked-{number}.crl": crl for number, crl in enumerate(lists, start=1)}


def _certificates_of(token: bytes) -> list[bytes]:
    return [choice.chosen.dump() for choice in cms.ContentInfo.load(token)["content"]["certificates"]]


def _pem(certificate: bytes) -> bytes:
    return x509.load_der_x509_certificate(certificate).public_bytes(Encoding.PEM)
