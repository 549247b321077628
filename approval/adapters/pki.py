"""The built-in test authority: made once, kept in one directory, shared by every process of an instance."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, Self

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from approval.adapters.clock import Clock
from approval.adapters.pki_certificates import (
    ISSUING,
    PERSON,
    ROOT,
    SEAL,
    TEST_MARK,
    TSA,
    Identity,
    Profile,
    Revocation,
    issue,
    issue_crl,
    subject_name,
)

CRL_MARGIN = timedelta(days=10)  # a fresh CRL is made when the old one has no more than this left
PRODUCT = "Giao Ước"
_PROFILES: dict[str, tuple[str, Profile]] = {
    "root": (f"{TEST_MARK} – Root", ROOT),
    "issuing": (f"{TEST_MARK} – CA", ISSUING),
    "registrar": (f"{TEST_MARK} – Mở ký", SEAL),
    "seal": (f"{TEST_MARK} – Niêm phong", SEAL),
    "tsa": (f"{TEST_MARK} – TSA", TSA),
}
_STATE = "revoked.json"


class TrustEvidence(Protocol):
    """What a validator needs besides the file itself, as it stands now."""

    @property
    def crls(self) -> tuple[x509.CertificateRevocationList, ...]:
        """Current CRLs of every authority in the chains."""
        ...

    @property
    def other_certs(self) -> tuple[x509.Certificate, ...]:
        """Authorities between the roots and the signers."""
        ...


class SigningAuthority(TrustEvidence, Protocol):
    """Keys and evidence that the signing of a document needs from the house itself."""

    is_test: bool
    registrar: Identity
    seal: Identity

    @property
    def trust_roots(self) -> tuple[x509.Certificate, ...]:
        """Roots that people must trust to believe the signatures."""
        ...

    def is_revoked(self, certificate: x509.Certificate) -> bool:
        """Whether the certificate has been taken back by now."""
        ...


class TestAuthority:
    """Root → issuing CA → registrar, seal, TSA and people, with CRLs of both authorities. Keys lie open: tests only.

    Every file is 0600 in a 0700 directory. Build with `create_or_load`.
    """

    __test__ = False  # the name would make pytest collect it
    is_test = True

    def __init__(self, directory: Path, clock: Clock, identities: dict[str, Identity]) -> None:
        self._directory = directory
        self._clock = clock
        self.root = identities["root"]
        self.issuing = identities["issuing"]
        self.registrar = identities["registrar"]
        self.seal = identities["seal"]
        self.tsa = identities["tsa"]

    @classmethod
    def create_or_load(cls, directory: Path, clock: Clock) -> Self:
        """The authority of this directory, made now if there is none.

        Processes that start together get the same one: each prepares its own aside, and the first rename wins.
        Raises OSError when the directory cannot be used, ValueError when its files are damaged.
        """
        if not (directory / "root.pem").exists():
            _create(directory, clock.now())
        identities = {name: _read_identity(directory / f"{name}.pem") for name in _PROFILES}
        authority = cls(directory, clock, identities)
        authority.refresh_crls()
        return authority

    @property
    def trust_roots(self) -> tuple[x509.Certificate, ...]:
        """The one root."""
        return (self.root.certificate,)

    @property
    def other_certs(self) -> tuple[x509.Certificate, ...]:
        """The issuing authority."""
        return (self.issuing.certificate,)

    @property
    def crls(self) -> tuple[x509.CertificateRevocationList, ...]:
        """Both CRLs as on disk now (another process may have revoked), renewed first when near their end."""
        self.refresh_crls()
        return (self._read_crl("root"), self._read_crl("issuing"))

    def issue_person(self, display_name: str, organisation: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        """A certificate (three years) and key for a person named by role; nothing of the key is kept here."""
        person = issue(subject_name(display_name, organisation), PERSON, issuer=self.issuing, moment=self._clock.now())
        return person.certificate, person.key

    def is_revoked(self, certificate: x509.Certificate) -> bool:
        """Whether the newest CRL lists this certificate of the issuing authority."""
        return self._read_crl("issuing").get_revoked_certificate_by_serial_number(certificate.serial_number) is not None

    def revoke(self, serial: int, *, since: datetime | None = None) -> None:
        """Put a serial number on the CRL, void since the given moment (default: now). Again: no effect."""
        with self._lock():
            state = self._read_state()
            if any(line["serial"] == f"{serial:x}" for line in state["revoked"]):
                return
            moment = since or self._clock.now()
            state["revoked"].append({"serial": f"{serial:x}", "at": moment.isoformat()})
            self._write_crls(state)

    def refresh_crls(self) -> None:
        """Make new CRLs when the present ones are near their end."""
        if self._crls_are_fresh():
            return
        with self._lock():
            if not self._crls_are_fresh():
                self._write_crls(self._read_state())

    def _crls_are_fresh(self) -> bool:
        limit = self._clock.now() + CRL_MARGIN
        return all((self._read_crl(name).next_update_utc or limit) > limit for name in ("root", "issuing"))

    def _read_crl(self, name: str) -> x509.CertificateRevocationList:
        return x509.load_der_x509_crl((self._directory / f"{name}.crl").read_bytes())

    def _read_state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads((self._directory / _STATE).read_text(encoding="utf-8"))
        return state

    def _write_crls(self, state: dict[str, Any]) -> None:
        state["crl_number"] += 1
        # The list of revocations first: a CRL can be made again from it, not the other way round.
        _write(self._directory / _STATE, json.dumps(state).encode())
        _write_both_crls(self._directory, state, self.root, self.issuing, self._clock.now())

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with (self._directory / "lock").open("a+b") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def _create(directory: Path, moment: datetime) -> None:
    directory.parent.mkdir(parents=True, exist_ok=True)
    aside = directory.with_name(f".{directory.name}.{secrets.token_hex(8)}")
    aside.mkdir(mode=0o700)
    try:
        _fill(aside, moment)
        # rename onto an empty directory succeeds, onto a filled one fails: exactly the "first wins" wanted.
        aside.rename(directory)
        directory.chmod(0o700)
    except OSError:
        if not (directory / "root.pem").exists():
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _fill(directory: Path, moment: datetime) -> None:
    identities: dict[str, Identity] = {}
    for name, (common_name, profile) in _PROFILES.items():
        issuer = identities.get("issuing") or identities.get("root")
        identities[name] = issue(subject_name(common_name, PRODUCT), profile, issuer=issuer, moment=moment)
    for name, identity in identities.items():
        _write(directory / f"{name}.pem", _pem(identity))
    state = {"crl_number": 1, "revoked": []}
    _write(directory / _STATE, json.dumps(state).encode())
    _write(directory / "lock", b"")
    _write_both_crls(directory, state, identities["root"], identities["issuing"], moment)


def _write_both_crls(
    directory: Path, state: dict[str, Any], root: Identity, issuing: Identity, moment: datetime
) -> None:
    revoked = tuple(
        Revocation(int(line["serial"], 16), datetime.fromisoformat(line["at"])) for line in state["revoked"]
    )
    number = int(state["crl_number"])
    root_crl = issue_crl(root, (), number=number, moment=moment)
    issuing_crl = issue_crl(issuing, revoked, number=number, moment=moment)
    _write(directory / "root.crl", root_crl.public_bytes(serialization.Encoding.DER))
    _write(directory / "issuing.crl", issuing_crl.public_bytes(serialization.Encoding.DER))


def _pem(identity: Identity) -> bytes:
    key = identity.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return key + identity.certificate.public_bytes(serialization.Encoding.PEM)


def _read_identity(path: Path) -> Identity:
    data = path.read_bytes()
    key = serialization.load_pem_private_key(data, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{path.name} does not hold a P-256 key")  # noqa: TRY004 - wrong data, not a wrong call
    return Identity(x509.load_pem_x509_certificate(data), key)


def _write(path: Path, data: bytes) -> None:
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    aside.replace(path)
