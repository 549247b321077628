"""The address to which failures are reported, one a mail (VERP), so that a report without the mail still says which."""

from __future__ import annotations

import hashlib
import hmac
import re

_MARK = re.compile(r"\+(\d{1,18})-([0-9a-f]{20})@")
_DIGITS = 20


def return_path(bounce_mailbox: str, outbox_id: int, *, secret: str) -> str:
    """`bounces@host` becomes `bounces+<outbox id>-<code>@host`."""
    name, _, host = bounce_mailbox.rpartition("@")
    return f"{name}+{outbox_id}-{_code(outbox_id, secret)}@{host}"


def outbox_id_of(address: str, *, secret: str) -> int | None:
    """The mail whose return path this is; None for any address that we did not make."""
    found = _MARK.search(address)
    if found is None:
        return None
    outbox_id = int(found.group(1))
    return outbox_id if hmac.compare_digest(found.group(2), _code(outbox_id, secret)) else None


def _code(outbox_id: int, secret: str) -> str:
    return hmac.new(secret.encode(), f"return-path:{outbox_id}".encode(), hashlib.sha256).hexdigest()[:_DIGITS]
