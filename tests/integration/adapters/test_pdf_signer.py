"""The chain of signatures as people, other programs and attackers meet it."""

from __future__ import annotations

import asyncio
import hashlib
import random
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers import Signer

from approval.adapters.pdf_errors import (
    CertificateNotUsableError,
    FieldAlreadySignedError,
    FieldMissingError,
    NotReadyToSealError,
    SigningFailedError,
    UnreadableDocumentError,
)
from approval.adapters.pdf_fast_signer import FastSigner, PortTimeStamper
from approval.adapters.pdf_reading import sealed_date_values
from approval.adapters.pdf_signer import PdfSigner
from approval.adapters.timestamp_authority import TimestampUnavailableError
from approval.domain.document import DAY_FIELD, TEST_NOTICE, Finding
from tests.factories.pdf_documents import small_document, stamp
from tests.factories.pki import SigningHouse, signing_house
from tests.factories.signed_pledges import (
    SignedPledge,
    expected_document,
    seal,
    sign_all,
    sign_as,
    signed_pledge,
)
from tests.factories.validators import careful_validator, worker_validator


@pytest.fixture
def house(tmp_path: Path) -> SigningHouse:
    return signing_house(tmp_path)


@pytest.fixture(scope="module")
def five() -> SignedPledge:
    order = list(range(1, 6))
    random.Random(2024).shuffle(order)
    return signed_pledge(5, tuple(order))


def test_five_parties_in_any_order_end_in_a_sound_document(five: SignedPledge) -> None:
    assert five.order != (1, 2, 3, 4, 5)
    for validator in (careful_validator(five.house), worker_validator(five.house)):
        report = validator.validate(five.final, five.expected)
        assert report.problems == ()
        assert report.finding is Finding.SOUND
        assert [check.field_name for check in report.signatures] == [
            "MO_KY",
            *(f"KY_{n:02d}" for n in five.order),
            "NIEM_PHONG",
            "DAU_THOI_GIAN",
        ]
        assert report.last_signed_at == five.revisions[-1].signed_at


def test_every_state_on_the_way_is_sound_for_what_it_should_hold_then(five: SignedPledge) -> None:
    validator = worker_validator(five.house)
    for count, state in enumerate(five.states):
        expected = expected_document(5, signed=five.order[:count], final=False)
        assert validator.validate(state, expected).problems == ()


def test_pdfsig_finds_seven_valid_signatures(five: SignedPledge, tmp_path: Path) -> None:
    path = tmp_path / "final.pdf"
    path.write_bytes(five.final)
    listed = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout
    assert listed.count("Signature is Valid") == 7


def test_qpdf_finds_nothing_to_complain_about(five: SignedPledge, tmp_path: Path) -> None:
    path = tmp_path / "final.pdf"
    path.write_bytes(five.final)
    subprocess.run(["qpdf", "--check", path], capture_output=True, check=True)


