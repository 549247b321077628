"""PDFs that some other program signed, as its users would bring them: plain, damaged, locked, swollen."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO

from asn1crypto import keys
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from approval.adapters.key_store import UnlockedKey
from approval.adapters.pdf_fast_signer import to_asn1
from tests.factories.pdf_documents import small_document
from tests.factories.pki import SigningHouse


def signed_elsewhere(house: SigningHouse, *, with_revocation: bool = False, name: str = "ChuKy1") -> bytes:
    """One PAdES signature of a person of `house` in a field of another product; with CRLs inside if asked for."""
    key = house.person(1)
    metadata = signers.PdfSignatureMetadata(
        field_name=name,
        subfilter=SigSeedSubFilter.PADES,
        embed_validation_info=with_revocation,
        validation_context=_context(house) if with_revocation else None,
        md_algorithm="sha256",
    )
    signer = signers.PdfSigner(metadata, _signer(key))
    out = BytesIO()
    signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(small_document().pdf)), output=out)
    return out.getvalue()


def locked(pdf: bytes) -> bytes:
    """The same pages under a password."""
    writer = copy_into_new_writer(PdfFileReader(BytesIO(pdf)))
    writer.encrypt(owner_pass="chủ", user_pass="khách")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def swollen(mebibytes: int) -> bytes:
    """A small PDF whose cross-reference stream unpacks to so many MiB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(mebibytes)) + packer.flush()
    head = b"%PDF-1.7\n"
    entry = (
        b"1 0 obj\n<</Type/XRef/Size 2/W[1 4 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>\nstream\n" % len(packed)
        + packed
        + b"\nendstream\nendobj\n"
    )
    return head + entry + b"startxref\n%d\n%%%%EOF\n" % len(head)


def _context(house: SigningHouse) -> ValidationContext:
    authority = house.authority
    return ValidationContext(
        trust_roots=[to_asn1(root) for root in authority.trust_roots],
        other_certs=[to_asn1(one) for one in authority.other_certs],
        crls=[crl.public_bytes(Encoding.DER) for crl in authority.crls],
        moment=house.clock.now(),
        allow_fetching=False,
    )


def _signer(key: UnlockedKey) -> signers.SimpleSigner:
    registry = SimpleCertificateStore.from_certs([to_asn1(one) for one in key.chain])
    encoded = key.private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return signers.SimpleSigner(
        signing_cert=to_asn1(key.certificate),
        signing_key=keys.PrivateKeyInfo.load(encoded),
        cert_registry=registry,
    )


def zip_bomb(mebibytes: int, *, name: str = "bomb") -> bytes:
    """A small archive of one file that unpacks to so many MiB."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as entry:
        for _ in range(mebibytes):
            entry.write(bytes(1 << 20))
    return out.getvalue()
