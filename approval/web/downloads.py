"""Files handed out: as downloads, never run in our origin, or as a PDF the browser shows by itself."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import quote

from flask import Response

__all__ = ["Response", "attachment", "shown"]

_FORBIDDEN = '/\\:*?"<>|'


def attachment(content: bytes, name: str, *, mimetype: str = "application/octet-stream") -> Response:
    """A download under a name with Vietnamese letters (RFC 6266, RFC 8187); ASCII readers get a plain one."""
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = _disposition("attachment", name)
    response.headers["Content-Security-Policy"] = "sandbox"
    return response


def shown(content: bytes, name: str, *, mimetype: str) -> Response:
    """A file of our own making for the browser to show; not sandboxed, which would keep its PDF reader out."""
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = _disposition("inline", name)
    return response


def _disposition(kind: str, name: str) -> str:
    safe = "".join("-" if letter in _FORBIDDEN or not letter.isprintable() else letter for letter in name)
    suffix = PurePosixPath(safe).suffix
    plain = safe if safe.isascii() else f"tep{suffix if suffix.isascii() else ''}"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(safe)}"
