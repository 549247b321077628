"""How a certificate stood at a moment: whether it leads to a chosen root, and what the revocation lists say of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

_LONGEST_CHAIN = 8


class Revocation(Enum):
    """`UNKNOWN`: no list at hand answers for that moment. Never to be taken for `ACTIVE`."""

    ACTIVE = "active"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


class Standing:
    """Certificates and lists at hand; only lists whose signature their issuer's certificate bears out count."""

    def __init__(
        self,
        roots: Iterable[x509.Certificate],
        authorities: Iterable[x509.Certificate],
        crls: Iterable[x509.CertificateRevocationList],
    ) -> None:
        self._roots = set(roots)
        self._authorities = list({*self._roots, *authorities})
        self._crls = tuple(crls)

    def chain(self, certificate: x509.Certificate) -> tuple[x509.Certificate, ...]:
        """The certificate and its issuers up to a chosen root; as far as it goes when it leads to none."""
        chain = [certificate]
        while chain[-1] not in self._roots and len(chain) < _LONGEST_CHAIN:
            issuer = next((one for one in self._authorities if one not in chain and _issued(chain[-1], one)), None)
            if issuer is None:
                break
            chain.append(issuer)
        return tuple(chain)

    def leads_to_root(self, certificate: x509.Certificate) -> bool:
        """Whether the chain ends at a chosen root."""
        return self.chain(certificate)[-1] in self._roots

    def revocation(self, certificate: x509.Certificate, moment: datetime) -> Revocation:
        """The worst that is known of the certificate and its authorities, the root excepted, at this moment."""
        chain = self.chain(certificate)
        links = pairwise(chain)
        found = {self._of_link(one, issuer, moment) for one, issuer in links} or {Revocation.UNKNOWN}
        worst = (Revocation.REVOKED, Revocation.UNKNOWN)
        return next((standing for standing in worst if standing in found), Revocation.ACTIVE)

    def _of_link(self, certificate: x509.Certificate, issuer: x509.Certificate, moment: datetime) -> Revocation:
        answered = Revocation.UNKNOWN
        for crl in self._crls:
            if not _signed(crl, issuer):
                continue
            entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
            if entry is not None and entry.revocation_date_utc <= moment:
                return Revocation.REVOKED
            # A list that ended before the moment does not know what happened until then.
            if crl.next_update_utc is None or crl.next_update_utc >= moment:
                answered = Revocation.ACTIVE
        return answered


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _signed(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    try:
        return crl.issuer == issuer.subject and crl.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
