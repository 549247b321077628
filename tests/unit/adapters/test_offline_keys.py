"""Kinds of keys that time-stamp authorities have: both verifiers judge the same ones, and call no other wrong."""

from __future__ import annotations

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from approval.adapters.evidence_zip import write_bundle
from approval.adapters.offline import der as offline
from approval.domain.evidence_manifest import MANIFEST_SEAL, note_path, token_path
from tests.factories.both_verifiers import Judgement, judge
from tests.factories.evidence_bundles import bundle_files, sealed
from tests.factories.evidence_story import plain_story
from tests.factories.foreign_authority import ForeignAuthority
from tests.factories.log_house import LogHouse

CURVES = [(offline.P256, ec.SECP256R1()), (offline.P384, ec.SECP384R1())]


@pytest.mark.parametrize(("curve", "known"), CURVES)
def test_the_curves_numbers_are_the_curves(curve: offline.Curve, known: ec.EllipticCurve) -> None:
    first = ec.derive_private_key(1, known).public_key().public_numbers()
    last = ec.derive_private_key(curve.n - 1, known).public_key().public_numbers()
    x, y = curve.base
    assert (first.x, first.y, last.x, last.y) == (x, y, x, curve.p - y)
    assert (y * y - x * x * x + 3 * x - curve.b) % curve.p == 0
    assert offline.ec_times(curve, curve.n, curve.base)[2] == 0


@pytest.mark.parametrize(("curve", "known"), CURVES)
@pytest.mark.parametrize("algorithm", [hashes.SHA256(), hashes.SHA384(), hashes.SHA512()])
def test_signatures_on_both_curves(
    curve: offline.Curve, known: ec.EllipticCurve, algorithm: hashes.HashAlgorithm
) -> None:
    key = ec.generate_private_key(known)
    info = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for message in (b"", b"a", b"b" * 1000):
        signature = key.sign(message, ec.ECDSA(algorithm))
        assert offline.is_signed_by(info, signature, message, algorithm.name)
        assert not offline.is_signed_by(info, signature, message + b"x", algorithm.name)
        other = "sha512" if algorithm.name == "sha256" else "sha256"
        assert not offline.is_signed_by(info, signature, message, other)
    point = info[-1 - 2 * curve.size :]
    assert not offline.ecdsa_verify(curve, point[:-1] + bytes([point[-1] ^ 1]), signature, bytes(32))


@pytest.mark.parametrize(("curve", "known"), CURVES)
def test_every_bit_of_a_signature_counts_its_form_included(curve: offline.Curve, known: ec.EllipticCurve) -> None:
    key = ec.generate_private_key(known)
    info = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    signature = key.sign(b"a", ec.ECDSA(hashes.SHA256()))
    second = 4 + signature[3]
    for place in (0, 1, 2, 3, second, second + 1):
        for bit in range(8):
            spoiled = signature[:place] + bytes([signature[place] ^ 1 << bit]) + signature[place + 1 :]
            assert not accepted(info, spoiled)
    assert accepted(info, signature)
    padded = bytes([0x30, signature[1] + 1, 2, signature[3] + 1, 0]) + signature[4:]
    assert not accepted(info, padded)


def accepted(info: bytes, signature: bytes) -> bool:
    """A form that cannot be read is refused by whoever asks."""
    try:
        return offline.is_signed_by(info, signature, b"a", "sha256")
    except ValueError:
        return False


def judged(house: LogHouse, authority: ForeignAuthority, *, spoiled: bool = False, other: bool = False) -> Judgement:
    """A bundle whose last head bears that authority's time stamp, or a spoiled one, or one of something else."""
    one = plain_story()
    files = bundle_files(house, one)
    digest = bytes(32) if other else sha256(files[note_path(11)]).digest()
    files |= {token_path(11): authority.token(digest, spoiled=spoiled), **authority.files()}
    return judge(write_bundle(sealed(house, one.pledge, files)), house.policy_text() + authority.policy_line)


@pytest.mark.parametrize("kind", ["p256", "p384", "rsa2048", "rsa3072"])
def test_keys_that_both_judge(log_house: LogHouse, kind: str) -> None:
    authority = ForeignAuthority.of(kind, log_house.clock)
    found = judged(log_house, authority)
    assert (found.code, found.failed()) == (0, set()), found.words
    assert judged(log_house, authority, spoiled=True).words["times"].endswith("chữ ký của dấu thời gian sai")


@pytest.mark.parametrize("kind", ["p521", "k256", "ed25519", "rsa1024", "rsa2047"])
def test_keys_that_neither_judges_are_not_called_wrong(log_house: LogHouse, kind: str) -> None:
    authority = ForeignAuthority.of(kind, log_house.clock)
    for spoiled in (False, True):
        found = judged(log_house, authority, spoiled=spoiled)
        assert (found.code, found.failed()) == (4, {"times"})
        assert "không hỗ trợ loại khóa" in found.words["times"]
    assert judged(log_house, authority, other=True).code == 1


@pytest.mark.parametrize("root_kind", ["p521", "rsa1024"])
def test_nor_those_of_a_root(log_house: LogHouse, root_kind: str) -> None:
    found = judged(log_house, ForeignAuthority.of("p256", log_house.clock, root_kind=root_kind))
    assert (found.code, found.failed()) == (4, {"times"})


def test_a_root_that_did_not_sign_is_found_whatever_its_curve(log_house: LogHouse) -> None:
    one, two = (ForeignAuthority.of("p384", log_house.clock) for _ in range(2))
    mixed = ForeignAuthority(two.root, one.certificate, one.key, log_house.clock)
    assert judged(log_house, mixed).code == 1


def test_a_kind_of_key_that_somebody_wrote_over_in_the_seal_is_tampered_with(log_house: LogHouse) -> None:
    """Not one of the certificates that the bundle brings, whatever kind of key it now claims to hold."""
    one = plain_story()
    files = sealed(log_house, one.pledge, bundle_files(log_house, one))
    seal, kind = files[MANIFEST_SEAL], next(iter(offline.EC_KEYS))
    places = [
        start + offset for start in range(len(seal)) if seal.startswith(kind, start) for offset in range(len(kind))
    ]
    assert len(places) >= 2 * len(kind), "the seal's certificate and its time stamp's"
    for place in places:
        spoiled = seal[:place] + bytes([seal[place] ^ 1]) + seal[place + 1 :]
        assert judge(write_bundle({**files, MANIFEST_SEAL: spoiled}), log_house.policy_text()).code == 1
