"""The seal over the manifest (CAdES-T, RFC 5652) and time stamps (RFC 3161)."""

from __future__ import annotations

import hashlib
from datetime import datetime

from approval.adapters.offline.archive import MANIFEST, MANIFEST_SEAL, Files
from approval.adapters.offline.certificates import Certificate, Chains
from approval.adapters.offline.der import (
    RSA_ALGORITHMS,
    RSA_KEY,
    SIGNATURE_HASHES,
    is_signed_by,
    one_der,
    require_supported,
    tlv,
)
from approval.adapters.offline.outcome import UNKNOWN, Fault, tampered

SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
DATA = bytes.fromhex("06092a864886f70d010701")
STAMP_INFO = bytes.fromhex("060b2a864886f70d0109100104")
CONTENT_TYPE, MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010903"), bytes.fromhex("06092a864886f70d010904")
SIGNING_CERTIFICATE = bytes.fromhex("060b2a864886f70d010910022f")
TIME_STAMP = bytes.fromhex("060b2a864886f70d010910020e")
SHA_256 = bytes.fromhex("300d06096086480165030402010500")
SHA_256_BARE = bytes.fromhex("300b0609608648016503040201")
DIGESTS = {
    SHA_256: "sha256",
    SHA_256_BARE: "sha256",
    bytes.fromhex("300d06096086480165030402020500"): "sha384",
    bytes.fromhex("300b0609608648016503040202"): "sha384",
    bytes.fromhex("300d06096086480165030402030500"): "sha512",
    bytes.fromhex("300b0609608648016503040203"): "sha512",
}


class Message:
    """A CMS message with one signer, taken apart."""

    def __init__(self, data: bytes) -> None:
        """Raises ValueError, IndexError, StopIteration."""
        kind, wrapped = one_der(data).parts()
        _, _, content, certificates, *_, infos = wrapped.parts()[0].parts()
        if kind.raw != SIGNED_DATA or certificates.tag != 0xA0:
            raise ValueError("not signed data with certificates")
        (info,) = infos.parts()
        self.content = content.parts()
        self.certificates = [one.raw for one in certificates.parts()]
        _, signer_id, digest, attributes, algorithm, signature, *self.unsigned = info.parts()
        self.digest, self.algorithm, self.signature = digest.raw, algorithm.raw, signature.body
        self.signed_attributes = b"\x31" + attributes.raw[1:]
        self.attributes = {one.parts()[0].raw: one.parts()[1].parts()[0] for one in attributes.parts()}
        parsed = map(Certificate, self.certificates)
        self.signer = next(one for one in parsed if one.issuer + one.serial == signer_id.body)

    def is_signed(self, content_type: bytes, content: bytes) -> bool:
        """Whether the signer's key signed this content. Raises Fault where that cannot be told."""
        name = DIGESTS[self.digest]
        require_supported(self.signer.key_info)
        return (
            self.attributes[CONTENT_TYPE].raw == content_type
            and self.attributes[MESSAGE_DIGEST].body == hashlib.new(name, content).digest()
            and self.names_its_key(name)
            and is_signed_by(self.signer.key_info, self.signature, self.signed_attributes, name)
        )

    def names_its_key(self, name: str) -> bool:
        """The algorithm is outside of what is signed, so it must follow from key and hash."""
        rsa = RSA_KEY in self.signer.key_info
        of_key = (self.algorithm in RSA_ALGORITHMS) == rsa
        return (rsa and self.algorithm == RSA_KEY) or (of_key and SIGNATURE_HASHES.get(self.algorithm) == name)

    def again(self, content: bytes, *unsigned: bytes) -> bytes:
        """Written from its verified parts: what comes out the same has no loose byte."""
        info = tlv(
            0x30,
            tlv(2, b"\x01"),
            tlv(0x30, self.signer.issuer, self.signer.serial),
            self.digest,
            b"\xa0" + self.signed_attributes[1:],
            self.algorithm,
            tlv(4, self.signature),
            *unsigned,
        )
        version = b"\x01" if unsigned else b"\x03"
        parts = (tlv(2, version), tlv(0x31, self.digest), content, tlv(0xA0, *self.certificates), tlv(0x31, info))
        return tlv(0x30, SIGNED_DATA, tlv(0xA0, tlv(0x30, *parts)))


