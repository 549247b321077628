"""A certificate in the last time stamp may hold nothing that its issuer did not sign."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from approval.adapters.pdf_structure import issued_by, written_as_signed

SHA256, SHA384 = "06082a8648ce3d040302", "06082a8648ce3d040303"


@pytest.fixture(scope="module")
def certificate() -> bytes:
    """Self-signed, and its signature ends in a zero bit, as every second one does."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TSA")])
    start = datetime(2024, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.not_valid_before(start).not_valid_after(start + timedelta(days=1))
    while True:
        made = builder.serial_number(x509.random_serial_number()).sign(key, hashes.SHA256())
        if made.signature[-1] % 2 == 0:
            return made.public_bytes(Encoding.DER)


def test_a_certificate_as_issued_is_accepted(certificate: bytes) -> None:
    assert written_as_signed(certificate)


def test_a_changed_count_of_unused_bits_is_seen_although_the_signature_verifies(certificate: bytes) -> None:
    parsed = x509.load_der_x509_certificate(certificate)
    place = len(certificate) - len(parsed.signature) - 1
    assert certificate[place] == 0
    changed = certificate[:place] + b"\x01" + certificate[place + 1 :]
    assert issued_by(changed, certificate)
    assert not written_as_signed(changed)


def test_another_algorithm_outside_than_inside_is_seen(certificate: bytes) -> None:
    place = certificate.rindex(bytes.fromhex(SHA256))
    changed = certificate[:place] + bytes.fromhex(SHA384) + certificate[place + len(SHA384) // 2 :]
    assert not written_as_signed(changed)
