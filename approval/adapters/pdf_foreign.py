"""Validates the signatures of a PDF that this product did not make (PAdES or plain CMS), offline and fail-closed."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.sign.diff_analysis import DiffPolicy, DiffResult, ModificationLevel
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.general import find_unique_cms_attribute
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import DocumentTimestampStatus, PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy

from approval.adapters.asn1 import crl as asn1_crl
from approval.adapters.asn1 import ocsp as asn1_ocsp
from approval.adapters.asn1 import x509 as asn1_x509
from approval.adapters.pdf_criteria import SignatureFacts
from approval.adapters.pdf_later_changes import LaterSignaturesPolicy
from approval.adapters.pdf_reading import PledgeFile
from approval.adapters.pdf_signature_checks import broken_check, field_name_of, time_stamp_check
from approval.adapters.pdf_standing import Revocation
from approval.adapters.pdf_trust import NO_REVOCATION, REVOCATION
from approval.domain.document import SignatureCheck

_log = logging.getLogger(__name__)
_USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})


@dataclass(frozen=True, slots=True)
class ForeignEvidence:
    """What a file and its reader bring to judge by, in pyHanko's shapes."""

    roots: list[asn1_x509.Certificate]
    authorities: list[asn1_x509.Certificate]
    crls: list[asn1_crl.CertificateList]
    ocsps: list[Any]

    def context(self, policy: CertRevTrustPolicy, moment: datetime) -> ValidationContext:
        """As of a moment; nothing is fetched."""
        return ValidationContext(
            trust_roots=self.roots,
            other_certs=self.authorities,
            crls=self.crls,
            ocsps=self.ocsps,
            moment=moment,
            allow_fetching=False,
            revinfo_policy=policy,
        )


def foreign_evidence(file: PledgeFile, roots: list[asn1_x509.Certificate]) -> ForeignEvidence:
    """Certificates and revocation data from the security store and from the signatures themselves."""
    authorities = {c.dump(): c for s in file.signatures + file.time_stamps for c in s.other_embedded_certs}
    authorities |= {c.dump(): c for c in file.certificates}
    crls, ocsps = list(file.crls), _stored_ocsps(file)
    for signature in file.signatures:
        archived = _attribute(signature)
        crls += list(archived["crl"]) if archived is not None and archived["crl"] else []
        ocsps += list(archived["ocsp"]) if archived is not None and archived["ocsp"] else []
    return ForeignEvidence(roots, list(authorities.values()), crls, ocsps)


async def allowed_later(file: PledgeFile, evidence: ForeignEvidence, now: datetime) -> LaterSignaturesPolicy:
    """What may follow a signature of this file: only what other good signatures and time stamps of it brought."""
    signed = [s for s in file.signatures if await _holds(_status(s, evidence, NO_REVOCATION, now))]
    stamped = [s for s in file.time_stamps if await _holds(_stamp_status(s, evidence, now))]
    return LaterSignaturesPolicy(frozenset(map(field_name_of, signed)), frozenset(map(field_name_of, stamped)))


async def examine_foreign(
    signature: EmbeddedPdfSignature, file: PledgeFile, evidence: ForeignEvidence, later: DiffPolicy, now: datetime
) -> SignatureFacts:
    """The facts of one signature, as of its stamped moment where an authority known here stamped it."""
    try:
        first = await _status(signature, evidence, NO_REVOCATION, now, later)
        level = _level(first)
        signed_at, stamped = _moment(first, now)
        # Nobody vouches for an unstamped moment: a key may have been taken back, and the moment put before that.
        status = await _status(signature, evidence, REVOCATION, signed_at if signed_at and stamped else now)
    except Exception:  # noqa: BLE001 - fail closed: an error inside validation is a failed validation
        _log.info("signature %s could not be examined", signature.field_name, exc_info=True)
        said = signature.self_reported_timestamp
        return SignatureFacts(None, None, said.astimezone(UTC) if said else None, stamped=False)
    return SignatureFacts(
        valid=bool(first.valid),
        unchanged=bool(first.intact) and level <= ModificationLevel.LTA_UPDATES,
        filled_in=bool(first.intact) and level is ModificationLevel.FORM_FILLING and _may_be_filled(signature, file),
        signed_at=signed_at,
        stamped=stamped,
        answered=_answered(status),
    )


