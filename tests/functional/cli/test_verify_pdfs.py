"""Every kind of damaged, foreign and hostile file through `approval verify` and through the public page's judge.

Both must say the same: verdict and exit code there, the word here, never a traceback.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.sign.fields import SigSeedSubFilter

from approval.adapters.clock import FixedClock, SystemClock
from approval.cli import verify as verify_module
from tests.factories.both_judges import verify
from tests.factories.foreign_pdfs import (
    ForeignOffice,
    encrypted_pdf,
    looping_pdf,
    nested_pdf,
    plain_pdf,
    scripted_pdf,
    usage,
    with_crl,
)
from tests.factories.pdf_documents import small_document
from tests.factories.pki import signing_house
from tests.factories.signed_pledges import SignedPledge, seal, sign_all, sign_as
from tests.factories.tampering import (
    bytes_appended,
    cut_revisions,
    day_refilled,
    file_attached,
    flip,
    note_added,
    revision_appended,
    revision_ends,
    script_added,
    stamp_replaced,
    white_box,
)
from tests.factories.uploaded_pdfs import swollen

NOW = SystemClock().now().replace(microsecond=0)
Spoil = Callable[[bytes], bytes]
MB = 1 << 20


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("verify-pdfs")


@pytest.fixture(scope="module")
def pledge(folder: Path) -> SignedPledge:
    """Signed yesterday, whatever day the tests run."""
    return sign_all(signing_house(folder, moment=NOW - timedelta(days=1)), parties=2, order=(2, 1))


@pytest.fixture(scope="module")
def other(pledge: SignedPledge) -> SignedPledge:
    """Another document of the same house."""
    return sign_all(pledge.house, parties=2, order=(1, 2))


def _spliced(one: bytes, other: bytes) -> bytes:
    return one[: revision_ends(one)[1]] + other[revision_ends(other)[1] :]


def padded(pdf: bytes, megabytes: int) -> bytes:
    return pdf[:-50] + b"a" * (megabytes * MB) + pdf[-50:]


def in_a_signature(pdf: bytes) -> bytes:
    """One digit of the second signature's message the other way round."""
    start = pdf.index(b"/Contents", pdf.index(b"/Contents") + 20_000)
    return flip(pdf, start + 400, 0)


