"""Ed25519 (RFC 8032) for signed notes."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def verify_ed25519(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the holder of the 32-byte key made the 64-byte signature; never raises for wrong bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
