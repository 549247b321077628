"""Ed25519 (RFC 8032) for signed notes."""

from __future__ import annotations

from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from approval.domain.signed_note import KeyType, NoteError, NoteKey
from approval.domain.strict_base64 import decode, encode

_PREFIX = "PRIVATE+KEY+"


def verify_ed25519(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the holder of the 32-byte key made the 64-byte signature; never raises for wrong bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


class NoteSigner:
    """A private key with the public one that notes name. Signing is deterministic: one message, one signature."""

    def __init__(self, name: str, kind: KeyType, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.key = NoteKey(name, kind, private.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, name: str, kind: KeyType = KeyType.ED25519) -> Self:
        """A new key. Raises NoteError for a name that cannot stand in a note."""
        return cls(name, kind, Ed25519PrivateKey.generate())

    @classmethod
    def from_skey(cls, skey: str) -> Self:
        """Inverse of `skey`. Raises NoteError."""
        name, _, rest = skey.strip().removeprefix(_PREFIX).partition("+")
        wanted, _, encoded = rest.partition("+")
        try:
            blob = decode(encoded)
            signer = cls(name, KeyType(blob[0]), Ed25519PrivateKey.from_private_bytes(blob[1:]))
        except (IndexError, ValueError) as error:
            raise NoteError("this is not a private key for notes") from error
        if signer.key.id.hex() != wanted:
            raise NoteError("the private key's number does not fit the key")
        return signer

    @property
    def skey(self) -> str:
        """The private key in one line, in the form other programs for signed notes use."""
        blob = bytes([self.key.type]) + self._private.private_bytes_raw()
        return f"{_PREFIX}{self.key.name}+{self.key.id.hex()}+{encode(blob)}"

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        return self._private.sign(message)