DAMAGE: dict[str, tuple[Spoil, int]] = {
    "byte flipped in the text": (lambda pdf: flip(pdf, 1500), 1),
    "byte flipped in a signature": (in_a_signature, 1),
    "white box over text": (white_box, 1),
    "annotation added": (note_added, 1),
    "form refilled after the seal": (day_refilled, 1),
    "appearance of a signature replaced": (stamp_replaced, 1),
    "file attached": (file_attached, 1),
    "script added": (script_added, 1),
    "bytes behind the end": (bytes_appended, 1),
    "empty revision behind the end": (revision_appended, 1),
    "time stamp cut off": (lambda pdf: cut_revisions(pdf, 1), 2),
    "seal cut off": (lambda pdf: cut_revisions(pdf, 2), 2),
    "last party cut off": (lambda pdf: cut_revisions(pdf, 3), 2),
    "all parties cut off": (lambda pdf: cut_revisions(pdf, 4), 2),
    "never signed": (lambda _pdf: plain_pdf(), 2),
    "nothing": (lambda _pdf: b"", 3),
    "cut off in the middle": (lambda pdf: pdf[: len(pdf) // 3], 3),
    "sixty megabytes behind the end": (lambda pdf: pdf + bytes(60 * MB), 3),
    "eight megabytes before the end": (lambda pdf: padded(pdf, 8), 1),
    "sixty megabytes without a line": (lambda pdf: pdf[:500] + b"a" * (60 * MB) + b"startxref\n9\n%%EOF\n", 3),
    "sixty megabytes of nothing": (lambda _pdf: b"%PDF-1.7\n" + bytes(60 * MB), 3),
    "a small file that unpacks to 300 MB": (lambda _pdf: swollen(300), 3),
    "behind a password": (lambda _pdf: encrypted_pdf(), 3),
    "deeply nested": (lambda _pdf: nested_pdf(), 3),
    "tables in a circle": (lambda _pdf: looping_pdf(), 3),
}


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda name: name)
def test_a_damaged_pledge_gets_its_verdict(tmp_path: Path, pledge: SignedPledge, damage: str) -> None:
    spoil, code = DAMAGE[damage]
    result = verify(tmp_path, spoil(pledge.final), pledge.house.authority.root.certificate)
    assert result.exit_code == code, result.output
    assert "HỢP LỆ: văn bản đủ chữ ký" not in result.output
    assert "FAIL" in result.output


@pytest.mark.campaign
def test_sixty_megabytes_inside_are_judged(tmp_path: Path, pledge: SignedPledge) -> None:
    result = verify(tmp_path, padded(pledge.final, 60), pledge.house.authority.root.certificate)
    assert result.exit_code == 1, result.output


SPLICES: dict[str, tuple[Callable[[bytes, bytes], bytes], int]] = {
    "one's beginning with the other's end": (_spliced, 3),
    "one behind the other": (lambda one, other: one + other, 1),
    "one in front of the other's last revisions": (lambda one, other: one + other[revision_ends(other)[-2] :], 1),
}


@pytest.mark.parametrize("splice", SPLICES, ids=lambda name: name)
def test_two_documents_spliced_are_not_sound(
    tmp_path: Path, pledge: SignedPledge, other: SignedPledge, splice: str
) -> None:
    join, code = SPLICES[splice]
    result = verify(tmp_path, join(pledge.final, other.final), pledge.house.authority.root.certificate)
    assert result.exit_code == code, result.output


def test_a_signer_revoked_before_signing_is_named(tmp_path: Path) -> None:
    house = signing_house(tmp_path, moment=NOW - timedelta(days=1))
    key = house.person(1)
    head = sign_as(house, house.signer.open(small_document(2), reason="Mở ký"), 1, key).pdf
    house.authority.revoke(key.certificate.serial_number, since=house.clock.now() - timedelta(minutes=2))
    final = seal(house, sign_as(house, head, 2).pdf)
    result = verify(tmp_path, final, house.authority.root.certificate)
    assert result.exit_code == 1
    assert "FAIL 1.2 trạng thái chứng thư tại thời điểm ký: đã bị thu hồi (KY_01)" in result.output
    assert "✗ KY_01" in result.output


def signed(office: ForeignOffice, *, revoked_since: datetime | None = None, pdf: bytes | None = None) -> bytes:
    return with_crl(office.sign(pdf or plain_pdf()), office.crl(revoked_since=revoked_since))


FOREIGN: dict[str, tuple[Callable[[], ForeignOffice], int, str]] = {
    "in order": (lambda: ForeignOffice(NOW), 0, "PASS 1.2"),
    "plain CMS": (lambda: ForeignOffice(NOW, subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED), 0, "PASS 2.2"),
    "RSA 2048": (lambda: ForeignOffice(NOW, key=rsa.generate_private_key(65537, 2048)), 0, "RSA 2048"),
    "P-384, SHA-384": (
        lambda: ForeignOffice(NOW, key=ec.generate_private_key(ec.SECP384R1()), digest="sha384"),
        0,
        "ECDSA 384, SHA384",
    ),
    "RSA 1024": (lambda: ForeignOffice(NOW, key=rsa.generate_private_key(65537, 1024)), 1, "FAIL 1.3"),  # noqa: S505
    "SHA-1": (lambda: ForeignOffice(NOW, digest="sha1"), 1, "FAIL 1.3"),
    "expired when signing": (lambda: ForeignOffice(NOW, valid_days=(-400, -35)), 1, "FAIL 1.1"),
    "not valid yet": (lambda: ForeignOffice(NOW, valid_days=(5, 300)), 1, "FAIL 1.1"),
    "key for encryption": (lambda: ForeignOffice(NOW, key_usage=usage(signs_documents=False)), 1, "FAIL 1.4"),
    "key for servers": (lambda: ForeignOffice(NOW, purposes=(ExtendedKeyUsageOID.SERVER_AUTH,)), 1, "FAIL 1.4"),
    "key for mail": (lambda: ForeignOffice(NOW, purposes=(ExtendedKeyUsageOID.EMAIL_PROTECTION,)), 0, "PASS 1.4"),
}


@pytest.mark.parametrize("case", FOREIGN, ids=lambda name: name)
def test_a_foreign_document_gets_its_verdict(tmp_path: Path, case: str) -> None:
    make, code, line = FOREIGN[case]
    office = make()
    result = verify(tmp_path, signed(office), office.root)
    assert result.exit_code == code, result.output
    assert line in result.output
    assert "Lê Văn Khác" in result.output
    assert "không có dấu thời gian" in result.output


def test_a_foreign_signer_revoked_before_signing_is_refused(tmp_path: Path) -> None:
    office = ForeignOffice(NOW)
    result = verify(tmp_path, signed(office, revoked_since=NOW - timedelta(days=3)), office.root)
    assert result.exit_code == 1, result.output
    assert "FAIL 1.2" in result.output


def test_a_foreign_signer_revoked_later_is_unknown_without_a_time_stamp(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The moment is the signer's own word, and who holds a lost key may put it before the loss: 4, and not 0."""
    office = ForeignOffice(NOW)
    hour = timedelta(hours=1)
    later = with_crl(office.sign(plain_pdf()), office.crl(revoked_since=SystemClock().now() + hour))
    monkeypatch.setattr(verify_module, "SystemClock", lambda: FixedClock(NOW + 2 * hour))
    result = verify(tmp_path, later, office.root, now=NOW + 2 * hour)
    assert result.exit_code == 4, result.output
    assert "NOT CHECKED 1.2" in result.output
    assert "đã bị thu hồi và chữ ký không có dấu thời gian tin cậy" in result.output


def test_without_revocation_data_a_standing_is_unknown(tmp_path: Path) -> None:
    office = ForeignOffice(NOW)
    result = verify(tmp_path, office.sign(plain_pdf()), office.root)
    assert result.exit_code == 4, result.output
    assert "KHÔNG XÁC ĐỊNH" in result.output
    assert "NOT CHECKED 1.2 trạng thái chứng thư tại thời điểm ký: không xác định" in result.output


def test_a_foreign_document_of_an_unknown_authority_is_unknown(tmp_path: Path, pledge: SignedPledge) -> None:
    result = verify(tmp_path, signed(ForeignOffice(NOW)), pledge.house.authority.root.certificate)
    assert result.exit_code == 4, result.output
    assert "NOT CHECKED 2.3" in result.output


@pytest.mark.parametrize("spoil", [white_box, note_added, file_attached, lambda pdf: flip(pdf, 1500)])
def test_a_foreign_document_changed_after_signing_is_tampered(tmp_path: Path, spoil: Spoil) -> None:
    office = ForeignOffice(NOW)
    result = verify(tmp_path, spoil(signed(office)), office.root)
    assert result.exit_code == 1, result.output
    assert "FAIL 2." in result.output


def test_a_foreign_document_signed_with_a_script_inside_is_unknown(tmp_path: Path) -> None:
    office = ForeignOffice(NOW)
    result = verify(tmp_path, signed(office, pdf=scripted_pdf()), office.root)
    assert result.exit_code == 4, result.output
    assert "mã lệnh (JavaScript)" in result.output


def test_two_foreign_signatures_are_both_judged(tmp_path: Path) -> None:
    office = ForeignOffice(NOW)
    pdf = with_crl(office.sign(office.sign(plain_pdf()), field_name="Signature2"), office.crl())
    result = verify(tmp_path, pdf, office.root, "--json")
    told = json.loads(result.output)
    assert (told["exit_code"], told["kind"], told["verdict"]) == (0, "foreign", "sound")
    assert [one["field"] for one in told["signatures"]] == ["Signature1", "Signature2"]
    assert {one["criteria"]["2.4"]["outcome"] for one in told["signatures"]} == {"PASS"}


def test_json_says_what_the_lines_say(tmp_path: Path, pledge: SignedPledge) -> None:
    result = verify(tmp_path, pledge.final, pledge.house.authority.root.certificate, "--json")
    told = json.loads(result.output)
    assert result.exit_code == 0
    assert (told["format"], told["verdict"], told["kind"]) == ("giao-uoc-verdict/1", "sound", "pledge")
    assert told["issuer_known"] is True
    assert [one["field"] for one in told["signatures"]] == ["MO_KY", "KY_02", "KY_01", "NIEM_PHONG"]
    for signature in told["signatures"]:
        assert list(signature["criteria"]) == sorted(signature["criteria"])
        assert {one["outcome"] for one in signature["criteria"].values()} == {"PASS"}
        assert signature["time_stamped"] is True


def test_json_of_what_is_no_pdf_is_json(tmp_path: Path, pledge: SignedPledge) -> None:
    result = verify(tmp_path, b"hello", pledge.house.authority.root.certificate, "--json")
    told = json.loads(result.output)
    assert (result.exit_code, told["exit_code"], told["verdict"]) == (3, 3, "unreadable")
    assert told["problems"]
