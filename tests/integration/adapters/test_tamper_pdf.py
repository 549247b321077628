"""Spoiled files: whatever is done to a pledge file, no judge may call the result sound."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from approval.adapters.pdf_reading import PledgeFile
from approval.adapters.pdf_validator import PdfValidator, WorkerPdfValidator
from approval.domain.document import ExpectedDocument, Finding, SignatureCheck, ValidationReport
from tests.factories.pdf_documents import small_document
from tests.factories.pki import signing_house
from tests.factories.signed_pledges import SignedPledge, expected_document, seal, sign_as, signed_pledge
from tests.factories.tampering import (
    CHANGES,
    CHANGES_AFTER_SEAL,
    cut_revisions,
    day_refilled,
    flip,
    revision_ends,
)
from tests.factories.validators import careful_validator, public_validator, worker_validator

SAMPLE = 20
CAMPAIGN = 200


@pytest.fixture(scope="module")
def pledge() -> SignedPledge:
    return signed_pledge()


@pytest.fixture(scope="module")
def outsider(pledge: SignedPledge) -> PdfValidator:
    return public_validator(pledge.house)


def test_an_outsider_with_only_the_root_finds_the_genuine_file_sound(
    pledge: SignedPledge, outsider: PdfValidator
) -> None:
    report = outsider.inspect(pledge.final)
    assert report.problems == ()
    assert report.finding is Finding.SOUND


def assert_flips_are_found(pledge: SignedPledge, validator: PdfValidator, offsets: list[int], seed: int) -> None:
    bits = random.Random(seed)
    for offset in offsets:
        bit = bits.randrange(8)
        report = validator.inspect(flip(pledge.final, offset, bit))
        assert report.finding in {Finding.TAMPERED, Finding.UNREADABLE, Finding.INCOMPLETE}, (offset, bit)
        assert report.problems


@pytest.mark.uncounted
def test_a_flipped_bit_anywhere_is_found(pledge: SignedPledge, outsider: PdfValidator) -> None:
    offsets = random.Random(7).sample(range(len(pledge.final)), SAMPLE)
    assert_flips_are_found(pledge, outsider, offsets, seed=7)


@pytest.mark.campaign
@pytest.mark.timeout(1800)
def test_two_hundred_flipped_bits_are_all_found() -> None:
    pledge = signed_pledge(5, (3, 1, 5, 2, 4))
    offsets = random.Random(200).sample(range(len(pledge.final)), CAMPAIGN)
    assert_flips_are_found(pledge, public_validator(pledge.house), offsets, seed=200)


def hole_of_last_stamp(pledge: SignedPledge) -> range:
    """The only bytes that no signature covers: the message of the last time stamp."""
    start = pledge.final.rindex(b"/Contents") + len(b"/Contents")
    return range(pledge.final.index(b"<", start), pledge.final.index(b">", start) + 1)


class StampsOnly(WorkerPdfValidator):
    """Examines time stamps and structure alone: nothing else can notice a change in the hole of the last stamp."""

    async def _check_all(self, file: PledgeFile, moment: datetime) -> list[SignatureCheck]:
        return await super()._check_all(replace(file, signatures=()), moment)

    def validate(self, pdf: bytes, expected: ExpectedDocument) -> ValidationReport:
        return PdfValidator.validate(self, pdf, expected)


def assert_hole_is_watched(pledge: SignedPledge, offsets: Iterable[int], bits: tuple[int, ...]) -> None:
    authority = pledge.house.authority
    validator = StampsOnly(authority.trust_roots, pledge.house.clock, evidence=authority)
    assert validator.validate(pledge.final, pledge.expected).finding is Finding.SOUND
    for offset in offsets:
        for bit in bits:
            found = validator.validate(flip(pledge.final, offset, bit), pledge.expected).finding
            assert found is not Finding.SOUND, (offset, bit)


def test_flips_in_the_only_bytes_no_signature_covers_are_found(pledge: SignedPledge) -> None:
    hole = hole_of_last_stamp(pledge)
    padding = [hole[-2], hole[-3], hole[len(hole) - 40]]
    offsets = [hole[0], hole[-1], *padding, *random.Random(3).sample(hole, SAMPLE)]
    # Bit 5 changes the case of a hexadecimal letter and nothing of its value.
    assert_hole_is_watched(pledge, offsets, bits=(0, 5))


@pytest.mark.campaign
@pytest.mark.timeout(7200)
def test_every_byte_of_the_uncovered_hole_is_watched(pledge: SignedPledge) -> None:
    assert_hole_is_watched(pledge, hole_of_last_stamp(pledge), bits=(0, 2, 5))


def test_earlier_genuine_states_are_incomplete_not_sound(pledge: SignedPledge, outsider: PdfValidator) -> None:
    for count in range(1, len(revision_ends(pledge.final))):
        cut = cut_revisions(pledge.final, count)
        assert outsider.inspect(cut).finding is Finding.INCOMPLETE
        report = careful_validator(pledge.house).validate(cut, pledge.expected)
        assert report.finding is Finding.INCOMPLETE, report.problems


def test_a_file_cut_off_in_mid_revision_is_not_sound(pledge: SignedPledge, outsider: PdfValidator) -> None:
    for share in (0.1, 0.5, 0.9, 0.999):
        assert outsider.inspect(pledge.final[: int(len(pledge.final) * share)]).finding is not Finding.SOUND


@pytest.mark.parametrize("change", CHANGES_AFTER_SEAL, ids=lambda name: name)
def test_a_change_after_the_seal_is_tampering(pledge: SignedPledge, outsider: PdfValidator, change: str) -> None:
    spoiled = CHANGES_AFTER_SEAL[change](pledge.final)
    for validator in (outsider, worker_validator(pledge.house)):
        report = validator.validate(spoiled, pledge.expected)
        assert report.finding is Finding.TAMPERED, report.problems


@pytest.mark.parametrize("change", CHANGES, ids=lambda name: name)
def test_a_change_between_signatures_is_tampering_however_well_it_is_sealed_later(tmp_path: Path, change: str) -> None:
    house = signing_house(tmp_path)
    opened = house.signer.open(small_document(2), reason="Mở ký")
    spoiled = CHANGES[change](sign_as(house, opened, 1).pdf)
    final = seal(house, sign_as(house, spoiled, 2).pdf)
    for validator in (public_validator(house), worker_validator(house)):
        report = validator.validate(final, expected_document(2, signed=(1, 2), final=True))
        assert report.finding is Finding.TAMPERED, report.problems


def test_a_day_filled_before_all_have_signed_is_noticed(pledge: SignedPledge) -> None:
    early = day_refilled(pledge.revisions[0].pdf)
    expected = expected_document(2, signed=pledge.order[:1], final=False)
    report = careful_validator(pledge.house).validate(early, expected)
    assert report.finding is Finding.TAMPERED


def test_a_signature_the_database_does_not_know_is_noticed(pledge: SignedPledge) -> None:
    expected = expected_document(2, signed=pledge.order[:1], final=False)
    report = careful_validator(pledge.house).validate(pledge.revisions[1].pdf, expected)
    assert report.finding is Finding.TAMPERED


def test_a_party_list_that_differs_from_the_fields_is_noticed(pledge: SignedPledge) -> None:
    expected = expected_document(3, signed=(1, 2), final=True)
    assert public_validator(pledge.house).validate(pledge.final, expected).finding is Finding.TAMPERED


def test_another_root_trusts_nothing(pledge: SignedPledge, tmp_path: Path) -> None:
    stranger = signing_house(tmp_path)
    report = public_validator(stranger).inspect(pledge.final)
    assert report.finding is Finding.TAMPERED
    assert not any(check.trusted for check in report.signatures)


def test_a_document_sealed_by_a_persons_key_is_not_sound(tmp_path: Path) -> None:
    house = signing_house(tmp_path)
    certificate, key = house.authority.issue_person("Kẻ giả mạo", "Không rõ")
    house.authority.seal = replace(house.authority.seal, certificate=certificate, key=key)
    opened = house.signer.open(small_document(2), reason="Mở ký")
    head = sign_as(house, sign_as(house, opened, 1).pdf, 2).pdf
    report = public_validator(house).inspect(seal(house, head))
    assert report.finding is Finding.TAMPERED
    assert any("niêm phong" in problem for problem in report.problems)


def test_one_person_signing_for_two_parties_is_noticed(tmp_path: Path) -> None:
    house = signing_house(tmp_path)
    opened = house.signer.open(small_document(2), reason="Mở ký")
    key = house.person(1)
    head = sign_as(house, sign_as(house, opened, 1, key).pdf, 2, key).pdf
    assert public_validator(house).inspect(seal(house, head)).finding is Finding.TAMPERED


def test_a_certificate_revoked_before_signing_is_not_trusted(tmp_path: Path) -> None:
    house = signing_house(tmp_path)
    opened = house.signer.open(small_document(2), reason="Mở ký")
    key = house.person(1)
    head = sign_as(house, opened, 1, key).pdf
    house.authority.revoke(key.certificate.serial_number, since=house.clock.now() - timedelta(minutes=2))
    head = sign_as(house, head, 2).pdf
    final = seal(house, head)
    for validator in (public_validator(house), worker_validator(house)):
        report = validator.inspect(final)
        assert report.finding is Finding.TAMPERED
        assert [c.field_name for c in report.signatures if not c.trusted] == ["KY_01"]


def test_a_certificate_revoked_after_signing_keeps_its_signature(tmp_path: Path) -> None:
    house = signing_house(tmp_path)
    opened = house.signer.open(small_document(2), reason="Mở ký")
    key = house.person(1)
    head = sign_as(house, opened, 1, key).pdf
    house.clock.moment += timedelta(hours=1)
    house.authority.revoke(key.certificate.serial_number)
    head = sign_as(house, head, 2).pdf
    before = expected_document(2, signed=(1, 2), final=False)
    assert worker_validator(house).validate(head, before).problems == ()
    final = seal(house, head)
    for validator in (public_validator(house), worker_validator(house)):
        report = validator.validate(final, expected_document(2, signed=(1, 2), final=True))
        assert report.problems == ()


def test_years_later_the_file_is_still_sound_by_the_evidence_it_carries(pledge: SignedPledge) -> None:
    later = type(pledge.house.clock)(pledge.house.clock.now() + timedelta(days=9 * 365))
    report = PdfValidator(pledge.house.authority.trust_roots, later).inspect(pledge.final)
    assert report.problems == ()


@pytest.mark.parametrize("days", [40, 9 * 365])
def test_years_later_a_file_cut_back_is_still_called_incomplete(pledge: SignedPledge, days: int) -> None:
    """Its certificates and lists have ended by then; the stamps in its signatures say when they were good."""
    later = type(pledge.house.clock)(pledge.house.clock.now() + timedelta(days=days))
    outsider = PdfValidator(pledge.house.authority.trust_roots, later)
    for count in range(1, len(revision_ends(pledge.final))):
        report = outsider.inspect(cut_revisions(pledge.final, count))
        assert report.finding is Finding.INCOMPLETE, (count, report.problems)


def test_a_file_as_expected_but_without_revocation_lists_is_not_sound(
    pledge: SignedPledge, outsider: PdfValidator
) -> None:
    expected = expected_document(pledge.parties, signed=pledge.order, final=False)
    report = outsider.validate(pledge.states[-1], expected)
    assert report.finding is Finding.INCOMPLETE
    assert [problem for problem in report.problems if "thu hồi" not in problem] == []
    assert careful_validator(pledge.house).validate(pledge.states[-1], expected).finding is Finding.SOUND


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"%PDF-1.7\n%%EOF\n", b"\x00" * 4096, "giao ước".encode()])
def test_what_is_no_pdf_is_unreadable(outsider: PdfValidator, data: bytes) -> None:
    assert outsider.inspect(data).finding is Finding.UNREADABLE


def test_a_pdf_without_signatures_is_incomplete(outsider: PdfValidator) -> None:
    assert outsider.inspect(small_document(2).pdf).finding is Finding.INCOMPLETE
