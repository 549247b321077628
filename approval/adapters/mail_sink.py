"""An SMTP server that keeps every mail as a file: for one machine, and as the mail catcher of test installations."""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

# A finished document travels in a mail; base64 makes 10 MB of it 14.
_LARGEST_MAIL_BYTES = 40 * 1024 * 1024


class MailFolder:
    """aiosmtpd handler: one `.eml` file (mode 0600) a mail; names sort by arrival."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Store the mail, then say so (RFC 5321 §4.2.5: 250 means the server has taken responsibility)."""
        content = envelope.content or b""
        store_mail(self._folder, content.encode() if isinstance(content, str) else content)
        return "250 Message accepted for delivery"


def store_mail(folder: Path, content: bytes) -> Path:
    """Write one mail so that a reader sees the whole file or none, even after a crash. Returns its path."""
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
    half = folder / f".{name}.part"
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    whole = folder / f"{name}.eml"
    half.rename(whole)
    return whole


def mail_sink(folder: Path, *, host: str, port: int) -> Controller:
    """A server in a thread of its own; the caller starts and stops it."""
    return Controller(
        MailFolder(folder),
        hostname=host,
        port=port,
        data_size_limit=_LARGEST_MAIL_BYTES,
    )
