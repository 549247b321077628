"""Imports every table, so that metadata is whole wherever it is needed (migrations, extensions)."""

from __future__ import annotations

from approval.models import (
    agency,
    audit_event,
    bloc,
    decline,
    login_throttle,
    outbox_message,
    person,
    pledge,
    pledge_party,
    pledge_revision,
    signature,
    signature_picture,
    signing,
    signing_authority,
    signing_key,
    verdict,
    web_session,
)
from approval.models.base import Base

__all__ = [
    "Base",
    "agency",
    "audit_event",
    "bloc",
    "decline",
    "login_throttle",
    "outbox_message",
    "person",
    "pledge",
    "pledge_party",
    "pledge_revision",
    "signature",
    "signature_picture",
    "signing",
    "signing_authority",
    "signing_key",
    "verdict",
    "web_session",
]
