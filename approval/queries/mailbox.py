"""The mails that the sink of a one-machine installation keeps as files, made readable as plain text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path

from approval.domain.errors import NotFoundError

NEWEST_SHOWN = 200
# What the sink names its files: arrival in nanoseconds, a random tail.
_NAME = re.compile(r"[0-9]{1,20}-[0-9a-f]{1,32}")
_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:)]")


@dataclass(frozen=True, slots=True)
class MailLine:
    """One mail in the list."""

    name: str
    subject: str
    sender: str
    recipients: str
    sent_at: datetime
    attachment_count: int


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A run of the body; `url` is set where it is an address of this product."""

    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class MailPage:
    """One mail: its line, its plain text in pieces, its attachments (name and size in bytes)."""

    line: MailLine
    pieces: tuple[TextPiece, ...]
    attachments: tuple[tuple[str, int], ...]


def list_mails(folder: Path) -> tuple[MailLine, ...]:
    """The newest mails first; files that are no mails are passed over."""
    names = sorted((path.stem for path in folder.glob("*.eml") if _NAME.fullmatch(path.stem)), reverse=True)
    return tuple(_line(name, _parse(folder / f"{name}.eml")) for name in names[:NEWEST_SHOWN])


def read_mail(folder: Path, name: str, *, base_url: str) -> MailPage:
    """One mail. Addresses below `base_url` become links, others stay text. Raises NotFoundError."""
    message = _parse(_path(folder, name))
    return MailPage(
        line=_line(name, message),
        pieces=tuple(_pieces(_plain_text(message), base_url)),
        attachments=tuple((_attachment_name(part), len(_bytes(part))) for part in message.iter_attachments()),
    )


def read_attachment(folder: Path, name: str, index: int) -> tuple[str, bytes]:
    """Name and content of one attachment, counted from 0. Raises NotFoundError."""
    found = list(_parse(_path(folder, name)).iter_attachments())
    if not 0 <= index < len(found):
        raise _no_such_mail()
    return _attachment_name(found[index]), _bytes(found[index])


def _path(folder: Path, name: str) -> Path:
    path = folder / f"{name}.eml"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise _no_such_mail()
    return path


# A kept mail never changes; parsing two hundred of them for every look at the list would be slow.
@lru_cache(maxsize=NEWEST_SHOWN)
def _parse(path: Path) -> EmailMessage:
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    if not isinstance(message, EmailMessage):
        raise _no_such_mail()
    return message


def _line(name: str, message: EmailMessage) -> MailLine:
    return MailLine(
        name=name,
        subject=str(message["subject"] or "(không có tiêu đề)"),
        sender=str(message["from"] or ""),
        recipients=str(message["to"] or ""),
        sent_at=_sent_at(message, name),
        attachment_count=sum(1 for _ in message.iter_attachments()),
    )


def _sent_at(message: EmailMessage, name: str) -> datetime:
    """When the mail says it was written; a demo's clock may differ from the machine's, so arrival comes second."""
    try:
        written = parsedate_to_datetime(str(message["date"]))
    except (TypeError, ValueError):
        return datetime.fromtimestamp(int(name.partition("-")[0]) / 1e9, UTC)
    return written if written.tzinfo else written.replace(tzinfo=UTC)


def _plain_text(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain",))
    if part is None:
        return "(Thư này không có phần văn bản thuần.)"
    return str(part.get_content())


def _pieces(text: str, base_url: str) -> list[TextPiece]:
    pieces, end = [], 0
    for match in _LINK.finditer(text):
        pieces.append(TextPiece(text[end : match.start()]))
        ours = match.group() == base_url or match.group().startswith(f"{base_url}/")
        pieces.append(TextPiece(match.group(), match.group() if ours else None))
        end = match.end()
    return [*pieces, TextPiece(text[end:])]


def _attachment_name(part: EmailMessage) -> str:
    return part.get_filename() or "tep-dinh-kem"


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _no_such_mail() -> NotFoundError:
    return NotFoundError(
        "mail-not-found",
        "Không tìm thấy thư này. Trở lại hộp thư thử nghiệm và mở lại.",
        "No such mail. Go back to the test mailbox and open it again.",
    )
