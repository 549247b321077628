"""Certificates and revocation lists of the bundle (RFC 5280): who issued whom, and who was revoked."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

from approval.adapters.offline.archive import Files
from approval.adapters.offline.der import (
    RSA_ALGORITHMS,
    RSA_KEY,
    SIGNATURE_HASHES,
    Der,
    is_signed_by,
    not_supported,
    one_der,
    require_supported,
)
from approval.adapters.offline.outcome import incomplete, tampered

BASIC_CONSTRAINTS, POLICIES, PURPOSES = bytes.fromhex("551d13"), bytes.fromhex("551d20"), bytes.fromhex("551d25")
HOUSE_POLICY = bytes.fromhex("060a2b0601040181fd590102")
TIME_STAMPING = bytes.fromhex("06082b06010505070308")


class Signed:
    """SEQUENCE of body, algorithm and signature, as certificates and CRLs are."""

    def __init__(self, data: bytes) -> None:
        """Raises ValueError."""
        self.raw = data
        body, algorithm, bits = one_der(data).parts()
        self.body, self.algorithm, self.signature = body, algorithm.raw, bits.body[1:]
        if bits.tag != 3 or bits.body[:1] != b"\x00":
            raise ValueError("not a signature")

    def by(self, issuer: Certificate) -> bool:
        """Whether the issuer's key made the signature. Raises Fault where that cannot be told."""
        require_supported(issuer.key_info)
        name = SIGNATURE_HASHES.get(self.algorithm)
        if name is None:
            raise not_supported()
        of_key = (self.algorithm in RSA_ALGORITHMS) == (RSA_KEY in issuer.key_info)
        return of_key and is_signed_by(issuer.key_info, self.signature, self.body.raw, name)


class Certificate(Signed):
    """What is asked of a certificate here."""

    def __init__(self, data: bytes) -> None:
        """Raises ValueError, IndexError."""
        super().__init__(data)
        parts = [part for part in self.body.parts() if part.tag != 0xA0]
        self.serial, self.inner, self.issuer = parts[0].raw, parts[1].raw, parts[2].raw
        self.begin, self.end = (moment.moment() for moment in parts[3].parts())
        self.subject, self.key_info = parts[4].raw, parts[5].raw
        self.extensions: dict[bytes, Der] = {}
        for part in (part for part in parts[6:] if part.tag == 0xA3):
            for extension in part.parts()[0].parts():
                oid, *_, value = extension.parts()
                self.extensions[oid.body] = one_der(value.body)

    def is_authority(self) -> bool:
        """RFC 5280 §4.2.1.9."""
        found = self.extensions.get(BASIC_CONSTRAINTS)
        return found is not None and found.body[:3] == b"\x01\x01\xff"

    def has_policy(self) -> bool:
        """That of the keys that seal for the house: no person's key may pass for them."""
        found = self.extensions.get(POLICIES)
        return found is not None and any(policy.parts()[0].raw == HOUSE_POLICY for policy in found.parts())

    def may_stamp(self) -> bool:
        """RFC 3161 §2.3."""
        found = self.extensions.get(PURPOSES)
        return found is not None and any(purpose.raw == TIME_STAMPING for purpose in found.parts())

    def issued_by(self, other: Certificate) -> bool:
        """By name and signature."""
        return self.issuer == other.subject and self.inner == self.algorithm and self.by(other)


class RevocationList(Signed):
    """A CRL: by whom, until when, which serial numbers since when."""

    def __init__(self, data: bytes) -> None:
        """Raises ValueError, IndexError."""
        super().__init__(data)
        parts = self.body.parts()
        parts = parts[1:] if parts[0].tag == 2 else parts
        self.issuer = parts[1].raw
        times = [part for part in parts[2:4] if part.tag in (0x17, 0x18)]
        self.end = times[1].moment() if len(times) > 1 else None
        rest = [part for part in parts[2 + len(times) :] if part.tag == 0x30]
        entries = [line.parts() for line in rest[0].parts()] if rest else []
        self.revoked = {entry[0].raw: entry[1].moment() for entry in entries}


class Chains:
    """All that the bundle brings; nobody is believed yet."""

    def __init__(self, files: Files) -> None:
        """Raises Fault naming the file that is none."""
        self.certificates: list[Certificate] = []
        self.lists: list[RevocationList] = []
        for path in sorted(path for path in files if path.startswith("certificates/")):
            try:
                if path.endswith(".pem"):
                    self.certificates.append(Certificate(from_pem(files[path])))
                else:
                    self.lists.append(RevocationList(files[path]))
            except (ValueError, IndexError, KeyError) as error:
                raise tampered(f"{path} không đọc được") from error

    def brings(self, certificates: list[bytes]) -> bool:
        """Whether these (DER) are all among them."""
        return set(certificates) <= {one.raw for one in self.certificates}

    def issuer_of(self, certificate: Certificate) -> Certificate | None:
        """None when the bundle does not bring it."""
        return next((one for one in self.certificates if one.is_authority() and certificate.issued_by(one)), None)

    def root_of(self, certificate: Certificate, moment: datetime) -> str:
        """SHA-256 of the root, every step valid at that moment. Raises Fault."""
        for _ in range(6):
            if not certificate.begin <= moment <= certificate.end:
                raise tampered("một chứng thư không có hiệu lực vào lúc đó")
            issuer = self.issuer_of(certificate)
            if issuer is None:
                raise tampered("một chứng thư không dẫn tới chứng thư gốc nào trong hồ sơ")
            if issuer.raw == certificate.raw:
                return hashlib.sha256(issuer.raw).hexdigest()
            certificate = issuer
        raise tampered("chuỗi chứng thư quá dài")

    def require_not_revoked(self, certificate: Certificate, moment: datetime, *, needed: bool) -> None:
        """By the list of its issuer. Raises Fault."""
        issuer = self.issuer_of(certificate)
        telling = [one for one in self.lists if issuer and one.issuer == issuer.subject and one.by(issuer)]
        if needed and not any(one.end is None or one.end >= moment for one in telling):
            raise incomplete("không có danh sách thu hồi còn hiệu lực cho chứng thư niêm phong")
        if any(one.revoked.get(certificate.serial, moment) < moment for one in telling):
            raise tampered("chứng thư đã bị thu hồi trước lúc đó")
        if any(one.revoked.get(certificate.serial) == moment for one in telling):
            raise tampered("chứng thư đã bị thu hồi đúng lúc đó")


def from_pem(data: bytes) -> bytes:
    """The DER inside, of the one way to write it. Raises ValueError."""
    head, *lines, foot = data.decode("ascii").splitlines()
    encoded = base64.b64decode("".join(lines), validate=True)
    text = base64.b64encode(encoded).decode("ascii")
    again = [head, *(text[at : at + 64] for at in range(0, len(text), 64)), foot]
    if (head, foot) != ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"):
        raise ValueError("not PEM")
    if "\n".join(again) + "\n" != data.decode("ascii"):
        raise ValueError("not in its one form")
    return encoded
