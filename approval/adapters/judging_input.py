"""What the judging process is told beside the file: whom to believe, what is known of revocation, what time it is."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from approval.domain.evidence_policy import EvidencePolicy


@dataclass(frozen=True, slots=True)
class JudgingInput:
    """Public facts only: root certificates, authorities between them and the signers, revocation lists.

    It serves as `TrustEvidence`. `log_keys` are the verification keys (vkey) of the histories to believe.
    """

    now: datetime
    roots: tuple[x509.Certificate, ...]
    other_certs: tuple[x509.Certificate, ...] = ()
    crls: tuple[x509.CertificateRevocationList, ...] = ()
    log_keys: tuple[str, ...] = ()

    @property
    def policy(self) -> EvidencePolicy:
        """For bundles. Raises PolicyError for a key that is none."""
        lines = [f"log {key}" for key in self.log_keys]
        lines += [f"root {root.fingerprint(SHA256()).hex()}" for root in self.roots]
        return EvidencePolicy.from_text("\n".join(lines))

    def to_line(self) -> bytes:
        """One line of JSON."""
        told = {
            "now": self.now.isoformat(),
            "roots": _pem(self.roots),
            "other_certs": _pem(self.other_certs),
            "crls": _pem(self.crls),
            "log_keys": self.log_keys,
        }
        return json.dumps(told).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """Read `to_line` back."""
        told: dict[str, Any] = json.loads(line)
        return cls(
            datetime.fromisoformat(told["now"]),
            tuple(x509.load_pem_x509_certificate(one.encode()) for one in told["roots"]),
            tuple(x509.load_pem_x509_certificate(one.encode()) for one in told["other_certs"]),
            tuple(x509.load_pem_x509_crl(one.encode()) for one in told["crls"]),
            tuple(told["log_keys"]),
        )


def _pem(things: Iterable[x509.Certificate | x509.CertificateRevocationList]) -> list[str]:
    return [one.public_bytes(Encoding.PEM).decode("ascii") for one in things]
