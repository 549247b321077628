"""A pledge taken through its whole chain of signatures once, its every revision kept for the tests to spoil."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from approval.adapters.key_store import UnlockedKey
from approval.domain.document import DAY_FIELD, ExpectedDocument, SignedRevision, signature_field_name
from tests.factories.pdf_documents import small_document, stamp
from tests.factories.pki import SigningHouse, signing_house

REASON = "Ký bản giao ước thi đua"


@dataclass(frozen=True)
class SignedPledge:
    """`revisions`: the opened file, then one for each signature in the order made; `final`: sealed and time-stamped."""

    house: SigningHouse
    parties: int
    order: tuple[int, ...]
    opened: bytes
    revisions: tuple[SignedRevision, ...]
    final: bytes

    @property
    def states(self) -> tuple[bytes, ...]:
        """Every genuine file before sealing, oldest first."""
        return (self.opened, *(revision.pdf for revision in self.revisions))

    @property
    def expected(self) -> ExpectedDocument:
        """What the finished file must hold."""
        return expected_document(self.parties, signed=self.order, final=True)


def expected_document(parties: int, *, signed: tuple[int, ...], final: bool) -> ExpectedDocument:
    """Expectation after the given positions have signed."""
    return ExpectedDocument(
        signature_fields=tuple(signature_field_name(n) for n in range(1, parties + 1)),
        date_fields=(DAY_FIELD,),
        signed_fields=frozenset(signature_field_name(n) for n in signed),
        final=final,
    )


def sign_as(house: SigningHouse, pdf: bytes, position: int, key: UnlockedKey | None = None) -> SignedRevision:
    """One party signs three minutes after whatever happened before."""
    house.clock.moment += timedelta(minutes=3)
    return house.signer.sign(
        pdf,
        field_name=signature_field_name(position),
        key=key or house.person(position),
        stamp_pdf=stamp(f"Chữ ký {position}"),
        reason=REASON,
        location="Bắc Giang",
    )


def seal(house: SigningHouse, pdf: bytes, day: str = "15") -> bytes:
    """Fill the day, seal, time-stamp."""
    date_stamps = {DAY_FIELD: (day, stamp(day, 20.75, 15.2))}
    seal_stamp = stamp("Đã niêm phong", 170, 50)
    return house.signer.finalise(pdf, date_stamps=date_stamps, seal_stamp=seal_stamp, reason="Niêm phong văn bản")


def sign_all(house: SigningHouse, *, parties: int, order: tuple[int, ...]) -> SignedPledge:
    """The whole chain in the given order of positions."""
    opened = house.signer.open(small_document(parties), reason="Mở ký")
    revisions: list[SignedRevision] = []
    head = opened
    for position in order:
        revisions.append(sign_as(house, head, position))
        head = revisions[-1].pdf
    return SignedPledge(house, parties, order, opened, tuple(revisions), seal(house, head))


@lru_cache(maxsize=4)
def signed_pledge(parties: int = 2, order: tuple[int, ...] = (2, 1)) -> SignedPledge:
    """A finished chain, made once a test process; take copies of its bytes, do not move its clock."""
    directory = Path(tempfile.mkdtemp(prefix="giao-uoc-tests-"))
    return sign_all(signing_house(directory), parties=parties, order=order)
