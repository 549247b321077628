"""pyHanko's signer and time stamper with the CMS joined from prepared parts: 1 ms instead of 30 each."""

# ruff: noqa: FBT001, FBT002, PLR0917 - the signatures overridden here are pyHanko's

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.signers import PdfSigner, Signer
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_signer import PdfSigningSession, PdfTBSDocument
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from approval.adapters.asn1 import cms
from approval.adapters.asn1 import x509 as asn1_x509
from approval.adapters.key_store import UnlockedKey
from approval.adapters.pdf_checkpoint import add_checkpoint
from approval.adapters.pdf_cms import DATA, cms_identity, der, detached_message, sign_attributes, signed_attributes
from approval.adapters.timestamp_authority import TimestampAuthority


def to_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """The same certificate in the library pyHanko uses."""
    return asn1_x509.Certificate.load(der(certificate))


class PortTimeStamper(TimeStamper):
    """Lets pyHanko ask our time-stamp port. One for each signing call: it remembers the last token."""

    def __init__(self, authority: TimestampAuthority) -> None:
        super().__init__(include_nonce=False)  # type: ignore[no-untyped-call]  # pyHanko types it not
        self._authority = authority
        self.last_token: bytes | None = None

    def token(self, digest: bytes) -> bytes:
        """A token (DER) over a SHA-256 digest. Raises TimestampUnavailableError."""
        self.last_token = self._authority.token(digest)
        return self.last_token

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Called by pyHanko."""
        if md_algorithm != "sha256":
            raise ValueError("only SHA-256 is stamped")
        return cms.ContentInfo.load(self.token(message_digest))


class FastSigner(Signer):
    """ECDSA P-256 signer. PAdES with SHA-256 takes the prepared path, everything else pyHanko's own."""

    def __init__(self, key: UnlockedKey) -> None:
        chain = tuple(der(c) for c in key.chain)
        store = SimpleCertificateStore()
        store.register_multiple([asn1_x509.Certificate.load(c) for c in chain])
        super().__init__(signing_cert=to_asn1(key.certificate), cert_registry=store)
        self._private_key = key.private_key
        self._identity = cms_identity(der(key.certificate), chain)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Sign with the key already loaded."""
        if digest_algorithm != "sha256":
            raise ValueError("only SHA-256 is signed")
        return self._private_key.sign(data, ec.ECDSA(hashes.SHA256()))

    async def async_sign(
        self,
        data_digest: bytes,
        digest_algorithm: str,
        dry_run: bool = False,
        use_pades: bool = False,
        timestamper: TimeStamper | None = None,
        signed_attr_settings: PdfCMSSignedAttributes | None = None,
        is_pdf_sig: bool = True,
        encap_content_info: Any = None,
    ) -> cms.ContentInfo:
        """A detached CMS over the digest of a PDF's byte range."""
        plain = signed_attr_settings is None or not (
            signed_attr_settings.cades_signed_attrs or signed_attr_settings.adobe_revinfo_attr
        )
        prepared = use_pades and is_pdf_sig and digest_algorithm == "sha256" and encap_content_info is None and plain
        if not prepared or not isinstance(timestamper, PortTimeStamper):
            return await super().async_sign(
                data_digest,
                digest_algorithm,
                dry_run=dry_run,
                use_pades=use_pades,
                timestamper=timestamper,
                signed_attr_settings=signed_attr_settings,
                is_pdf_sig=is_pdf_sig,
                encap_content_info=encap_content_info,
            )
        attributes = signed_attributes(self._identity, content_type=DATA, digest=data_digest)
        signature = sign_attributes(attributes, self._private_key)
        token = timestamper.token(hashlib.sha256(signature).digest())
        return cms.ContentInfo.load(detached_message(self._identity, attributes, signature, time_stamp=token))


class ClockedPdfSigner(PdfSigner):
    """pyHanko's PDF signer with the claimed time (/M) taken from our clock instead of the machine's.

    `checkpoint`, when given, stands in the signature dictionary, covered by the signature as all of it is.
    """

    moment: datetime
    checkpoint: bytes | None = None

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        """Called by pyHanko at the start of each signature."""
        session = super().init_signing_session(pdf_out, existing_fields_only=existing_fields_only)
        return _Session(
            self,
            pdf_out,
            session.cms_writer,
            session.sig_field,
            session.md_algorithm,
            session.timestamper,
            session.subfilter,
            system_time=self.moment,
            sv_spec=session.sv_spec,
        )


class _Session(PdfSigningSession):
    def prepare_tbs_document(self, *arguments: Any, **more: Any) -> PdfTBSDocument:
        """Called by pyHanko when the dictionary is complete and nothing of it written yet."""
        prepared = super().prepare_tbs_document(*arguments, **more)
        checkpoint = self.pdf_signer.checkpoint if isinstance(self.pdf_signer, ClockedPdfSigner) else None
        if checkpoint is not None:
            add_checkpoint(self.sig_field["/V"], checkpoint)
        return prepared
