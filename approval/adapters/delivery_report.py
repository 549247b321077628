"""Reads a delivery status notification (RFC 3464): which mail did not arrive, and in whose words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.policy import default

from approval.adapters.outgoing_mail import one_line
from approval.domain.errors import InvalidInputError

LARGEST_REPORT = 2 * 1024 * 1024
_RETURNED = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"})
_STATUS = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}\b")
_MESSAGE_ID = re.compile(r"(?im)^message-id:\s*(<[^<>\s]{1,190}>)")
# Where a mail server says to which address a report was delivered; the first is ours by the report's own sender.
_ARRIVAL = ("To", "Delivered-To", "X-Original-To", "Envelope-To")


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """`message_id` of the returned mail ("" when it was not returned) and the addresses at which the report arrived.

    `failed` says that delivery was given up for somebody, for whom `failed_for` (addresses, lower case, as far as they
    are told); `words` are the servers' own, on one line.
    """

    message_id: str
    arrived_at: tuple[str, ...]
    failed: bool
    failed_for: frozenset[str]
    words: str

    @property
    def status(self) -> str:
        """The three numbers of RFC 3463 ("5.1.1"), "" for none: what may be told without naming anybody."""
        found = _STATUS.match(self.words)
        return found.group() if found else ""


def read_report(raw: bytes) -> DeliveryReport:
    """The report as sent by a mail server. Raises InvalidInputError for anything else, an out-of-office note too."""
    if len(raw) > LARGEST_REPORT:
        raise _unreadable()
    try:
        return _read(message_from_bytes(raw, policy=default))
    except (MessageError, ValueError, LookupError, AttributeError, TypeError) as error:
        # A hostile header can make the email package itself stumble.
        raise _unreadable() from error


def _read(report: EmailMessage) -> DeliveryReport:
    statuses = [part for part in report.walk() if part.get_content_type() == "message/delivery-status"]
    if not statuses:
        raise _unreadable()
    recipients = [block for status in statuses for block in _blocks(status) if "action" in block]
    failures = [block for block in recipients if str(block["action"]).strip().lower() == "failed"]
    return DeliveryReport(
        message_id=_returned_message_id(report),
        arrived_at=tuple(one_line(str(value)) for name in _ARRIVAL for value in report.get_all(name, [])),
        failed=bool(failures),
        failed_for=frozenset(address for block in failures for address in _addresses(block)),
        words="; ".join(_words(block) for block in failures or recipients),
    )


def _blocks(status: Message) -> Iterator[Message]:
    """One about the mail as a whole, then one a recipient."""
    payload = status.get_payload()
    if isinstance(payload, list):
        yield from (part for part in payload if isinstance(part, Message))


def _addresses(block: Message) -> Iterator[str]:
    """RFC 3464 §2.3.1: a type, a semicolon, the address."""
    for name in ("Original-Recipient", "Final-Recipient"):
        address = str(block.get(name, "")).rpartition(";")[2].strip().lower()
        if address:
            yield address


def _words(block: Message) -> str:
    said = (block.get("Status"), block.get("Final-Recipient"), block.get("Diagnostic-Code"))
    return one_line(" ".join(str(one) for one in said if one))


def _returned_message_id(report: EmailMessage) -> str:
    """From the returned mail or its headers, read as text: a returned mail may be cut anywhere."""
    for part in report.walk():
        if part.get_content_type() in _RETURNED:
            text = "\n".join(piece.as_bytes().decode("utf-8", "replace") for piece in _pieces(part))
            found = _MESSAGE_ID.search(text)
            if found:
                return found.group(1)
    return ""


def _pieces(part: Message) -> list[Message]:
    payload = part.get_payload()
    inside = [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []
    return inside or [part]


def _unreadable() -> InvalidInputError:
    return InvalidInputError(
        "not-a-delivery-report",
        "Đây không phải báo cáo chuyển thư của máy chủ thư (RFC 3464). Không có gì được ghi.",
        "This is not a mail server's delivery report (RFC 3464). Nothing was recorded.",
        field="report",
    )