def test_openssl_verifies_each_extracted_message(five: SignedPledge, tmp_path: Path) -> None:
    root = tmp_path / "root.pem"
    root.write_bytes(five.house.authority.root.certificate.public_bytes(Encoding.PEM))
    moment = str(int(five.house.clock.now().timestamp()))
    signatures = PdfFileReader(BytesIO(five.final)).embedded_regular_signatures
    for signature in signatures:
        _, first, second, length = (int(n) for n in signature.byte_range)
        (tmp_path / "content").write_bytes(five.final[:first] + five.final[second : second + length])
        (tmp_path / "cms").write_bytes(cms.ContentInfo.load(signature.pkcs7_content).dump())
        command: list[str | Path] = [
            "openssl",
            "cms",
            "-verify",
            "-cades",
            "-binary",
            "-inform",
            "DER",
            "-in",
            tmp_path / "cms",
        ]
        command += ["-content", tmp_path / "content", "-CAfile", root, "-attime", moment, "-purpose", "any"]
        done = subprocess.run([*command, "-out", "/dev/null"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert len(signatures) == 7


def test_the_date_reads_as_filled_only_in_the_final_file(five: SignedPledge) -> None:
    assert sealed_date_values(five.revisions[-1].pdf) == {DAY_FIELD: None}
    assert sealed_date_values(five.final) == {DAY_FIELD: "15"}


def test_the_filled_day_shows_in_its_place_on_the_date_line(five: SignedPledge, tmp_path: Path) -> None:
    path = tmp_path / "final.pdf"
    path.write_bytes(five.final)
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    assert re.search(r"ngày\s+15\s+tháng 5 năm 2024", text)


def test_every_reason_says_that_it_is_a_test(five: SignedPledge) -> None:
    for signature in PdfFileReader(BytesIO(five.final)).embedded_regular_signatures:
        assert TEST_NOTICE in str(signature.sig_object["/Reason"])


def test_all_times_come_from_the_clock_given(five: SignedPledge) -> None:
    for revision in five.revisions:
        assert revision.signed_at.year == 2024
    for signature in PdfFileReader(BytesIO(five.final)).embedded_regular_signatures:
        assert str(signature.sig_object["/M"]).startswith("D:20240515")


def test_a_signature_reports_who_signed(house: SigningHouse) -> None:
    opened = house.signer.open(small_document(2), reason="Mở ký")
    key = house.person(1)
    revision = sign_as(house, opened, 1, key)
    assert revision.certificate_serial == f"{key.certificate.serial_number:x}"
    assert "CN=Đại diện cơ quan 1" in revision.certificate_subject
    assert revision.signed_at == house.clock.now()
    assert revision.pdf.startswith(opened)


def test_signed_attributes_equal_those_of_pyhanko_byte_for_byte(house: SigningHouse) -> None:
    digest = hashlib.sha256(b"a document").digest()
    signer = FastSigner(house.person(1))
    stamper = PortTimeStamper(house.tsa)
    ours = asyncio.run(signer.async_sign(digest, "sha256", use_pades=True, timestamper=stamper))
    theirs = asyncio.run(Signer.async_sign(signer, digest, "sha256", use_pades=True, timestamper=stamper))
    ours_info, theirs_info = (message["content"]["signer_infos"][0] for message in (ours, theirs))
    assert ours_info["signed_attrs"].dump() == theirs_info["signed_attrs"].dump()
    for part in ("version", "sid", "digest_algorithm", "signature_algorithm"):
        assert ours_info[part].dump() == theirs_info[part].dump()
    for part in ("version", "digest_algorithms", "encap_content_info", "certificates"):
        assert ours["content"][part].dump() == theirs["content"][part].dump()


def test_a_field_that_is_not_there_is_refused(house: SigningHouse) -> None:
    opened = house.signer.open(small_document(2), reason="Mở ký")
    with pytest.raises(FieldMissingError, match="KY_03"):
        sign_as(house, opened, 3)


def test_a_field_is_signed_once_only() -> None:
    pledge = signed_pledge()
    with pytest.raises(FieldAlreadySignedError):
        sign_as(pledge.house, pledge.revisions[0].pdf, pledge.order[0])


def test_sealing_waits_for_every_party_and_every_blank_of_the_date() -> None:
    pledge = signed_pledge()
    with pytest.raises(NotReadyToSealError, match=f"KY_{pledge.order[1]:02d}"):
        seal(pledge.house, pledge.revisions[0].pdf)
    with pytest.raises(NotReadyToSealError, match=DAY_FIELD):
        pledge.house.signer.finalise(
            pledge.revisions[-1].pdf, date_stamps={}, seal_stamp=stamp("Đã niêm phong", 170, 50), reason="Niêm phong"
        )


def test_a_sealed_document_is_not_sealed_again() -> None:
    pledge = signed_pledge()
    with pytest.raises(FieldAlreadySignedError):
        seal(pledge.house, pledge.final)


def test_a_date_field_that_is_not_there_is_refused() -> None:
    pledge = signed_pledge()
    stamps = {name: ("15", stamp("15", 20.75, 15.2)) for name in (DAY_FIELD, "NAM")}
    with pytest.raises(FieldMissingError, match="NAM"):
        pledge.house.signer.finalise(
            pledge.revisions[-1].pdf,
            date_stamps=stamps,
            seal_stamp=stamp("Đã niêm phong", 170, 50),
            reason="Niêm phong",
        )


def test_a_revoked_certificate_does_not_sign(house: SigningHouse) -> None:
    opened = house.signer.open(small_document(2), reason="Mở ký")
    key = house.person(1)
    house.authority.revoke(key.certificate.serial_number)
    with pytest.raises(CertificateNotUsableError, match="revoked"):
        sign_as(house, opened, 1, key)


@pytest.mark.parametrize(
    ("moved", "words"), [(timedelta(days=4 * 365), "expired"), (timedelta(days=-1), "not valid yet")]
)
def test_a_certificate_outside_its_days_does_not_sign(house: SigningHouse, moved: timedelta, words: str) -> None:
    opened = house.signer.open(small_document(2), reason="Mở ký")
    key = house.person(1)
    house.clock.moment += moved
    with pytest.raises(CertificateNotUsableError, match=words):
        sign_as(house, opened, 1, key)


@pytest.mark.parametrize("data", [b"", b"not a pdf", b"%PDF-1.7\n%%EOF"])
def test_bytes_that_are_no_pdf_are_refused(house: SigningHouse, data: bytes) -> None:
    with pytest.raises(UnreadableDocumentError):
        sign_as(house, data, 1)


class SilentTsa:
    """A time-stamp authority that is down."""

    token_reserve = 2048
    trust_roots: tuple[x509.Certificate, ...] = ()
    is_remote = True

    def token(self, digest: bytes) -> bytes:
        raise TimestampUnavailableError("down")

    def check(self) -> None:
        raise TimestampUnavailableError("down")


def test_without_time_stamps_nothing_is_signed_and_the_pre_flight_says_so(house: SigningHouse) -> None:
    house.signer.check()
    signer = PdfSigner(house.authority, SilentTsa(), house.clock)
    with pytest.raises(TimestampUnavailableError):
        signer.check()
    with pytest.raises(TimestampUnavailableError):
        signer.open(small_document(2), reason="Mở ký")


class TalkativeTsa(SilentTsa):
    """Promises short tokens and sends long ones."""

    def __init__(self, house: SigningHouse) -> None:
        self.token_reserve = 16
        self.token = house.tsa.token  # type: ignore[method-assign]


def test_a_token_longer_than_its_place_is_refused_not_cut(house: SigningHouse) -> None:
    signer = PdfSigner(house.authority, TalkativeTsa(house), house.clock)
    with pytest.raises(SigningFailedError):
        signer.open(small_document(2), reason="Mở ký")


def test_five_threads_sign_five_documents_at_once_through_one_signer(house: SigningHouse) -> None:
    opened = house.signer.open(small_document(5), reason="Mở ký")
    with ThreadPoolExecutor(5) as pool:
        revisions = list(pool.map(lambda n: sign_as(house, opened, n), range(1, 6)))
    validator = worker_validator(house)
    for position, revision in enumerate(revisions, start=1):
        report = validator.validate(revision.pdf, expected_document(5, signed=(position,), final=False))
        assert report.problems == ()


def test_ten_parties_fit_into_one_file(house: SigningHouse) -> None:
    pledge = sign_all(house, parties=10, order=tuple(range(10, 0, -1)))
    assert worker_validator(house).validate(pledge.final, pledge.expected).finding is Finding.SOUND