def check_seal(files: Files, roots: set[str]) -> str:
    """Raises Fault; whom to believe is asked last."""
    chains = Chains(files)
    try:
        message = Message(files[MANIFEST_SEAL])
        ((kind, values),) = (attribute.parts() for attribute in message.unsigned[0].parts())
        (token,) = (value.raw for value in values.parts())
        unsigned = tlv(0xA1, tlv(0x30, TIME_STAMP, tlv(0x31, token)))
        # First: only what the manifest's hashes cover to the byte is asked what kind of key it holds.
        if not chains.brings(message.certificates):
            raise tampered(f"{MANIFEST_SEAL}: không phải chứng thư niêm phong trong hồ sơ")
        whole = (
            kind.raw == TIME_STAMP
            and message.digest == SHA_256
            and message.again(tlv(0x30, DATA), unsigned) == files[MANIFEST_SEAL]
            and sorted(message.certificates) == message.certificates
            and hashlib.sha256(message.signer.raw).digest() in message.attributes[SIGNING_CERTIFICATE].raw
            and len(message.attributes) == 3
            and message.is_signed(DATA, files[MANIFEST])
        )
    except (ValueError, TypeError, IndexError, KeyError, StopIteration) as error:
        raise tampered(f"{MANIFEST_SEAL} không đọc được") from error
    if not whole:
        raise tampered(f"{MANIFEST_SEAL} không niêm phong {MANIFEST} này")
    moment, root = stamped(chains, MANIFEST_SEAL, token, hashlib.sha256(message.signature).digest(), strict=True)
    if not message.signer.has_policy():
        raise tampered(f"{MANIFEST_SEAL}: không phải chứng thư niêm phong trong hồ sơ")
    own_root = chains.root_of(message.signer, moment)
    chains.require_not_revoked(message.signer, moment, needed=True)
    require_known({root, own_root}, roots)
    return f"đúng, lúc {moment:%H:%M:%S %d/%m/%Y} UTC"


def stamped_at(files: Files, path: str, digest: bytes, roots: set[str]) -> datetime:
    """The time in a token over a SHA-256 digest. Raises Fault."""
    moment, root = stamped(Chains(files), path, files[path], digest, strict=False)
    require_known({root}, roots)
    return moment


def stamped(chains: Chains, path: str, token: bytes, digest: bytes, *, strict: bool) -> tuple[datetime, str]:
    """Time and root of a token; `strict` when no hash in the manifest covers its bytes. Raises Fault."""
    try:
        message = Message(token)
        content = message.content[1].parts()[0].body
        info = one_der(content).parts()
        imprint = info[2].parts()
        moment = next(part for part in info[3:] if part.tag == 0x18).moment()
        if imprint[0].raw not in (SHA_256, SHA_256_BARE) or imprint[1].body != digest:
            raise tampered(f"{path}: dấu thời gian của một thứ khác")
        if not chains.brings(message.certificates):
            raise tampered(f"{path}: không phải chứng thư cấp dấu thời gian trong hồ sơ")
        loose = strict and message.again(tlv(0x30, STAMP_INFO, tlv(0xA0, tlv(4, content)))) != token
        right = not loose and message.content[0].raw == STAMP_INFO and message.is_signed(STAMP_INFO, content)
    except (ValueError, TypeError, IndexError, KeyError, StopIteration) as error:
        raise tampered(f"{path}: dấu thời gian không đọc được") from error
    if not right:
        raise tampered(f"{path}: chữ ký của dấu thời gian sai")
    if not message.signer.may_stamp():
        raise tampered(f"{path}: không phải chứng thư cấp dấu thời gian trong hồ sơ")
    chains.require_not_revoked(message.signer, moment, needed=False)
    return moment, chains.root_of(message.signer, moment)


def require_known(found: set[str], roots: set[str]) -> None:
    """Raises Fault for a root that the reader did not choose."""
    for root in sorted(found - roots):
        raise Fault(UNKNOWN, f"chữ ký đúng, nhưng chứng thư gốc {root} không do người kiểm tra chọn")
