"""What the quick judge remembers, and what no judge lets pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from asn1crypto.crl import CertificateList
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.validation import async_validate_pdf_signature

from approval.adapters import pdf_validator
from approval.adapters.pdf_reading import read_pledge_file, sealed_date_values
from approval.adapters.pdf_trust import Trust
from approval.adapters.pdf_validator import WorkerPdfValidator
from approval.domain.document import DAY_FIELD, Finding
from tests.factories.pdf_documents import small_document
from tests.factories.pki import SigningHouse, signing_house
from tests.factories.signed_pledges import SignedPledge, expected_document, seal, sign_all, sign_as
from tests.factories.tampering import CHANGES, white_box
from tests.factories.validators import careful_validator, public_validator, worker_validator


@pytest.fixture
def house(tmp_path: Path) -> SigningHouse:
    return signing_house(tmp_path)


@pytest.fixture
def pledge(house: SigningHouse) -> SignedPledge:
    return sign_all(house, parties=2, order=(1, 2))


@pytest.fixture
def examined(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the signature fields whose cryptography was examined by the quick judge."""
    names: list[str] = []

    async def spy(signature: object, *args: object, **more: object) -> object:
        names.append(signature.field_name)  # type: ignore[attr-defined]
        return await async_validate_pdf_signature(signature, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(pdf_validator, "async_validate_pdf_signature", spy)
    return names


READY = expected_document(2, signed=(1, 2), final=False)


def test_after_the_open_file_only_the_seal_is_examined_anew(pledge: SignedPledge, examined: list[str]) -> None:
    validator = worker_validator(pledge.house)
    assert validator.validate(pledge.revisions[-1].pdf, READY).finding is Finding.SOUND
    assert examined == ["MO_KY", "KY_01", "KY_02"]
    report = validator.validate(pledge.final, pledge.expected)
    assert examined == ["MO_KY", "KY_01", "KY_02", "NIEM_PHONG"]
    assert report == worker_validator(pledge.house).validate(pledge.final, pledge.expected)


def test_the_two_judges_say_the_same_of_a_genuine_file(pledge: SignedPledge) -> None:
    quick = worker_validator(pledge.house).validate(pledge.final, pledge.expected)
    careful = careful_validator(pledge.house).validate(pledge.final, pledge.expected)
    assert quick == careful


@pytest.mark.parametrize("change", CHANGES, ids=lambda name: name)
def test_what_was_remembered_excuses_no_later_change(pledge: SignedPledge, change: str) -> None:
    validator = worker_validator(pledge.house)
    validator.validate(pledge.revisions[-1].pdf, READY)
    validator.validate(pledge.final, pledge.expected)
    spoiled = CHANGES[change](pledge.revisions[-1].pdf)
    assert validator.validate(spoiled, READY).finding is Finding.TAMPERED
    assert validator.validate(seal(pledge.house, spoiled), pledge.expected).finding is Finding.TAMPERED


def test_a_revocation_in_between_is_noticed(pledge: SignedPledge, house: SigningHouse) -> None:
    validator = worker_validator(house)
    head = pledge.revisions[-1].pdf
    assert validator.validate(head, READY).finding is Finding.SOUND
    serial = int(pledge.revisions[0].certificate_serial, 16)
    house.authority.revoke(serial, since=pledge.revisions[0].signed_at - timedelta(minutes=1))
    assert validator.validate(head, READY).finding is Finding.TAMPERED


@pytest.mark.parametrize(
    ("later", "examinations"),
    [(timedelta(hours=23), 1), (timedelta(days=1, seconds=1), 2), (timedelta(seconds=-1), 2)],
    ids=str,
)
def test_what_was_remembered_holds_for_a_day(
    pledge: SignedPledge, examined: list[str], later: timedelta, examinations: int
) -> None:
    validator = worker_validator(pledge.house)
    validator.validate(pledge.final, pledge.expected)
    pledge.house.clock.moment += later
    validator.validate(pledge.final, pledge.expected)
    assert examined.count("KY_01") == examinations


def test_what_was_remembered_ends_with_the_first_certificate(house: SigningHouse, examined: list[str]) -> None:
    pledge = sign_all(house, parties=2, order=(1, 2))
    validator = worker_validator(house)
    ends = min(signature.signer_cert.not_valid_after for signature in read_pledge_file(pledge.final).signatures)
    house.clock.moment = ends - timedelta(hours=1)
    assert validator.validate(pledge.final, pledge.expected).finding is Finding.SOUND
    house.clock.moment = ends - timedelta(minutes=1)
    assert validator.validate(pledge.final, pledge.expected).finding is Finding.SOUND
    assert examined.count("KY_01") == 1
    house.clock.moment = ends + timedelta(seconds=1)
    validator.validate(pledge.final, pledge.expected)
    assert examined.count("KY_01") == 2


def test_what_was_remembered_ends_with_its_revocation_list(
    pledge: SignedPledge, house: SigningHouse, examined: list[str]
) -> None:
    authority, head = house.authority, pledge.revisions[-1].pdf
    never_renewed = SimpleNamespace(crls=authority.crls, other_certs=authority.other_certs)
    validator = WorkerPdfValidator(authority.trust_roots, house.clock, evidence=never_renewed)
    ends = min(crl.next_update_utc for crl in never_renewed.crls if crl.next_update_utc)
    house.clock.moment = ends - timedelta(hours=1)
    for later in (timedelta(0), timedelta(minutes=30)):
        house.clock.moment = ends - timedelta(hours=1) + later
        assert validator.validate(head, READY).finding is Finding.SOUND
    assert examined.count("KY_01") == 1
    house.clock.moment = ends + timedelta(seconds=1)
    validator.validate(head, READY)
    assert examined.count("KY_01") == 2


def test_a_bad_verdict_is_never_remembered(pledge: SignedPledge) -> None:
    validator = worker_validator(pledge.house)
    spoiled = white_box(pledge.revisions[-1].pdf)
    for _ in range(2):
        assert validator.validate(spoiled, READY).finding is Finding.TAMPERED
    assert validator.validate(pledge.revisions[-1].pdf, READY).finding is Finding.SOUND


def test_two_fields_cannot_share_one_signature(house: SigningHouse) -> None:
    opened = house.signer.open(small_document(2), reason="Mở ký")
    head = sign_as(house, opened, 1).pdf
    writer = IncrementalPdfFileWriter(BytesIO(head))
    fields = {str(ref.get_object()["/T"]): ref.get_object() for ref in writer.root["/AcroForm"]["/Fields"]}
    fields["KY_02"][pdf_name("/V")] = fields["KY_01"].raw_get("/V")
    writer.update_container(fields["KY_02"])
    output = BytesIO()
    writer.write(output)
    final = seal(house, output.getvalue())
    expected = expected_document(2, signed=(1, 2), final=True)
    for validator in (public_validator(house), worker_validator(house)):
        assert validator.validate(final, expected).finding is Finding.TAMPERED


def test_an_unsigned_party_is_named(house: SigningHouse) -> None:
    opened = house.signer.open(small_document(2), reason="Mở ký")
    report = careful_validator(house).validate(sign_as(house, opened, 1).pdf, READY)
    assert report.finding is Finding.INCOMPLETE
    assert report.problems == ("Thiếu chữ ký tại ô KY_02.",)


def test_last_signed_at_is_the_last_partys_time_not_the_seals(pledge: SignedPledge) -> None:
    pledge.house.clock.moment += timedelta(days=2)
    later = seal(pledge.house, pledge.revisions[-1].pdf, day="17")
    report = careful_validator(pledge.house).validate(later, pledge.expected)
    assert report.finding is Finding.SOUND
    assert report.last_signed_at == pledge.revisions[-1].signed_at
    assert sealed_date_values(later) == {DAY_FIELD: "17"}


def test_date_values_of_a_damaged_file_are_an_error() -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        sealed_date_values(b"%PDF-1.7 cut off")


def test_a_made_up_crl_does_not_turn_the_clock_back(pledge: SignedPledge, tmp_path: Path) -> None:
    stranger = signing_house(tmp_path / "stranger").authority
    trust = Trust(pledge.house.authority.trust_roots, pledge.house.authority)
    file = read_pledge_file(pledge.final)
    long_ended = CertificateList.load(stranger.crls[1].public_bytes(Encoding.DER))
    authority = Certificate.load(stranger.issuing.certificate.public_bytes(Encoding.DER))
    pledge.house.clock.moment += timedelta(days=40)
    now = pledge.house.clock.now()
    spoiled = replace(file, crls=(*file.crls, long_ended), certificates=(*file.certificates, authority))
    assert trust.moment(spoiled, now) == now


def test_without_a_current_crl_an_old_file_is_judged_as_of_its_time_stamp(pledge: SignedPledge) -> None:
    trust = Trust(pledge.house.authority.trust_roots, None)
    file = read_pledge_file(pledge.final)
    stamped = pledge.house.clock.now()
    assert trust.moment(file, stamped + timedelta(days=29)) == stamped + timedelta(days=29)
    assert trust.moment(file, stamped + timedelta(days=40)) == stamped
