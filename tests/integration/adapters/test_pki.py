"""The test authority on disk, shared by processes."""

from __future__ import annotations

import multiprocessing
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from approval.adapters.clock import FixedClock
from approval.adapters.pki import TestAuthority
from approval.adapters.pki_certificates import HOUSE_POLICY

# Written out: the processes below need not load the whole signing house for one moment.
MAY_2024 = datetime(2024, 5, 15, 2, 30, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MAY_2024)


@pytest.fixture
def authority(tmp_path: Path, clock: FixedClock) -> TestAuthority:
    return TestAuthority.create_or_load(tmp_path / "pki", clock)


def common_name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def test_every_certificate_chains_to_the_root_and_says_it_is_a_test(authority: TestAuthority) -> None:
    root, issuing = authority.root.certificate, authority.issuing.certificate
    root.verify_directly_issued_by(root)
    issuing.verify_directly_issued_by(root)
    for identity in (authority.registrar, authority.seal, authority.tsa):
        identity.certificate.verify_directly_issued_by(issuing)
        assert isinstance(identity.key.curve, ec.SECP256R1)
    for identity in (authority.root, authority.issuing, authority.registrar, authority.seal, authority.tsa):
        assert "CHỨNG THƯ THỬ NGHIỆM / TEST ONLY" in common_name(identity.certificate)
        assert identity.certificate.not_valid_before_utc < MAY_2024 < identity.certificate.not_valid_after_utc


def test_a_person_is_named_by_role_and_agency_and_cannot_pass_for_the_house(authority: TestAuthority) -> None:
    certificate, key = authority.issue_person("Đại diện Sở Y tế", "Sở Y tế")
    assert common_name(certificate) == "Đại diện Sở Y tế"
    assert certificate.public_key() == key.public_key()
    certificate.verify_directly_issued_by(authority.issuing.certificate)
    with pytest.raises(x509.ExtensionNotFound):
        certificate.extensions.get_extension_for_class(x509.CertificatePolicies)
    seal = authority.seal.certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
    assert [policy.policy_identifier for policy in seal] == [HOUSE_POLICY]


def test_a_long_name_is_cut_at_a_word(authority: TestAuthority) -> None:
    name = "Đại diện Sở Lao động – Thương binh và Xã hội, Bảo hiểm xã hội và Liên minh hợp tác xã tỉnh"
    cut = common_name(authority.issue_person(name, name)[0])
    assert 40 <= len(cut.encode()) <= 64
    assert cut.endswith("…")
    assert name.startswith(cut[:-1])


def test_a_person_without_a_name_gets_no_certificate(authority: TestAuthority) -> None:
    with pytest.raises(ValueError, match="empty"):
        authority.issue_person(" ", "Sở Y tế")


def test_only_the_owner_can_read_the_files(tmp_path: Path, authority: TestAuthority) -> None:
    directory = tmp_path / "pki"
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    authority.revoke(4711)
    names = list(directory.iterdir())
    assert len(names) == 9
    assert {stat.S_IMODE(path.stat().st_mode) for path in names} == {0o600}
    assert list(tmp_path.iterdir()) == [directory]


def test_a_second_start_continues_with_the_same_authority(
    tmp_path: Path, authority: TestAuthority, clock: FixedClock
) -> None:
    authority.revoke(4711)
    again = TestAuthority.create_or_load(tmp_path / "pki", clock)
    assert again.root.certificate == authority.root.certificate
    assert again.crls == authority.crls


def _root_of(directory: Path) -> int:
    authority = TestAuthority.create_or_load(directory, FixedClock(MAY_2024))
    return authority.root.certificate.serial_number


def test_processes_starting_together_get_one_authority(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        roots = pool.map(_root_of, [tmp_path / "pki"] * 3, chunksize=1)
    assert len(set(roots)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["pki"]


def test_a_revoked_certificate_is_on_the_next_crl_of_every_process(
    tmp_path: Path, authority: TestAuthority, clock: FixedClock
) -> None:
    certificate, _ = authority.issue_person("Đại diện Sở Y tế", "Sở Y tế")
    other = TestAuthority.create_or_load(tmp_path / "pki", clock)
    assert not other.is_revoked(certificate)
    clock.moment += timedelta(hours=2)
    authority.revoke(certificate.serial_number)
    authority.revoke(certificate.serial_number)
    assert other.is_revoked(certificate)
    line = other.crls[1].get_revoked_certificate_by_serial_number(certificate.serial_number)
    assert line is not None
    assert line.revocation_date_utc == clock.now()


def test_crls_are_signed_numbered_and_renewed_before_they_end(authority: TestAuthority, clock: FixedClock) -> None:
    first = authority.crls
    for crl, issuer in zip(first, (authority.root, authority.issuing), strict=True):
        assert crl.is_signature_valid(issuer.key.public_key())
    clock.moment += timedelta(days=19)
    assert authority.crls == first
    clock.moment += timedelta(days=2)
    second = authority.crls
    assert second[0].next_update_utc == clock.now() + timedelta(days=30)
    numbers = [crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number for crl in (first[0], second[0])]
    assert numbers == [1, 2]


def test_nothing_outlives_its_issuer(authority: TestAuthority, clock: FixedClock) -> None:
    clock.moment += timedelta(days=14 * 365)
    certificate, _ = authority.issue_person("Đại diện Sở Y tế", "Sở Y tế")
    assert certificate.not_valid_after_utc == authority.issuing.certificate.not_valid_after_utc


def test_a_damaged_key_file_stops_the_start(tmp_path: Path, authority: TestAuthority, clock: FixedClock) -> None:
    (tmp_path / "pki" / "seal.pem").write_bytes(b"damaged")
    with pytest.raises(ValueError):
        TestAuthority.create_or_load(tmp_path / "pki", clock)
