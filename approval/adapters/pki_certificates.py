"""Certificates and CRLs of the built-in test authority: what each kind may do and how long it lives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

TEST_MARK = "CHỨNG THƯ THỬ NGHIỆM / TEST ONLY"
BACKDATE = timedelta(minutes=5)  # signers' clocks may be a little behind ours
CRL_LIFE = timedelta(days=30)
# ub-common-name and ub-organization-name of RFC 5280 appendix A are characters; the library counts UTF-8 bytes.
NAME_LIMIT = 64
YEAR = timedelta(days=365)
# Certificate policy of the keys that open and seal documents, so that no person's key can pass for them.
# Under the arc for documentation and examples (RFC 9371 §5), as a test authority has no arc of its own.
HOUSE_POLICY = x509.ObjectIdentifier("1.3.6.1.4.1.32473.1.2")


@dataclass(frozen=True, slots=True)
class Profile:
    """What a certificate may be used for; `years` is its life; `house` marks keys that certify and seal documents."""

    years: int
    is_authority: bool = False
    path_length: int | None = None
    time_stamping: bool = False
    house: bool = False


ROOT = Profile(years=20, is_authority=True, path_length=1)
ISSUING = Profile(years=15, is_authority=True, path_length=0)
TSA = Profile(years=12, time_stamping=True)
SEAL = Profile(years=10, house=True)
PERSON = Profile(years=3)


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate and its private key (P-256)."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def __repr__(self) -> str:
        return f"Identity({self.certificate.subject.rfc4514_string()})"


@dataclass(frozen=True, slots=True)
class Revocation:
    """One line of a CRL: the serial number and since when it is void (aware UTC)."""

    serial: int
    revoked_at: datetime


def subject_name(common_name: str, organisation: str) -> x509.Name:
    """C=VN, O, CN. Names longer than 64 bytes are cut at a word. Raises ValueError on an empty name."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _fit(organisation)),
            x509.NameAttribute(NameOID.COMMON_NAME, _fit(common_name)),
        ]
    )


def _fit(name: str) -> str:
    if not name.strip():
        raise ValueError("a certificate name may not be empty")
    if len(name.encode()) <= NAME_LIMIT:
        return name
    cut = name.encode()[: NAME_LIMIT - len("…".encode())].decode(errors="ignore")
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut) + "…"


def issue(subject: x509.Name, profile: Profile, *, issuer: Identity | None, moment: datetime) -> Identity:
    """A new key and its certificate; self-signed when `issuer` is None."""
    key = ec.generate_private_key(ec.SECP256R1())
    start = moment.replace(microsecond=0) - BACKDATE
    issuer_name = issuer.certificate.subject if issuer else subject
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(_end(start, profile, issuer))
    )
    builder = _add_extensions(builder, key, profile, issuer)
    return Identity(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def _end(start: datetime, profile: Profile, issuer: Identity | None) -> datetime:
    wanted = start + profile.years * YEAR
    return min(wanted, issuer.certificate.not_valid_after_utc) if issuer else wanted


def _add_extensions(
    builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey, profile: Profile, issuer: Identity | None
) -> x509.CertificateBuilder:
    issuer_key = issuer.key if issuer else key
    builder = (
        builder.add_extension(x509.BasicConstraints(profile.is_authority, profile.path_length), critical=True)
        .add_extension(_key_usage(profile), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if profile.time_stamping:
        # RFC 3161 §2.3: exactly this purpose, and critical.
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    if profile.house:
        builder = builder.add_extension(
            x509.CertificatePolicies([x509.PolicyInformation(HOUSE_POLICY, None)]), critical=False
        )
    return builder


def _key_usage(profile: Profile) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not profile.is_authority,
        content_commitment=not profile.is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=profile.is_authority,
        crl_sign=profile.is_authority,
        encipher_only=False,
        decipher_only=False,
    )


def issue_crl(
    issuer: Identity, revoked: tuple[Revocation, ...], *, number: int, moment: datetime
) -> x509.CertificateRevocationList:
    """A full CRL of one authority, good for thirty days from `moment`."""
    start = moment.replace(microsecond=0)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(start)
        .next_update(start + CRL_LIFE)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
    )
    for line in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(line.serial)
            .revocation_date(line.revoked_at.replace(microsecond=0))
            .build()
        )
    return builder.sign(issuer.key, hashes.SHA256())
