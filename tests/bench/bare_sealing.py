"""The least that any program would have to do to finish a signed file: fill the day, seal, validate the result."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pyhanko.pdf_utils import generic

from approval.adapters.clock import VIETNAM
from approval.adapters.parts import Parts
from approval.adapters.pdf_hex import read_by_character
from approval.adapters.pdf_library import prepare_library
from approval.adapters.pdf_memory import BoundedMemory, GoodCheck
from approval.adapters.pdf_validator import WorkerPdfValidator
from approval.domain.document import DAY_FIELD, ExpectedDocument, Finding
from approval.domain.signing_layout import SigningLayout
from approval.extensions import parts
from tests.bench.bench_product import BenchProduct
from tests.factories.signing_house import current_signing


@contextmanager
def _library_as_released() -> Iterator[None]:
    """Hexadecimal strings read by pyHanko itself, as by any other program."""
    generic.read_hex_string_from_stream = read_by_character
    try:
        yield
    finally:
        prepare_library()


@dataclass(frozen=True)
class BareSealing:
    """One signed file in memory, both stamps typeset, a quick judge of its own."""

    outside: Parts
    judge: WorkerPdfValidator
    layout: SigningLayout
    head: bytes
    date_stamp: tuple[str, bytes]
    seal_stamp: bytes

    def remember_steps(self) -> None:
        """What a check in the background after each signature leaves: the good steps between revisions, no more."""
        assert self.judge.validate(self.head, self._expected(final=False)).finding is Finding.SOUND
        remembered: BoundedMemory[GoodCheck] = BoundedMemory()
        self.judge._good_checks = remembered

    def seal_and_validate(self) -> None:
        """B-LT seal, document time stamp, quick validation; nothing is stored, read from a database or mailed."""
        with _library_as_released():
            final = self.outside.signer.finalise(
                self.head,
                date_stamps={DAY_FIELD: self.date_stamp},
                seal_stamp=self.seal_stamp,
                reason="Niêm phong",
            )
            assert self.judge.validate(final, self._expected(final=True)).finding is Finding.SOUND

    def _expected(self, *, final: bool) -> ExpectedDocument:
        return ExpectedDocument(
            signature_fields=self.layout.signature_fields,
            date_fields=self.layout.date_fields,
            signed_fields=frozenset(self.layout.signature_fields),
            final=final,
        )


def prepare_bare(product: BenchProduct, pledge_id: uuid.UUID) -> BareSealing:
    """A judge that has seen nothing yet, and stamps such as the product would make."""
    with product.app.app_context():
        signing = current_signing(pledge_id)
        layout = SigningLayout.from_json(signing.layout)
        outside = parts()
        day = f"{outside.clock.now().astimezone(VIETNAM).day:02d}"
        return BareSealing(
            outside=outside,
            judge=WorkerPdfValidator(outside.authority.trust_roots, outside.clock, evidence=outside.authority),
            layout=layout,
            head=outside.file_store.get(signing.head_sha256),
            date_stamp=(day, outside.typesetter.typeset_date_part(layout.date_boxes[0], day)),
            seal_stamp=outside.typesetter.typeset_seal_stamp(
                layout.seal_box, lines=("ĐÃ HOÀN THIỆN VÀ NIÊM PHONG", "Đủ 05 chữ ký số"), test_notice=True
            ),
        )
