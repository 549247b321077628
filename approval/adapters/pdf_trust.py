"""Whom to believe and as of when: roots, CRLs and the moment of validation in the shapes pyHanko takes."""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer

from approval.adapters.asn1 import cms
from approval.adapters.asn1 import crl as asn1_crl
from approval.adapters.asn1 import x509 as asn1_x509
from approval.adapters.pdf_fast_signer import to_asn1
from approval.adapters.pdf_reading import PledgeFile
from approval.adapters.pdf_structure import issued_by
from approval.adapters.pki import SigningAuthority, TrustEvidence
from approval.adapters.timestamp_authority import TimestampAuthority

# "hard-fail" would skip certificates that name no CRL address, as the test authority's do: demand an answer for all.
_RULE = RevocationCheckingRule.CRL_OR_OCSP_REQUIRED
REVOCATION = CertRevTrustPolicy(RevocationCheckingPolicy(_RULE, _RULE))
_UNASKED = RevocationCheckingRule.NO_CHECK
NO_REVOCATION = CertRevTrustPolicy(RevocationCheckingPolicy(_UNASKED, _UNASKED))


class Trust:
    """Roots, and the evidence known from outside the file (None: the file must bring its own)."""

    def __init__(self, roots: tuple[x509.Certificate, ...], evidence: TrustEvidence | None) -> None:
        self._roots = [to_asn1(c) for c in roots]
        self._evidence = evidence

    def authorities(self, file: PledgeFile) -> list[asn1_x509.Certificate]:
        """Every certificate that may vouch for another: roots, house's authorities, those in the file."""
        outside = [to_asn1(c) for c in self._evidence.other_certs] if self._evidence else []
        # pyHanko compares every certificate with every other, slowly: send each once.
        return list({c.dump(): c for c in (*self._roots, *outside, *file.certificates)}.values())

    def outside_crls(self) -> list[bytes]:
        """CRLs known from outside the file, as they are now (DER)."""
        return [c.public_bytes(Encoding.DER) for c in self._evidence.crls] if self._evidence else []

    def crls(self, file: PledgeFile) -> list[asn1_crl.CertificateList]:
        """CRLs from outside and from the file."""
        loaded = [asn1_crl.CertificateList.load(encoded) for encoded in self.outside_crls()]
        return list({c.dump(): c for c in (*loaded, *file.crls)}.values())

    def tells_revocation(self, file: PledgeFile) -> bool:
        """Whether any CRL is at hand. A file cut back to before its seal brings none: it must not be called sound."""
        return bool(self.crls(file))

    def _revocation(self, file: PledgeFile) -> CertRevTrustPolicy:
        return REVOCATION if self.tells_revocation(file) else NO_REVOCATION

    def evidence_ends(self, status: PdfSignatureStatus) -> datetime:
        """When the first of the certificates and outside CRLs ends by which this signature was found good."""
        stamp = status.timestamp_validity
        paths = [status.validation_path, stamp.validation_path if stamp else None]
        ends: list[datetime] = [
            cert.not_valid_after for path in paths if path for cert in path.iter_certs(include_root=True)
        ]
        crls = self._evidence.crls if self._evidence else ()
        ends += [crl.next_update_utc for crl in crls if crl.next_update_utc]
        return min(ends)

    def moment(self, file: PledgeFile, now: datetime) -> datetime:
        """As of when to judge.

        Now, as long as some CRL at hand is still current. Otherwise the moment of the document's last time stamp: an
        offline reader of an old file has no newer CRL, and law and standard ask for validity at the time of signing
        (draft of TT 15/2025/TT-BKHCN, PL II 1.1 to 2.3). The price: a later revocation of the time-stamp authority is
        not seen without its CRL. A file cut back to before that stamp has only the stamps inside its signatures.
        """
        if self._all_current(file, now):
            return now
        stamps = [stamp.signed_data for stamp in file.time_stamps] or _signature_stamps(file)
        return min([now, max(map(_stamp_time, stamps))]) if stamps else now

    def _all_current(self, file: PledgeFile, now: datetime) -> bool:
        """Whether every authority that issued a CRL at hand has one that has not ended.

        Only authorities that chain to a root count: a CRL made up by somebody else must not turn the clock back.
        """
        names = {authority.subject.dump() for authority in self._vouched(file)}
        newest: dict[bytes, datetime] = {}
        for crl in self.crls(file):
            issuer, end = crl.issuer.dump(), crl["tbs_cert_list"]["next_update"].native
            if issuer in names and end is not None:
                newest[issuer] = max(end, newest.get(issuer, end))
        return bool(newest) and all(end >= now for end in newest.values())

    def _vouched(self, file: PledgeFile) -> list[asn1_x509.Certificate]:
        vouched = list(self._roots)
        pending = [authority for authority in self.authorities(file) if authority.ca and authority not in vouched]
        while found := [c for c in pending if any(issued_by(c.dump(), issuer.dump()) for issuer in vouched)]:
            vouched += found
            pending = [c for c in pending if c not in found]
        return vouched

    def context(self, file: PledgeFile, moment: datetime) -> ValidationContext:
        """For basic validation of everything in one file; one context keeps what it learned about the chain."""
        return ValidationContext(
            trust_roots=self._roots,
            other_certs=self.authorities(file),
            crls=self.crls(file),
            moment=moment,
            allow_fetching=False,
            revinfo_policy=self._revocation(file),
        )

    def long_term_spec(self, file: PledgeFile) -> PdfSignatureValidationSpec:
        """For AdES validation with long-term evidence, offline (EN 319 102-1 §5.6.3)."""
        policy = CertValidationPolicySpec(SimpleTrustManager.build(self._roots), self._revocation(file))
        outside = LocalKnowledge(
            known_crls=[CRLContainer(crl) for crl in self.crls(file)],
            known_certs=self.authorities(file),
        )
        return PdfSignatureValidationSpec(
            SignatureValidationSpec(
                cert_validation_policy=policy,
                revinfo_gathering_policy=RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY),
                local_knowledge=outside,
            ),
            DEFAULT_DIFF_POLICY,
        )


