"""Renewed before its certificates age, a document stays provable after they have ended; the bytes signed stay."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from approval.adapters.pdf_errors import UnreadableDocumentError
from approval.adapters.pdf_renewer import PdfRenewer
from approval.domain.document import Finding
from approval.domain.proof_age import ProofNotRenewableError, ProofStanding
from tests.factories.ageing import YEAR, new_tsa
from tests.factories.pdf_tools import run_tool
from tests.factories.pki import SigningHouse, signing_house
from tests.factories.signed_pledges import SignedPledge, sign_all
from tests.factories.tampering import cut_revisions, flip, white_box
from tests.factories.validators import careful_validator, public_validator


@pytest.fixture
def house(tmp_path: Path) -> SigningHouse:
    return signing_house(tmp_path)


@pytest.fixture
def pledge(house: SigningHouse) -> SignedPledge:
    return sign_all(house, parties=2, order=(1, 2))


def renewer(house: SigningHouse) -> PdfRenewer:
    return PdfRenewer(house.authority, new_tsa(house.authority, house.clock), house.clock)


def test_a_fresh_proof_is_firm_and_weakens_a_year_before_its_end(house: SigningHouse, pledge: SignedPledge) -> None:
    age = renewer(house).age(pledge.final)
    assert age.ends_at == house.authority.tsa.certificate.not_valid_after_utc
    assert abs(age.stamped_at - house.clock.now()) < timedelta(seconds=2)
    assert age.standing(house.clock.now()) is ProofStanding.FIRM
    assert age.standing(house.clock.now() + 11.5 * YEAR) is ProofStanding.WEAKENING


def test_a_renewed_document_outlives_its_first_time_stamp(
    house: SigningHouse, pledge: SignedPledge, tmp_path: Path
) -> None:
    house.clock.moment += 11.5 * YEAR
    renewed = renewer(house).renew(pledge.final)
    assert renewed.startswith(pledge.final)
    for validator in (public_validator(house), careful_validator(house)):
        report = validator.inspect(renewed)
        assert report.finding is Finding.SOUND, report.problems
    path = tmp_path / "renewed.pdf"
    path.write_bytes(renewed)
    run_tool("qpdf", "--check", path)

    house.clock.moment += 2 * YEAR
    assert careful_validator(house).inspect(pledge.final).finding is not Finding.SOUND
    assert careful_validator(house).inspect(renewed).problems == ()
    assert public_validator(house).inspect(renewed).problems == ()
    assert renewer(house).age(renewed).ends_at > house.clock.now() + YEAR


def test_a_renewed_document_is_watched_as_before(house: SigningHouse, pledge: SignedPledge) -> None:
    house.clock.moment += 11.5 * YEAR
    renewed = renewer(house).renew(pledge.final)
    outsider = public_validator(house)
    assert outsider.inspect(white_box(renewed)).finding is Finding.TAMPERED
    assert outsider.inspect(flip(renewed, len(pledge.final) + 500)).finding is not Finding.SOUND
    # The published file: whole by itself.
    assert cut_revisions(renewed, 1) == pledge.final


def test_a_stamp_that_ends_no_later_is_not_added(house: SigningHouse, pledge: SignedPledge) -> None:
    same = PdfRenewer(house.authority, house.tsa, house.clock)
    with pytest.raises(ProofNotRenewableError) as refused:
        same.renew(pledge.final)
    assert "hết hạn ngày" in refused.value.vi


def test_a_proof_that_has_ended_is_not_revived(house: SigningHouse, pledge: SignedPledge) -> None:
    house.clock.moment += 12.5 * YEAR
    with pytest.raises(ProofNotRenewableError) as refused:
        renewer(house).renew(pledge.final)
    assert "không còn kiểm chứng được" in refused.value.vi


def test_what_is_not_finished_cannot_be_renewed(house: SigningHouse, pledge: SignedPledge) -> None:
    for pdf in (b"hello", pledge.revisions[-1].pdf):
        with pytest.raises(UnreadableDocumentError):
            renewer(house).renew(pdf)
