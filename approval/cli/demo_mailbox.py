"""The mails of a private instance as their recipients see them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import cast

from approval.cli.form_browser import PageError

_WAIT_SECONDS = 120.0
_POLL_SECONDS = 0.1
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """One mail: to whom, its subject, the one link in its text, its PDF if there is one."""

    recipient: str
    subject: str
    link: str
    pdf: bytes | None


class DemoMailbox:
    """The folder of the mail sink."""

    def __init__(self, folder: Path, tend: Callable[[], None]) -> None:
        self._folder = folder
        self._tend = tend

    def mails(self) -> list[ReceivedMail]:
        """Everything received so far, oldest first."""
        return read_mails(self._folder)

    def wait_for(self, count: int) -> list[ReceivedMail]:
        """Return once `count` mails are there. Raises PageError when they do not come."""
        end = time.monotonic() + _WAIT_SECONDS
        while len(list(self._folder.glob("*.eml"))) < count:
            self._tend()
            if time.monotonic() > end:
                raise PageError(f"{len(self.mails())} of {count} mails came within {_WAIT_SECONDS:.0f} s")
            time.sleep(_POLL_SECONDS)
        return self.mails()

    def latest_link(self, recipient: str) -> str:
        """The link of the newest mail to this address."""
        return next(mail.link for mail in reversed(self.mails()) if mail.recipient == recipient)


def read_mails(folder: Path) -> list[ReceivedMail]:
    """The mails of a folder of `.eml` files, in order of arrival."""
    return [_read(path) for path in sorted(folder.glob("*.eml"))]


def _read(path: Path) -> ReceivedMail:
    mail = message_from_bytes(path.read_bytes(), policy=default)
    plain = mail.get_body(("plain",))
    link = _LINK.search(plain.get_content() if plain else "")
    pdfs = [part.get_payload(decode=True) for part in mail.iter_attachments()]
    return ReceivedMail(
        recipient=mail["To"].addresses[0].addr_spec,
        subject=str(mail["Subject"]),
        link=link[0] if link else "",
        pdf=cast("bytes", pdfs[0]) if pdfs else None,
    )