def sealing_context(authority: SigningAuthority, tsa: TimestampAuthority, moment: datetime) -> ValidationContext:
    """For collecting the evidence that goes into a file: every certificate's standing must be known."""
    return ValidationContext(
        trust_roots=[to_asn1(c) for c in (*authority.trust_roots, *tsa.trust_roots)],
        other_certs=[to_asn1(c) for c in authority.other_certs],
        crls=[c.public_bytes(Encoding.DER) for c in authority.crls],
        moment=moment,
        allow_fetching=tsa.is_remote,
        revinfo_policy=REVOCATION,
    )


def timing(moment: datetime) -> ValidationTimingInfo:
    """Judge as of this moment."""
    return ValidationTimingInfo(validation_time=moment, best_signature_time=moment, point_in_time_validation=True)


def named_authorities(file: PledgeFile) -> tuple[x509.Certificate, ...]:
    """The highest authorities that the file itself names, whoever that may be."""
    named = [c for s in file.signatures + file.time_stamps for c in s.other_embedded_certs]
    encoded = {c.dump() for c in (*named, *file.certificates) if c.ca}
    highest = [one for one in encoded if not any(issued_by(one, other) for other in encoded - {one})]
    return tuple(x509.load_der_x509_certificate(one) for one in sorted(highest))


def _signature_stamps(file: PledgeFile) -> list[cms.SignedData]:
    return [stamp for s in file.signatures for stamp in extract_tst_data_iter(s.signer_info, signed=False)]


def _stamp_time(stamp: cms.SignedData) -> datetime:
    moment: datetime = stamp["encap_content_info"]["content"].parsed["gen_time"].native
    return moment.astimezone(UTC)
