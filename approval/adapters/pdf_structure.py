"""Checks on the bytes themselves: no signature covers the hole in which it lies, so nothing may hide there."""

from __future__ import annotations

from collections.abc import Iterable

from cryptography import x509 as pyca_x509
from cryptography.exceptions import InvalidSignature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from approval.adapters.asn1 import cms, first_value, x509
from approval.adapters.pdf_cms import token_from_parts
from approval.adapters.pdf_der import integer, object_identifier, sequence, tlv

_NULL = tlv(0x05)
_SHA2 = [object_identifier(f"2.16.840.1.101.3.4.2.{n}") for n in (1, 2, 3)]
# RFC 5754 §2 allows the digest's parameters to be NULL or left out.
_DIGESTS = {sequence(oid, *end) for oid in _SHA2 for end in ((), (_NULL,))}
_SIGNATURES = {
    *(sequence(object_identifier(f"1.2.840.10045.4.3.{n}")) for n in (2, 3, 4)),  # ECDSA with SHA-2
    *(sequence(object_identifier(f"1.2.840.113549.1.1.{n}"), _NULL) for n in (1, 11, 12, 13)),  # RSA, RSA with SHA-2
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
    message = first_value(contents)
    padding = contents[len(message) :]
    hole = b"<" + contents.hex().upper().encode("ascii") + b">"
    return start == 0 and contents.startswith(message) and not any(padding) and pdf[first:second] == hole


def nothing_loose(token: EmbeddedPdfSignature, known: Iterable[x509.Certificate]) -> bool:
    """Whether the last time stamp is written as its verified parts demand, to the byte.

    Earlier signatures lie inside later ones; the last has nobody to vouch for the parts of its message that its own
    signature leaves out: tags, versions, algorithm lists, certificates sent along. So the message is written anew from
    what the signature does vouch for, and must come out the same.
    """
    message = cms.ContentInfo.load(token.pkcs7_content)
    signed: cms.SignedData = message["content"]
    info: cms.SignerInfo = signed["signer_infos"][0]
    algorithms = (info["digest_algorithm"].dump(), info["signature_algorithm"].dump())
    if algorithms[0] not in _DIGESTS or algorithms[1] not in _SIGNATURES:
        return False
    signer = token.signer_cert
    rewritten = token_from_parts(
        tst_info=bytes(signed["encap_content_info"]["content"]),
        certificates=[choice.chosen.dump() for choice in signed["certificates"]],
        signer_id=sequence(signer.issuer.dump(), integer(signer.serial_number)),
        algorithms=algorithms,
        attributes=info["signed_attrs"].untag().dump(),
        signature=info["signature"].native,
    )
    return rewritten == first_value(token.pkcs7_content) and _certificates_vouched(signed, signer, known)


def _certificates_vouched(signed: cms.SignedData, signer: x509.Certificate, known: Iterable[x509.Certificate]) -> bool:
    known_bytes = {certificate.dump() for certificate in known}
    for choice in signed["certificates"]:
        encoded = choice.chosen.dump()
        if not written_as_signed(encoded):
            return False
        if encoded == signer.dump() or encoded in known_bytes:
            continue
        if not any(issued_by(encoded, issuer) for issuer in known_bytes):
            return False
    return True


def written_as_signed(certificate: bytes) -> bool:
    """Whether a certificate (DER) holds nothing beside what its issuer signed and the signature itself.

    Two things lie outside: the algorithm named once more, and how many bits of the signature's last byte are unused.
    A count of one would pass for every signature that happens to end in a zero bit (X.690 §11.2.1 allows it).
    """
    parsed = x509.Certificate.load(certificate)
    body, algorithm = parsed["tbs_certificate"], parsed["signature_algorithm"].dump()
    signature = tlv(0x03, b"\x00", parsed["signature_value"].native)
    return bool(body["signature"].dump() == algorithm and sequence(body.dump(), algorithm, signature) == certificate)


def issued_by(certificate: bytes, issuer: bytes) -> bool:
    """Whether the second certificate's key signed the first, both DER."""
    try:
        pyca_x509.load_der_x509_certificate(certificate).verify_directly_issued_by(
            pyca_x509.load_der_x509_certificate(issuer)
        )
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
