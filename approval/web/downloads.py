"""Files handed out as downloads: never shown or run in our origin."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import quote

from flask import Response

__all__ = ["Response", "attachment"]

_FORBIDDEN = '/\\:*?"<>|'


def attachment(content: bytes, name: str, *, mimetype: str = "application/octet-stream") -> Response:
    """A download under a name with Vietnamese letters (RFC 6266, RFC 8187); ASCII readers get a plain one."""
    safe = "".join("-" if letter in _FORBIDDEN or not letter.isprintable() else letter for letter in name)
    suffix = PurePosixPath(safe).suffix
    plain = safe if safe.isascii() else f"tep{suffix if suffix.isascii() else ''}"
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe)}"
    response.headers["Content-Security-Policy"] = "sandbox"
    return response
