"""Judges seal and time stamps of an evidence bundle with the certificates it brings and the roots it does not."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtendedKeyUsageOID

from approval.adapters.asn1 import cms, tsp
from approval.adapters.clock import VIETNAM
from approval.adapters.evidence_chain import Chains, not_supported, require_supported
from approval.adapters.pdf_cms import DATA, cms_identity, detached_message, signed_attributes, token_from_parts
from approval.adapters.pdf_der import integer, object_identifier, sequence, tlv
from approval.adapters.pki_certificates import HOUSE_POLICY
from approval.domain.evidence_manifest import MANIFEST, MANIFEST_SEAL
from approval.domain.evidence_report import EvidenceFault, Outcome, tampered

_log = logging.getLogger(__name__)
_NULL = tlv(0x05)
_RSA = sequence(object_identifier("1.2.840.113549.1.1.1"), _NULL)
# By number in the arcs of SHA-2, of ECDSA and of RSA with each of them.
_SHA2 = ((1, 2, 11, hashes.SHA256()), (2, 3, 12, hashes.SHA384()), (3, 4, 13, hashes.SHA512()))
# RFC 5754 §2 allows the digest's parameters to be NULL or left out.
_DIGESTS: dict[bytes, hashes.HashAlgorithm] = {
    sequence(object_identifier(f"2.16.840.1.101.3.4.2.{n}"), *end): algorithm
    for n, _, _, algorithm in _SHA2
    for end in ((), (_NULL,))
}
_ECDSA = {sequence(object_identifier(f"1.2.840.10045.4.3.{n}")): algorithm.name for _, n, _, algorithm in _SHA2}
_RSA_WITH = {
    sequence(object_identifier(f"1.2.840.113549.1.1.{n}"), _NULL): algorithm.name for _, _, n, algorithm in _SHA2
}


class CmsJudge:
    """The `SealJudge` of domain/evidence_check.py. Whom to believe is asked last: what is altered is that first."""

    def check_seal(self, files: Mapping[str, bytes], roots: frozenset[str]) -> str:
        """Who sealed the manifest and when. Raises EvidenceFault."""
        with _failing_closed(MANIFEST_SEAL):
            return _check_seal(files, roots)

    def stamped_at(self, files: Mapping[str, bytes], path: str, digest: bytes, roots: frozenset[str]) -> datetime:
        """The token's time. Raises EvidenceFault."""
        with _failing_closed(path):
            moment, root = _check_token(Chains.read(files), path, files[path], digest)
            _require_known({root}, roots)
            return moment


@contextmanager
def _failing_closed(path: str) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            # What the library only warns of, an honest certificate does not have.
            warnings.simplefilter("error", CryptographyDeprecationWarning)
            yield
    except EvidenceFault:
        raise
    except UnsupportedAlgorithm as error:
        raise not_supported() from error
    except Exception as error:  # damaged certificates and messages make the libraries raise many kinds
        _log.info("%s not readable", path, exc_info=True)
        raise tampered(f"{path} hoặc một chứng thư không đọc được") from error


def _check_seal(files: Mapping[str, bytes], roots: frozenset[str]) -> str:
    chains = Chains.read(files)
    seal = _read_seal(files[MANIFEST_SEAL], files[MANIFEST])
    # First: only what the manifest's hashes cover to the byte is asked what kind of key it holds.
    if not chains.brings(seal.certificates):
        raise tampered(f"{MANIFEST_SEAL}: không phải chứng thư niêm phong trong hồ sơ")
    require_supported(seal.certificate)
    moment, root = _check_token(chains, MANIFEST_SEAL, seal.token, sha256(seal.signature).digest())
    if not _is_right(seal.certificate, seal.signature, seal.attributes, hashes.SHA256()):
        raise tampered(f"{MANIFEST_SEAL}: chữ ký niêm phong không đúng với {MANIFEST}")
    if not _is_house(seal.certificate):
        raise tampered(f"{MANIFEST_SEAL}: không phải chứng thư niêm phong trong hồ sơ")
    own_root = chains.root_of(seal.certificate, moment)
    chains.require_not_revoked(seal.certificate, moment)
    _require_known({root, own_root}, roots)
    name = seal.certificate.subject.rfc4514_string()
    return f"{name}, lúc {moment.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y}"


@dataclass(frozen=True, slots=True)
class _Seal:
    certificate: x509.Certificate
    certificates: frozenset[bytes]
    attributes: bytes
    signature: bytes
    token: bytes


