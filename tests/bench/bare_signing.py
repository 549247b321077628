"""The least that any program would have to do for a signature: what the product's request is compared with."""

from __future__ import annotations

import asyncio
import secrets
import uuid
from dataclasses import dataclass
from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata
from sqlalchemy import select

from approval.adapters.parts import Parts
from approval.adapters.pdf_fast_signer import ClockedPdfSigner, FastSigner, PortTimeStamper
from approval.adapters.pdf_fields import PageStamp
from approval.domain.document import TEST_NOTICE
from approval.extensions import db, parts
from approval.models.signing_key import SigningKey
from approval.services.drawn_picture import drawn_picture
from approval.services.signing_act import SigningAct, prepare_act
from tests.bench.bench_product import BenchProduct, Client

# Hex characters kept free for the CMS: the value of the measured recipe.
_RESERVED = 8192


@dataclass(frozen=True)
class BareSignature:
    """Everything prepared for one person's signature on one pledge: parsed key, encoded chain, typeset stamp."""

    outside: Parts
    signer: FastSigner
    metadata: PdfSignatureMetadata
    stamp: bytes
    pin: str

    def derive(self) -> bytes:
        """The PIN's key at the cost of production, nothing else."""
        return self.outside.key_store.derive_passphrase(self.pin, secrets.token_bytes(16))

    def sign(self, head: bytes) -> bytes:
        """One fast B-T call on a file in memory: open, stamp, sign, time-stamp; the result is kept nowhere."""
        moment = self.outside.clock.now()
        stamper = PortTimeStamper(self.outside.tsa)
        signer = ClockedPdfSigner(
            self.metadata, self.signer, timestamper=stamper, stamp_style=PageStamp(stamp_pdf=self.stamp)
        )
        signer.moment = moment
        output = BytesIO()
        writer = IncrementalPdfFileWriter(BytesIO(head))
        asyncio.run(signer.async_sign_pdf(writer, existing_fields_only=True, bytes_reserved=_RESERVED, output=output))
        return output.getvalue()


def prepare_bare(product: BenchProduct, pledge_id: uuid.UUID, client: Client) -> BareSignature:
    """The same key, field, stamp and reason as the product will use."""
    command = product.sign_command(pledge_id, client)
    with product.app.app_context():
        act = prepare_act(command)
        query = select(SigningKey.container).where(SigningKey.person_id == client.actor.person_id)
        key = parts().key_store.unlock(db.session.scalars(query).one(), command.pin)
        metadata = PdfSignatureMetadata(
            field_name=act.box.name,
            reason=f"Ký {act.printed.title} – {TEST_NOTICE}",
            location=act.printed.place,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
        )
        return BareSignature(parts(), FastSigner(key), metadata, _stamp(act), command.pin)


def _stamp(act: SigningAct) -> bytes:
    return parts().typesetter.typeset_signature_stamp(
        act.box,
        picture_png=drawn_picture(act.display_name),
        authority_lines=act.authority_lines,
        name=act.display_name,
        note="",
        test_notice=True,
    )
