"""Keys of people: the port, and the adapter that keeps each in a PIN-protected PKCS#12 container."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from argon2.low_level import Type, hash_secret_raw
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, pkcs12

from approval.adapters.pki_certificates import Identity
from approval.domain.errors import NotAllowedError, PledgeError
from approval.domain.pin_policy import WeakPinError, check_pin

_SALT_BYTES = 16
_MIN_PEPPER_BYTES = 16
_KEY_BYTES = 32
# The passphrase is already a 256-bit key; PKCS#12's own stretching would only add time.
_PKCS12_ROUNDS = 1


class WrongPinError(NotAllowedError):
    """The PIN does not open this container.

    `next_vi` and `next_en` are whole sentences on what is left to the person; they end the message.
    """

    def __init__(
        self,
        next_vi: str = "Kiểm tra lại mã PIN rồi thử lại.",
        next_en: str = "Check the PIN and try again.",
    ) -> None:
        super().__init__(
            "wrong-pin",
            f"Mã PIN không đúng nên văn bản chưa được ký. {next_vi}",
            f"The PIN is wrong, so nothing was signed. {next_en}",
        )
        self.next_vi = next_vi
        self.next_en = next_en


class DamagedKeyError(PledgeError):
    """The stored container is not one of ours; no PIN will open it."""

    def __init__(self) -> None:
        super().__init__(
            "key-damaged",
            "Khóa ký lưu trên hệ thống bị hỏng. Liên hệ Quản trị để được cấp khóa mới.",
            "The stored signing key is damaged. Ask the administrator for a new one.",
        )


@dataclass(frozen=True, slots=True)
class KdfCost:
    """Argon2id parameters: memory in KiB, passes, lanes (RFC 9106 §4)."""

    memory_kib: int = 64 * 1024
    time: int = 3
    parallelism: int = 1


@dataclass(frozen=True, slots=True)
class KeyContainer:
    """A new key as it is stored. `serial` is lower-case hex; the times are aware UTC."""

    blob: bytes
    certificate_pem: str
    serial: str
    subject: str
    not_before: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True)
class UnlockedKey:
    """A key ready to sign, for the length of one request. Never stored, never printed."""

    certificate: x509.Certificate
    private_key: ec.EllipticCurvePrivateKey
    chain: tuple[x509.Certificate, ...]

    def __repr__(self) -> str:
        return f"UnlockedKey({certificate_serial(self.certificate)})"


class PersonIssuer(Protocol):
    """Gives a person a certificate and a key; `TestAuthority` is one."""

    @property
    def other_certs(self) -> tuple[x509.Certificate, ...]:
        """Authorities to send along with the person's certificate."""
        ...

    def issue_person(self, display_name: str, organisation: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        """A new certificate and key."""
        ...


class SigningKeyStore(Protocol):
    """Where people's keys live.

    Built: `Pkcs12KeyStore`. Foreseen behind the same port: PKCS#11 tokens and HSMs; signing outside and uploading the
    result; the VGCA desktop plug-in. With those the private key never enters this process, so `UnlockedKey` would hold
    a handle that signs.
    """

    def create(self, *, display_name: str, organisation: str, pin: str) -> KeyContainer:
        """A new key protected by the PIN. Raises WeakPinError."""
        ...

    def unlock(self, blob: bytes, pin: str) -> UnlockedKey:
        """Open a container. Raises WrongPinError, DamagedKeyError."""
        ...

    def change_pin(self, blob: bytes, old_pin: str, new_pin: str) -> bytes:
        """The container under a new PIN. Raises WrongPinError, WeakPinError, DamagedKeyError."""
        ...


def certificate_serial(certificate: x509.Certificate) -> str:
    """Serial number as lower-case hex without leading zeros."""
    return f"{certificate.serial_number:x}"


def generate_pin() -> str:
    """A random six-digit PIN that the policy accepts."""
    while True:
        pin = f"{secrets.randbelow(10**6):06d}"
        try:
            check_pin(pin)
        except WeakPinError:
            continue
        return pin


class Pkcs12KeyStore:
    """PKCS#12 containers whose passphrase is argon2id(HMAC(pepper, PIN), salt of the container).

    A stolen container alone cannot be searched through all PINs: the pepper lives in the server's settings, not in the
    database. Safe to share between threads.
    """

    def __init__(self, issuer: PersonIssuer, *, pepper: bytes, cost: KdfCost | None = None) -> None:
        """`pepper` is a server secret of at least 16 bytes. Raises ValueError when it is shorter."""
        if len(pepper) < _MIN_PEPPER_BYTES:
            raise ValueError("the pepper must have at least 16 bytes")
        self._issuer = issuer
        self._pepper = pepper
        self._cost = cost or KdfCost()

    def create(self, *, display_name: str, organisation: str, pin: str) -> KeyContainer:
        """A new certificate and key for this person, protected by the PIN. Raises WeakPinError."""
        check_pin(pin)
        certificate, private_key = self._issuer.issue_person(display_name, organisation)
        unlocked = UnlockedKey(certificate, private_key, self._issuer.other_certs)
        return KeyContainer(
            blob=self._wrap(unlocked, pin),
            certificate_pem=certificate.public_bytes(Encoding.PEM).decode("ascii"),
            serial=certificate_serial(certificate),
            subject=certificate.subject.rfc4514_string(),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
        )

    def unlock(self, blob: bytes, pin: str) -> UnlockedKey:
        """Open a container. Raises WrongPinError, DamagedKeyError."""
        cost, salt, container = _read_envelope(blob)
        passphrase = self._derive(pin, salt, cost)
        try:
            key, certificate, others = pkcs12.load_key_and_certificates(container, passphrase)
        except ValueError as error:
            raise WrongPinError from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or certificate is None:
            raise DamagedKeyError
        return UnlockedKey(certificate, key, tuple(others))

    def change_pin(self, blob: bytes, old_pin: str, new_pin: str) -> bytes:
        """The same key under a new PIN and salt. Raises WrongPinError, WeakPinError, DamagedKeyError."""
        unlocked = self.unlock(blob, old_pin)
        check_pin(new_pin)
        return self._wrap(unlocked, new_pin)

    def derive_passphrase(self, pin: str, salt: bytes) -> bytes:
        """The container's passphrase (64 hex characters) at the present cost."""
        return self._derive(pin, salt, self._cost)

    def _derive(self, pin: str, salt: bytes, cost: KdfCost) -> bytes:
        secret = hmac.new(self._pepper, pin.encode(), hashlib.sha256).digest()
        raw = hash_secret_raw(
            secret,
            salt,
            time_cost=cost.time,
            memory_cost=cost.memory_kib,
            parallelism=cost.parallelism,
            hash_len=_KEY_BYTES,
            type=Type.ID,
        )
        return raw.hex().encode("ascii")

    def _wrap(self, unlocked: UnlockedKey, pin: str) -> bytes:
        salt = secrets.token_bytes(_SALT_BYTES)
        encryption = (
            PrivateFormat.PKCS12.encryption_builder()
            .kdf_rounds(_PKCS12_ROUNDS)
            .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
            .hmac_hash(hashes.SHA256())
            .build(self.derive_passphrase(pin, salt))
        )
        container = pkcs12.serialize_key_and_certificates(
            None, unlocked.private_key, unlocked.certificate, list(unlocked.chain), encryption
        )
        return _envelope(self._cost, salt, container)


def unlocked_house_key(identity: Identity, chain: tuple[x509.Certificate, ...]) -> UnlockedKey:
    """The house's own keys (registrar, seal) in the shape the signer takes."""
    return UnlockedKey(identity.certificate, identity.key, chain)


def _envelope(cost: KdfCost, salt: bytes, container: bytes) -> bytes:
    # The cost travels with the container, so that raising it later does not lock anybody out.
    fields = {
        "v": 1,
        "kdf": "argon2id",
        "memory_kib": cost.memory_kib,
        "time": cost.time,
        "parallelism": cost.parallelism,
        "salt": b64encode(salt).decode("ascii"),
        "pkcs12": b64encode(container).decode("ascii"),
    }
    return json.dumps(fields).encode("ascii")


def _read_envelope(blob: bytes) -> tuple[KdfCost, bytes, bytes]:
    try:
        fields: dict[str, Any] = json.loads(blob)
        if fields["v"] != 1 or fields["kdf"] != "argon2id":
            raise DamagedKeyError
        cost = KdfCost(int(fields["memory_kib"]), int(fields["time"]), int(fields["parallelism"]))
        return cost, b64decode(fields["salt"], validate=True), b64decode(fields["pkcs12"], validate=True)
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedKeyError from error
