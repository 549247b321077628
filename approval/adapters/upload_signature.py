"""One signature as the public page may show it: bodies by name, people by their initials."""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography import x509
from cryptography.x509.oid import NameOID
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from approval.adapters.pdf_reading import PARTY_PREFIX
from approval.domain.document import CERTIFICATION_FIELD, SEAL_FIELD
from approval.domain.upload_verdict import (
    JudgedSignature,
    Part,
    Period,
    Word,
    mask_name,
    mask_organisation,
    mask_serial,
    period_of,
)


def part_of(field_name: str) -> Part:
    """What a field of a pledge file is for."""
    if field_name.startswith(PARTY_PREFIX):
        return Part.PARTY
    return {CERTIFICATION_FIELD: Part.OPENING, SEAL_FIELD: Part.SEAL}.get(field_name, Part.OTHER)


def describe(
    signature: EmbeddedPdfSignature | None,
    *,
    part: Part,
    signed_at: datetime | None,
    intact: bool,
    word: Word,
    problems: tuple[str, ...],
) -> JudgedSignature:
    """The page's words for a signature; where its certificate cannot be read, only what was found of it."""
    certificate = _certificate(signature)
    return JudgedSignature(
        part=part,
        organisation=mask_organisation(_name(certificate.subject, NameOID.ORGANIZATION_NAME)) if certificate else "",
        signer=mask_name(_name(certificate.subject, NameOID.COMMON_NAME)) if certificate else "",
        moment=signed_at.astimezone(UTC).isoformat() if signed_at else "",
        issuer=_issuer(certificate) if certificate else "",
        serial=mask_serial(f"{certificate.serial_number:X}") if certificate else "",
        period=_period(certificate, signed_at),
        intact=intact,
        word=word,
        problems=problems,
    )


def _period(certificate: x509.Certificate | None, signed_at: datetime | None) -> Period:
    if certificate is None:
        return Period.UNKNOWN
    return period_of(signed_at, certificate.not_valid_before_utc, certificate.not_valid_after_utc)


def _certificate(signature: EmbeddedPdfSignature | None) -> x509.Certificate | None:
    if signature is None:
        return None
    try:
        return x509.load_der_x509_certificate(signature.signer_cert.dump())
    except Exception:  # noqa: BLE001 - a damaged signature raises many kinds; the judge has said so already
        return None


def _issuer(certificate: x509.Certificate) -> str:
    return mask_organisation(
        _name(certificate.issuer, NameOID.COMMON_NAME) or _name(certificate.issuer, NameOID.ORGANIZATION_NAME)
    )


def _name(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    return next((str(one.value) for one in name.get_attributes_for_oid(oid)), "")
