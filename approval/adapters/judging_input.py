"""What the judging process is told beside the file: whom to believe, what is known of revocation, what time it is."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from approval.domain.evidence_policy import EvidencePolicy


@dataclass(frozen=True, slots=True)
class JudgingInput:
    """Public facts only: root certificates, authorities between them and the signers, revocation lists.

    It serves as `TrustEvidence`. `policy_text` is whom to believe of a bundle, as `approval verify --policy` reads it.
    """

    now: datetime
    roots: tuple[x509.Certificate, ...]
    other_certs: tuple[x509.Certificate, ...] = ()
    crls: tuple[x509.CertificateRevocationList, ...] = ()
    policy_text: str = ""

    @property
    def policy(self) -> EvidencePolicy:
        """For bundles; nobody is believed without a text. Raises PolicyError for a text that is none."""
        return EvidencePolicy.from_text(self.policy_text)

    def to_line(self) -> bytes:
        """One line of JSON."""
        told = {
            "now": self.now.isoformat(),
            "roots": _pem(self.roots),
            "other_certs": _pem(self.other_certs),
            "crls": _pem(self.crls),
            "policy": self.policy_text,
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
            str(told["policy"]),
        )


def _pem(things: Iterable[x509.Certificate | x509.CertificateRevocationList]) -> list[str]:
    return [one.public_bytes(Encoding.PEM).decode("ascii") for one in things]
