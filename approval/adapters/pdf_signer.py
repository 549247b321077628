"""Opens, signs and seals pledge files: PAdES B-T for people, B-LTA for the seal (EN 319 142-1)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO

from cryptography import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfTimeStamper
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference
from pyhanko.stamp import BaseStampStyle

from approval.adapters.asn1 import cms
from approval.adapters.clock import Clock
from approval.adapters.key_store import UnlockedKey, certificate_serial, unlocked_house_key
from approval.adapters.pdf_errors import (
    CertificateNotUsableError,
    FieldAlreadySignedError,
    FieldMissingError,
    NotReadyToSealError,
    SigningFailedError,
    UnreadableDocumentError,
    outside_validity,
)
from approval.adapters.pdf_fast_signer import ClockedPdfSigner, FastSigner, PortTimeStamper
from approval.adapters.pdf_fields import PageStamp, add_fields, fill_date_field, signature_fields, text_field_values
from approval.adapters.pdf_library import prepare_library
from approval.adapters.pdf_trust import sealing_context
from approval.adapters.pki import SigningAuthority
from approval.adapters.timestamp_authority import TimestampAuthority
from approval.domain.document import CERTIFICATION_FIELD, SEAL_FIELD, TEST_NOTICE, SignedRevision, TypesetDocument

prepare_library()
DOCUMENT_TIME_STAMP_FIELD = "DAU_THOI_GIAN"
# DER bytes of a CMS without its time stamp: two certificates, attributes, signature; 1.6 kB measured with P-256.
_CMS_RESERVE = 2048


class PdfSigner:
    """Makes every revision of a pledge file. Each call runs its own event loop, so threads may share one signer.

    Unreadable input raises UnreadableDocumentError; a time-stamp authority that does not answer raises
    TimestampUnavailableError. In both cases nothing has changed and the call may be repeated.
    """

    def __init__(self, authority: SigningAuthority, tsa: TimestampAuthority, clock: Clock) -> None:
        self._authority = authority
        self._tsa = tsa
        self._clock = clock

    def open(self, document: TypesetDocument, *, reason: str) -> bytes:
        """The file people will sign: all fields made empty, text locked by an invisible certifying signature."""
        writer = _writer(document.pdf)
        add_fields(writer, document)
        metadata = self._metadata(CERTIFICATION_FIELD, reason, certify=True, docmdp_permissions=MDPPerm.FILL_FORMS)
        house_key = self._house_key_registrar()
        return self._sign(writer, metadata, house_key, self._stamper(), stamp=None)

    def sign(
        self, pdf: bytes, *, field_name: str, key: UnlockedKey, stamp_pdf: bytes, reason: str, location: str | None
    ) -> SignedRevision:
        """Fill one existing empty signature field; `stamp_pdf` is one page of the size of the field.

        Raises FieldMissingError, FieldAlreadySignedError, CertificateNotUsableError.
        """
        self._check_certificate(key.certificate)
        writer = _writer(pdf)
        _require_empty(signature_fields(writer), field_name)
        stamper = self._stamper()
        metadata = self._metadata(field_name, reason, location=location)
        signed = self._sign(writer, metadata, key, stamper, stamp=PageStamp(stamp_pdf=stamp_pdf))
        return SignedRevision(
            pdf=signed,
            signed_at=token_time(stamper.last_token),
            certificate_serial=certificate_serial(key.certificate),
            certificate_subject=key.certificate.subject.rfc4514_string(),
        )

    def finalise(
        self,
        pdf: bytes,
        *,
        date_stamps: Mapping[str, tuple[str, bytes]],
        seal_stamp: bytes,
        reason: str,
        checkpoint: bytes | None = None,
    ) -> bytes:
        """Fill the blank date parts (field → value, one-page stamp), seal with B-LT, close with a document time stamp.

        The seal's signature dictionary carries `checkpoint`, the newest signed head of the history.
        Raises NotReadyToSealError when a party's field is empty or a blank date part is not given a value,
        FieldAlreadySignedError when the file is sealed already.
        """
        writer = _writer(pdf)
        _require_ready(writer, frozenset(date_stamps))
        for name, (value, stamp_pdf) in date_stamps.items():
            fill_date_field(writer, name, value, stamp_pdf)
        seal = self._house_key_seal()
        metadata = self._metadata(
            SEAL_FIELD,
            reason,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            embed_validation_info=True,
            validation_context=sealing_context(self._authority, self._tsa, self._clock.now()),
            # Without VRI the evidence travels in the seal's own revision: one revision less to check later.
            dss_settings=DSSContentSettings(
                include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
            ),
        )
        appearance = PageStamp(stamp_pdf=seal_stamp)
        sealed = self._sign(writer, metadata, seal, self._stamper(), stamp=appearance, checkpoint=checkpoint)
        return self._stamp_document(sealed)

    def check(self) -> None:
        """Whether signing would work now. Raises CertificateNotUsableError, TimestampUnavailableError."""
        for identity in (self._authority.registrar, self._authority.seal):
            self._check_certificate(identity.certificate)
        self._tsa.check()

    def _check_certificate(self, certificate: x509.Certificate) -> None:
        refusal = outside_validity(certificate.not_valid_before_utc, certificate.not_valid_after_utc, self._clock.now())
        if refusal:
            raise refusal
        if self._authority.is_revoked(certificate):
            raise CertificateNotUsableError("đã bị thu hồi", "has been revoked")

    def _house_key_registrar(self) -> UnlockedKey:
        self._check_certificate(self._authority.registrar.certificate)
        return unlocked_house_key(self._authority.registrar, self._authority.other_certs)

    def _house_key_seal(self) -> UnlockedKey:
        self._check_certificate(self._authority.seal.certificate)
        return unlocked_house_key(self._authority.seal, self._authority.other_certs)

    def _stamper(self) -> PortTimeStamper:
        return PortTimeStamper(self._tsa)

    def _metadata(self, field_name: str, reason: str, **more: object) -> PdfSignatureMetadata:
        notice = f"{reason} – {TEST_NOTICE}" if self._authority.is_test else reason
        return PdfSignatureMetadata(
            field_name=field_name,
            reason=notice,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            **more,  # type: ignore[arg-type]
        )

    def _sign(
        self,
        writer: IncrementalPdfFileWriter,
        metadata: PdfSignatureMetadata,
        key: UnlockedKey,
        stamper: PortTimeStamper,
        *,
        stamp: BaseStampStyle | None,
        checkpoint: bytes | None = None,
    ) -> bytes:
        signer = ClockedPdfSigner(metadata, FastSigner(key), timestamper=stamper, stamp_style=stamp)
        signer.moment = self._clock.now().replace(microsecond=0)
        signer.checkpoint = checkpoint
        reserved = 2 * (_CMS_RESERVE + self._tsa.token_reserve)  # pyHanko counts hex characters
        output = BytesIO()
        _run(signer.async_sign_pdf(writer, existing_fields_only=True, bytes_reserved=reserved, output=output))
        return output.getvalue()

    def _stamp_document(self, pdf: bytes) -> bytes:
        output = BytesIO()
        # Bare on purpose: chain and CRLs of the authority are in the DSS already (`use_pades_lta` would reread all).
        stamper = PdfTimeStamper(self._stamper(), field_name=DOCUMENT_TIME_STAMP_FIELD)
        reserved = 2 * self._tsa.token_reserve
        _run(stamper.async_timestamp_pdf(_writer(pdf), "sha256", bytes_reserved=reserved, output=output))
        return output.getvalue()


def token_time(token: bytes | None) -> datetime:
    """The moment (aware UTC) in a time-stamp token."""
    if token is None:
        raise ValueError("there is no time stamp")
    info = cms.ContentInfo.load(token)["content"]["encap_content_info"]["content"].parsed
    moment: datetime = info["gen_time"].native
    return moment.astimezone(UTC)


def _writer(pdf: bytes) -> IncrementalPdfFileWriter:
    try:
        return IncrementalPdfFileWriter(BytesIO(pdf))
    except (PdfError, ValueError, KeyError) as error:
        raise UnreadableDocumentError from error


def _require_empty(fields: Mapping[str, bool], name: str) -> None:
    if name not in fields:
        raise FieldMissingError(name)
    if fields[name]:
        raise FieldAlreadySignedError(name)


def _require_ready(writer: IncrementalPdfFileWriter, dated: frozenset[str]) -> None:
    fields = signature_fields(writer)
    _require_empty(fields, SEAL_FIELD)
    unsigned = tuple(name for name, signed in fields.items() if not signed and name != SEAL_FIELD)
    blank = tuple(name for name in text_field_values(writer.prev) if name not in dated)
    if unsigned or blank:
        raise NotReadyToSealError(unsigned + blank)


def _run(coroutine: object) -> None:
    try:
        asyncio.run(coroutine)  # type: ignore[arg-type]
    except PdfError as error:
        raise UnreadableDocumentError from error
    except SigningError as error:
        raise SigningFailedError from error
