"""Base64 (RFC 4648 §4) with exactly one text for each value, or evidence could be changed without anybody noticing."""

from __future__ import annotations

import base64
import binascii


def encode(data: bytes) -> str:
    """With padding, on one line."""
    return base64.b64encode(data).decode("ascii")


def decode(text: str) -> bytes:
    """Inverse of `encode`. Raises ValueError for anything that `encode` would not have written."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if encode(data) != text:
        raise ValueError("base64 that is not in its one form")
    return data
