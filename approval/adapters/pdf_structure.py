"""Checks on the bytes themselves: no signature covers the hole in which it lies, so nothing may hide there."""

from __future__ import annotations

from collections.abc import Iterable

from asn1crypto import cms, x509
from cryptography import x509 as pyca_x509
from cryptography.exceptions import InvalidSignature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from approval.adapters.pdf_der import is_strict

# AlgorithmIdentifier of SHA-256 with and without NULL (RFC 5754 §2 allows both).
_SHA256_FORMS = {
    bytes.fromhex("300d06096086480165030402010500"),
    bytes.fromhex("300b0609608648016503040201"),
}


def coverage_end(signature: EmbeddedPdfSignature) -> int:
    """How many bytes from the start of the file the signature vouches for, its own hole included."""
    _, _, second, length = (int(value) for value in signature.byte_range)
    return second + length


def fills_its_hole(pdf: bytes, signature: EmbeddedPdfSignature) -> bool:
    """Whether the hole in the byte range holds exactly the message in upper-case hex and zeros to its end.

    White space or another case would give the same message, so only one spelling is accepted.
    """
    start, first, second, _ = (int(value) for value in signature.byte_range)
    contents = signature.pkcs7_content
    message = cms.ContentInfo.load(contents).dump()
    padding = contents[len(message) :]
    hole = b"<" + contents.hex().upper().encode("ascii") + b">"
    return start == 0 and contents.startswith(message) and not any(padding) and pdf[first:second] == hole


def nothing_loose(token: EmbeddedPdfSignature, known: Iterable[x509.Certificate]) -> bool:
    """Whether every byte of the last time stamp means something that the checks of its signature depend on.

    Earlier signatures lie inside later ones; the last has nobody to vouch for the parts of its message that its own
    signature leaves out: versions, algorithm lists, certificates sent along, unsigned attributes.
    """
    message = cms.ContentInfo.load(token.pkcs7_content)
    signed: cms.SignedData = message["content"]
    infos = signed["signer_infos"]
    if len(infos) != 1 or signed["version"].native != "v3" or infos[0]["version"].native != "v1":
        return False
    algorithms = [algorithm.dump() for algorithm in signed["digest_algorithms"]]
    digest = infos[0]["digest_algorithm"].dump()
    if algorithms != [digest] or digest not in _SHA256_FORMS:
        return False
    if signed["crls"].native or infos[0]["unsigned_attrs"].native:
        return False
    encoded: bytes = message.dump()
    return _certificates_vouched(signed, token.signer_cert, known) and is_strict(encoded)


def _certificates_vouched(signed: cms.SignedData, signer: x509.Certificate, known: Iterable[x509.Certificate]) -> bool:
    known_bytes = {certificate.dump() for certificate in known}
    for choice in signed["certificates"]:
        encoded = choice.chosen.dump()
        if encoded == signer.dump() or encoded in known_bytes:
            continue
        if not any(_issued_by(encoded, issuer) for issuer in known_bytes):
            return False
    return True


def _issued_by(certificate: bytes, issuer: bytes) -> bool:
    try:
        pyca_x509.load_der_x509_certificate(certificate).verify_directly_issued_by(
            pyca_x509.load_der_x509_certificate(issuer)
        )
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
