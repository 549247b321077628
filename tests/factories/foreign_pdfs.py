"""PDFs signed by somebody else's program with somebody else's keys, good and bad."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from io import BytesIO

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.keys import load_private_key_from_pemder_data
from pyhanko.pdf_utils.generic import DictionaryObject, pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

from approval.adapters.asn1 import crl as asn1_crl
from approval.adapters.asn1 import x509 as asn1_x509
from approval.adapters.clock import FixedClock
from approval.adapters.pki_certificates import Identity
from approval.adapters.timestamp_authority import BuiltInTestTsa
from tests.factories.pdf_documents import small_document

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_DAY = timedelta(days=1)


def usage(*, signs_certificates: bool = False, signs_documents: bool = True) -> x509.KeyUsage:
    """Key usage of an authority, a signer, or (neither) of a key for encryption."""
    return x509.KeyUsage(
        digital_signature=signs_documents,
        content_commitment=signs_documents,
        key_encipherment=not signs_documents and not signs_certificates,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


@dataclass
class ForeignOffice:
    """An authority of another province and one signer; `now` is when it signs."""

    now: datetime
    key: PrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    key_usage: x509.KeyUsage = field(default_factory=usage)
    purposes: tuple[x509.ObjectIdentifier, ...] = ()
    valid_days: tuple[int, int] = (-100, 265)
    digest: str = "sha256"
    subfilter: SigSeedSubFilter = SigSeedSubFilter.PADES

    @cached_property
    def root_key(self) -> ec.EllipticCurvePrivateKey:
        return ec.generate_private_key(ec.SECP256R1())

    @cached_property
    def root(self) -> x509.Certificate:
        """Self-signed, the one to trust."""
        builder = self._builder("CA tỉnh khác", "CA tỉnh khác", self.root_key.public_key(), (-1000, 3000))
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(usage(signs_certificates=True, signs_documents=False), critical=True)
        return builder.sign(self.root_key, hashes.SHA256())

    @cached_property
    def signer(self) -> x509.Certificate:
        """Its certificate as the fields say."""
        builder = self._builder("Lê Văn Khác", "CA tỉnh khác", self.key.public_key(), self.valid_days)
        builder = builder.add_extension(self.key_usage, critical=True)
        if self.purposes:
            builder = builder.add_extension(x509.ExtendedKeyUsage(self.purposes), critical=False)
        return builder.sign(self.root_key, hashes.SHA256())

    def crl(self, *, revoked_since: datetime | None = None) -> x509.CertificateRevocationList:
        """The authority's list as of now."""
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.root.subject)
        builder = builder.last_update(self.now - _DAY).next_update(self.now + 30 * _DAY)
        if revoked_since is not None:
            entry = x509.RevokedCertificateBuilder().serial_number(self.signer.serial_number)
            builder = builder.add_revoked_certificate(entry.revocation_date(revoked_since).build())
        return builder.sign(self.root_key, hashes.SHA256())

    def tsa(self) -> BuiltInTestTsa:
        """A time-stamp authority under the same root; its clock stands."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder("TSA tỉnh khác", "CA tỉnh khác", key.public_key(), (-100, 265))
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        identity = Identity(builder.sign(self.root_key, hashes.SHA256()), key)
        return BuiltInTestTsa(identity, (self.root,), FixedClock(self.now))

    def sign(self, pdf: bytes, *, field_name: str = "Signature1", certify: MDPPerm | None = None) -> bytes:
        """A signature without time stamp, as simple programs make them; `certify`: what may follow it."""
        certificates = SimpleCertificateStore()
        certificates.register(asn1_x509.Certificate.load(self.root.public_bytes(Encoding.DER)))
        pem = self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        signer = SimpleSigner(
            signing_cert=asn1_x509.Certificate.load(self.signer.public_bytes(Encoding.DER)),
            signing_key=load_private_key_from_pemder_data(pem, None),
            cert_registry=certificates,
        )
        metadata = PdfSignatureMetadata(
            field_name=field_name,
            md_algorithm=self.digest,
            subfilter=self.subfilter,
            certify=certify is not None,
            docmdp_permissions=certify or MDPPerm.FILL_FORMS,
        )
        output = BytesIO()
        made = PdfSigner(metadata, signer).async_sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), output=output)
        asyncio.run(made)
        return output.getvalue()

    def _builder(
        self, subject: str, issuer: str, key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey, days: tuple[int, int]
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(_name(subject))
            .issuer_name(_name(issuer))
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now + days[0] * _DAY)
            .not_valid_after(self.now + days[1] * _DAY)
        )


def with_crl(pdf: bytes, crl: x509.CertificateRevocationList) -> bytes:
    """The list in the document security store, as long-term signatures carry it."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    encoded = asn1_crl.CertificateList.load(crl.public_bytes(Encoding.DER))
    DocumentSecurityStore.supply_dss_in_writer(writer, sig_contents=None, crls=[encoded])
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def nested_pdf() -> bytes:
    """A catalogue that is an array in an array, 100,000 deep."""
    head = b"%PDF-1.7\n1 0 obj\n" + b"[" * 100_000 + b"]" * 100_000 + b"\nendobj\n"
    table = b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \n"
    return head + table + b"trailer\n<</Size 2/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(head)


def looping_pdf() -> bytes:
    """Two cross-reference tables that each name the other as the one before."""
    table = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 1/Root 1 0 R/Prev %010d>>\n"
    head = b"%PDF-1.7\n"
    first, second = len(head), len(head) + len(table % 0)
    return head + table % second + table % first + b"startxref\n%d\n%%%%EOF\n" % second


def plain_pdf() -> bytes:
    """One page of text, nothing signed."""
    return small_document(2).pdf


def scripted_pdf() -> bytes:
    """The same with a script that runs when it is opened."""
    writer = IncrementalPdfFileWriter(BytesIO(plain_pdf()))
    action = {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): pdf_string("app.alert(1)")}
    writer.root[pdf_name("/OpenAction")] = writer.add_object(DictionaryObject(action))
    writer.update_root()
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def encrypted_pdf() -> bytes:
    """The same behind a password."""
    writer = copy_into_new_writer(PdfFileReader(BytesIO(plain_pdf())))
    writer.encrypt(owner_pass="chủ", user_pass="người đọc")
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