async def examine_stamps(
    file: PledgeFile, evidence: ForeignEvidence, later: DiffPolicy, now: datetime
) -> list[tuple[EmbeddedPdfSignature, SignatureCheck]]:
    """Each document time stamp, the newest as of now and the others as of the trusted one after them."""
    found, moment = [], now
    for stamp in reversed(file.time_stamps):
        check = await _stamp_check(stamp, evidence, later, moment)
        found.append((stamp, check))
        if check.signed_at is not None and not check.problems:
            moment = min(moment, check.signed_at)
    return found[::-1]


async def _stamp_check(
    stamp: EmbeddedPdfSignature, evidence: ForeignEvidence, later: DiffPolicy, moment: datetime
) -> SignatureCheck:
    try:
        return time_stamp_check(stamp, await _stamp_status(stamp, evidence, moment, later))
    except Exception:  # noqa: BLE001 - as above
        _log.info("time stamp %s could not be examined", stamp.field_name, exc_info=True)
        return broken_check(field_name_of(stamp))


async def _status(
    signature: EmbeddedPdfSignature,
    evidence: ForeignEvidence,
    policy: CertRevTrustPolicy,
    moment: datetime,
    later: DiffPolicy | None = None,
) -> PdfSignatureStatus:
    """With the differences since, where a policy for them is given: that is what takes long."""
    context = evidence.context(policy, moment)
    return await async_validate_pdf_signature(
        signature, context, context, diff_policy=later, key_usage_settings=_USAGE, skip_diff=later is None
    )


async def _stamp_status(
    stamp: EmbeddedPdfSignature, evidence: ForeignEvidence, moment: datetime, later: DiffPolicy | None = None
) -> DocumentTimestampStatus:
    context = evidence.context(NO_REVOCATION, moment)
    return await async_validate_pdf_timestamp(stamp, context, diff_policy=later, skip_diff=later is None)


async def _holds(validation: Awaitable[PdfSignatureStatus | DocumentTimestampStatus]) -> bool:
    """Whether it fits its bytes and its key and leaves out nothing of its revision, whoever signed."""
    try:
        status = await validation
    except Exception:  # noqa: BLE001 - what cannot be examined vouches for nothing
        _log.info("signature could not be examined", exc_info=True)
        return False
    whole = status.coverage is not None and status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
    return bool(status.intact and status.valid and whole)


def _moment(status: PdfSignatureStatus, now: datetime) -> tuple[datetime | None, bool]:
    stamp = status.timestamp_validity
    if stamp is not None and stamp.intact and stamp.valid and stamp.trusted:
        return min(stamp.timestamp.astimezone(UTC), now), True
    said = status.signer_reported_dt
    return (said.astimezone(UTC), False) if said else (None, False)


def _answered(status: PdfSignatureStatus) -> Revocation:
    if status.revocation_details is not None:
        return Revocation.REVOKED
    return Revocation.ACTIVE if status.trusted else Revocation.UNKNOWN


def _level(status: PdfSignatureStatus) -> ModificationLevel:
    """OTHER for whatever the signature, or what it says of later changes, does not allow."""
    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return ModificationLevel.NONE
    changes = status.diff_result
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_REVISION and status.docmdp_ok is not False
    return changes.modification_level if whole and isinstance(changes, DiffResult) else ModificationLevel.OTHER


def _may_be_filled(signature: EmbeddedPdfSignature, file: PledgeFile) -> bool:
    """Whether it, or one before it, certifies the document and lets the form be filled in."""
    before = (one for one in file.signatures if one.signed_revision <= signature.signed_revision)
    return any(one.docmdp_level in {MDPPerm.FILL_FORMS, MDPPerm.ANNOTATE} for one in before)


def _stored_ocsps(file: PledgeFile) -> list[Any]:
    try:
        stored = DocumentSecurityStore.read_dss(file.reader).ocsps
    except NoDSSFoundError:
        return []
    return [asn1_ocsp.OCSPResponse.load(one.get_object().read_data(DecodePurpose.OCSP_RESPONSE)) for one in stored]


def _attribute(signature: EmbeddedPdfSignature) -> Any:
    try:
        return find_unique_cms_attribute(signature.signer_info["signed_attrs"], "adobe_revocation_info_archival")
    except (KeyError, ValueError):
        return None
