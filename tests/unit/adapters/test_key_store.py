"""PIN-protected containers, seen by their owner and by a thief."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from approval.adapters.key_store import DamagedKeyError, KdfCost, Pkcs12KeyStore, WrongPinError, generate_pin
from approval.domain.pin_policy import WeakPinError, check_pin
from tests.factories.pki import PEPPER, QUICK, SigningHouse, signing_house

PIN = "482915"


@pytest.fixture
def house(tmp_path: Path) -> SigningHouse:
    return signing_house(tmp_path)


@pytest.fixture
def store(house: SigningHouse) -> Pkcs12KeyStore:
    return house.key_store


def create(store: Pkcs12KeyStore, pin: str = PIN) -> bytes:
    return store.create(display_name="Đại diện Sở Y tế", organisation="Sở Y tế", pin=pin).blob


def test_the_right_pin_gives_the_key_of_the_certificate(store: Pkcs12KeyStore, house: SigningHouse) -> None:
    container = store.create(display_name="Đại diện Sở Y tế", organisation="Sở Y tế", pin=PIN)
    unlocked = store.unlock(container.blob, PIN)
    signature = unlocked.private_key.sign(b"text", ec.ECDSA(hashes.SHA256()))
    public = x509.load_pem_x509_certificate(container.certificate_pem.encode()).public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(signature, b"text", ec.ECDSA(hashes.SHA256()))
    assert unlocked.chain == house.authority.other_certs
    assert container.serial == f"{unlocked.certificate.serial_number:x}"
    assert "CN=Đại diện Sở Y tế" in container.subject
    assert container.not_before < house.clock.now() < container.not_after


@pytest.mark.parametrize("pin", ["482916", "", "0" * 12, "482915 ", "Đ"])
def test_a_wrong_pin_is_refused(store: Pkcs12KeyStore, pin: str) -> None:
    blob = create(store)
    with pytest.raises(WrongPinError) as caught:
        store.unlock(blob, pin)
    assert PIN not in str(caught.value)


def test_a_trivial_pin_makes_no_key(store: Pkcs12KeyStore) -> None:
    with pytest.raises(WeakPinError):
        create(store, "123456")


def test_a_thief_with_container_and_pin_but_without_pepper_gets_nothing(house: SigningHouse) -> None:
    blob = create(house.key_store)
    thief = Pkcs12KeyStore(house.authority, pepper=b"another pepper, also long", cost=QUICK)
    with pytest.raises(WrongPinError):
        thief.unlock(blob, PIN)


def test_a_short_pepper_is_refused_at_the_start(house: SigningHouse) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Pkcs12KeyStore(house.authority, pepper=b"short")


def test_changing_the_pin_keeps_the_key_and_ends_the_old_pin(store: Pkcs12KeyStore) -> None:
    before = create(store)
    after = store.change_pin(before, PIN, "739146")
    assert store.unlock(after, "739146").certificate == store.unlock(before, PIN).certificate
    with pytest.raises(WrongPinError):
        store.unlock(after, PIN)


def test_changing_needs_the_old_pin_and_a_good_new_one(store: Pkcs12KeyStore) -> None:
    blob = create(store)
    with pytest.raises(WrongPinError):
        store.change_pin(blob, "739146", "918273")
    with pytest.raises(WeakPinError):
        store.change_pin(blob, PIN, "111111")


def test_raising_the_cost_later_does_not_lock_anybody_out(house: SigningHouse) -> None:
    blob = create(house.key_store)
    dearer = Pkcs12KeyStore(house.authority, pepper=PEPPER, cost=KdfCost(memory_kib=128, time=2, parallelism=1))
    assert dearer.unlock(blob, PIN).certificate == house.key_store.unlock(blob, PIN).certificate


def test_two_containers_with_one_pin_share_no_salt(store: Pkcs12KeyStore) -> None:
    first, second = (json.loads(create(store)) for _ in range(2))
    assert first["salt"] != second["salt"]


def test_the_same_pin_and_salt_derive_the_same_passphrase(store: Pkcs12KeyStore) -> None:
    salt = bytes(16)
    assert store.derive_passphrase(PIN, salt) == store.derive_passphrase(PIN, salt)
    assert store.derive_passphrase(PIN, salt) != store.derive_passphrase("482916", salt)
    assert len(store.derive_passphrase(PIN, salt)) == 64


@pytest.mark.parametrize(
    "blob", [b"", b"{}", b"[]", b"\xff\xfe", b'{"v": 2, "kdf": "argon2id"}', b'{"v": 1, "kdf": "md5"}']
)
def test_a_damaged_container_says_so(store: Pkcs12KeyStore, blob: bytes) -> None:
    with pytest.raises(DamagedKeyError):
        store.unlock(blob, PIN)


def test_a_key_does_not_show_itself(store: Pkcs12KeyStore) -> None:
    unlocked = store.unlock(create(store), PIN)
    assert repr(unlocked) == f"UnlockedKey({unlocked.certificate.serial_number:x})"


def test_generated_pins_pass_the_policy() -> None:
    pins = [generate_pin() for _ in range(200)]
    for pin in pins:
        check_pin(pin)
    assert len(set(pins)) > 150