def _read_seal(message: bytes, manifest: bytes) -> _Seal:
    """Taken apart and written anew: what comes out the same has no loose byte, and is over this manifest."""
    signed = cms.ContentInfo.load(message)["content"]
    info = signed["signer_infos"][0]
    every = {choice.chosen.dump() for choice in signed["certificates"]}
    signer = next(one for one in every if _is_signer(one, info))
    token: bytes = info["unsigned_attrs"][0]["values"][0].dump()
    identity = cms_identity(signer, tuple(every - {signer}))
    attributes = signed_attributes(identity, content_type=DATA, digest=sha256(manifest).digest())
    signature: bytes = info["signature"].native
    same = detached_message(identity, attributes, signature, time_stamp=token) == message
    _require_nothing_loose(token)
    found = _Seal(x509.load_der_x509_certificate(signer), frozenset(every), attributes, signature, token)
    if not same:
        raise tampered(f"{MANIFEST_SEAL} không niêm phong {MANIFEST} này")
    return found


def _require_nothing_loose(token: bytes) -> None:
    """No hash covers the seal's own token, so every byte of it must follow from what is verified. Raises ValueError."""
    signed = cms.ContentInfo.load(token)["content"]
    info = signed["signer_infos"][0]
    rewritten = token_from_parts(
        tst_info=bytes(signed["encap_content_info"]["content"]),
        certificates=[choice.chosen.dump() for choice in signed["certificates"]],
        signer_id=sequence(info["sid"].chosen["issuer"].dump(), integer(info["sid"].chosen["serial_number"].native)),
        algorithms=(info["digest_algorithm"].dump(), info["signature_algorithm"].dump()),
        attributes=info["signed_attrs"].untag().dump(),
        signature=info["signature"].native,
    )
    if rewritten != token:
        raise ValueError("loose bytes in a token")


def _check_token(chains: Chains, path: str, token: bytes, digest: bytes) -> tuple[datetime, str]:
    signed = cms.ContentInfo.load(token)["content"]
    info, content = signed["signer_infos"][0], bytes(signed["encap_content_info"]["content"])
    stamp = tsp.TSTInfo.load(content)
    imprint = stamp["message_imprint"]
    if (imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native) != ("sha256", digest):
        raise tampered(f"{path}: dấu thời gian của một thứ khác")
    algorithm = _DIGESTS[info["digest_algorithm"].dump()]
    attributes = {one["type"].native: one["values"][0].native for one in info["signed_attrs"]}
    every = {choice.chosen.dump() for choice in signed["certificates"]}
    signer = x509.load_der_x509_certificate(next((one for one in every if _is_signer(one, info)), b""))
    if not chains.brings(every):
        raise tampered(f"{path}: không phải chứng thư cấp dấu thời gian trong hồ sơ")
    require_supported(signer)
    hashed = hashes.Hash(algorithm)
    hashed.update(content)
    right = attributes["message_digest"] == hashed.finalize() and attributes["content_type"] == "tst_info"
    right = right and _names_its_key(info["signature_algorithm"].dump(), signer, algorithm)
    if not right or not _is_right(signer, info["signature"].native, info["signed_attrs"].untag().dump(), algorithm):
        raise tampered(f"{path}: chữ ký của dấu thời gian sai")
    if not _is_time_stamping(signer):
        raise tampered(f"{path}: không phải chứng thư cấp dấu thời gian trong hồ sơ")
    moment: datetime = stamp["gen_time"].native
    chains.require_not_revoked(signer, moment, needed=False)
    return moment, chains.root_of(signer, moment)


def _is_signer(certificate: bytes, info: cms.SignerInfo) -> bool:
    named = info["sid"].chosen
    parsed = x509.load_der_x509_certificate(certificate)
    same_issuer = parsed.issuer.public_bytes() == named["issuer"].dump()
    return bool(same_issuer and parsed.serial_number == named["serial_number"].native)


def _is_right(certificate: x509.Certificate, signature: bytes, message: bytes, algorithm: hashes.HashAlgorithm) -> bool:
    key = certificate.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(algorithm))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), algorithm)
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _names_its_key(named: bytes, certificate: x509.Certificate, algorithm: hashes.HashAlgorithm) -> bool:
    """The algorithm is outside of what is signed, so it must follow from key and hash."""
    if isinstance(certificate.public_key(), rsa.RSAPublicKey):
        return named == _RSA or _RSA_WITH.get(named) == algorithm.name
    return _ECDSA.get(named) == algorithm.name


def _is_house(certificate: x509.Certificate) -> bool:
    """No person's key may pass for the seal."""
    try:
        policies = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
    except x509.ExtensionNotFound:
        return False
    return any(policy.policy_identifier == HOUSE_POLICY for policy in policies)


def _is_time_stamping(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in usage


def _require_known(found: set[str], roots: frozenset[str]) -> None:
    for root in sorted(found - roots):
        raise EvidenceFault(Outcome.UNKNOWN, f"chữ ký đúng, nhưng chứng thư gốc {root} không do người kiểm tra chọn")
