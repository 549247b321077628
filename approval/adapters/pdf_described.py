"""One signature as a verdict shows it: who, when, and every criterion of the law."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cryptography import x509
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from approval.adapters.pdf_criteria import SignatureFacts, judge_criteria, unread_criteria
from approval.adapters.pdf_fast_signer import to_asn1
from approval.adapters.pdf_foreign import allowed_later, examine_foreign, examine_stamps, foreign_evidence
from approval.adapters.pdf_reading import PledgeFile
from approval.adapters.pdf_signature_checks import UNKNOWN_STAMPER, signer_name, tells_no_change
from approval.adapters.pdf_standing import Standing
from approval.adapters.pki import TrustEvidence
from approval.domain.document import SignatureCheck
from approval.domain.pdf_verdict import JudgedSignature, JudgedStamp

Evidence = tuple[list[x509.Certificate], list[x509.CertificateRevocationList]]
_NOBODY = ("", "", "", "")
_log = logging.getLogger(__name__)


class Describer:
    """Describes the signatures of one file, judged by these roots, certificates and lists."""

    def __init__(self, roots: tuple[x509.Certificate, ...], evidence: Evidence, now: datetime) -> None:
        self._standing = Standing(roots, *evidence)
        self._now = now

    def describe(
        self, signature: EmbeddedPdfSignature, facts: SignatureFacts, problems: tuple[str, ...] = ()
    ) -> JudgedSignature:
        """Never raises: what cannot be read is a failed criterion."""
        name = str(signature.field_name)
        try:
            return JudgedSignature(
                name,
                *_identity(signature),
                facts.signed_at,
                facts.stamped,
                judge_criteria(signature, facts, self._standing, self._now),
                problems,
            )
        except Exception:  # noqa: BLE001 - a damaged certificate raises many kinds; each fails the signature
            _log.info("signature %s could not be described", name, exc_info=True)
            return JudgedSignature(name, *_NOBODY, facts.signed_at, facts.stamped, unread_criteria(), problems)


def described_stamp(stamp: EmbeddedPdfSignature, check: SignatureCheck) -> JudgedStamp:
    """A document time stamp with what the validator found of it; never raises."""
    try:
        _, authority, issuer, serial = _identity(stamp)
    except Exception:  # noqa: BLE001 - as above; the validator has a sentence for it
        _log.info("time stamp %s could not be described", check.field_name, exc_info=True)
        _, authority, issuer, serial = _NOBODY
    return JudgedStamp(check.field_name, authority, issuer, serial, check.signed_at, check.problems)


def _identity(signature: EmbeddedPdfSignature) -> tuple[str, str, str, str]:
    """Organisation, signer, issuer, serial number of the certificate."""
    certificate = signature.signer_cert
    issuer, subject = certificate.issuer, certificate.subject.native
    return (
        _text(subject.get("organization_name")),
        signer_name(signature),
        _text(issuer.native.get("common_name")) or str(issuer.human_friendly),
        f"{certificate.serial_number:x}",
    )


def _text(value: Any) -> str:
    """A name's part, which may stand there several times."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def pledge_facts(check: SignatureCheck) -> SignatureFacts:
    """From the validator's check of a pledge's signature; its moment is always a stamped one."""
    examined = bool(check.signer)
    return SignatureFacts(
        valid=check.valid if examined else None,
        unchanged=tells_no_change(check) if examined else None,
        signed_at=check.signed_at,
        stamped=check.signed_at is not None,
    )


@dataclass(frozen=True, slots=True)
class ForeignFacts:
    """Each signature of a file that is not ours with what was found of it, and its document time stamps."""

    signatures: list[tuple[EmbeddedPdfSignature, SignatureFacts]]
    stamps: tuple[JudgedStamp, ...]


async def foreign_facts(file: PledgeFile, roots: Iterable[x509.Certificate], now: datetime) -> ForeignFacts:
    """What is to be said of a file that is not ours. Raises what pyHanko raises on a damaged security store."""
    evidence = foreign_evidence(file, [to_asn1(root) for root in roots])
    later = await allowed_later(file, evidence, now)
    signatures = [(one, await examine_foreign(one, file, evidence, later, now)) for one in file.signatures]
    stamps = [_foreign_stamp(*found) for found in await examine_stamps(file, evidence, later, now)]
    return ForeignFacts(signatures, tuple(stamps))


def _foreign_stamp(stamp: EmbeddedPdfSignature, check: SignatureCheck) -> JudgedStamp:
    """An authority that nobody chose is unknown, not a fault of the file."""
    faults = tuple(problem for problem in check.problems if problem != UNKNOWN_STAMPER)
    return replace(described_stamp(stamp, check), problems=faults, known=check.trusted)


def authorities_of(file: PledgeFile, outside: TrustEvidence | None) -> Evidence:
    """Certificates and lists from the file's store, its signatures, and from outside; unreadable ones left out."""
    found = [*(c for s in file.signatures for c in s.other_embedded_certs), *file.certificates]
    certificates = [_certificate(one) for one in {c.dump() for c in found}]
    lists = [_list(one) for one in {c.dump() for c in file.crls}]
    # A list without entries is a false value, and the best news there is.
    return (
        [one for one in certificates if one is not None] + list(outside.other_certs if outside else ()),
        [one for one in lists if one is not None] + list(outside.crls if outside else ()),
    )


def _certificate(encoded: bytes) -> x509.Certificate | None:
    try:
        return x509.load_der_x509_certificate(encoded)
    except ValueError:
        return None


def _list(encoded: bytes) -> x509.CertificateRevocationList | None:
    try:
        return x509.load_der_x509_crl(encoded)
    except ValueError:
        return None
