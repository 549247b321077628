"""One event of the history as canonical bytes: what is hashed, stored as is, and later checked offline."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import rfc8785

from approval.domain.merkle import leaf_hash
from approval.domain.pledge_text import to_nfc
from approval.domain.states import Role, State

__all__ = [
    "AuditFields",
    "AuditPayloadError",
    "EventType",
    "actor_label",
    "build_payload",
    "canonical_json",
    "leaf_hash",
    "moment_text",
    "private_body",
    "private_commitment",
]

PAYLOAD_VERSION = 1
SALT_LENGTH = 16
# JSON readers keep whole numbers exactly only below this (RFC 8785 §3.2.2.3).
_INT_BOUND = 2**53
_LONGEST_USER_AGENT = 400


class EventType(StrEnum):
    """All that can happen, as `subject:object:what_happened`. A new tag also needs a line on the history page."""

    BLOC_CREATED = "bloc:record:created"
    ACCOUNT_CREATED = "person:account:created"
    SESSION_OPENED = "person:session:opened"
    SESSION_REFUSED = "person:session:refused"
    SESSION_CLOSED = "person:session:closed"
    PASSWORD_CHANGED = "person:password:changed"  # noqa: S105 — a tag, not a secret
    KEY_ISSUED = "person:key:issued"
    PIN_CHANGED = "person:pin:changed"
    PIN_REFUSED = "person:pin:refused"
    PICTURE_CHANGED = "person:picture:changed"
    AUTHORITY_GRANTED = "authority:record:granted"
    AUTHORITY_REVOKED = "authority:record:revoked"
    DRAFT_IMPORTED = "pledge:draft:imported"
    DRAFT_STARTED = "pledge:draft:started"
    DRAFT_SAVED = "pledge:draft:saved"
    REVIEW_OPENED = "pledge:review:opened"
    COMMENT_ADDED = "pledge:comment:added"
    COMMENT_WITHDRAWN = "pledge:comment:withdrawn"
    COMMENT_REPLIED = "pledge:comment:replied"
    COMMENT_ANSWERED = "pledge:comment:answered"
    FINDING_DISMISSED = "pledge:finding:dismissed"
    FINDING_RESTORED = "pledge:finding:restored"
    VERDICT_GIVEN = "pledge:verdict:given"
    DRAFT_REOPENED = "pledge:draft:reopened"
    SIGNING_OPENED = "pledge:signing:opened"
    SIGNATURE_ADDED = "pledge:signature:added"
    SIGNING_DECLINED = "pledge:signing:declined"
    DOCUMENT_FINALISED = "pledge:document:finalised"
    PROOF_RENEWED = "pledge:proof:renewed"
    PLEDGE_CANCELLED = "pledge:record:cancelled"
    MAIL_SENT = "mail:message:sent"
    MAIL_SKIPPED = "mail:message:skipped"
    MAIL_REFUSED = "mail:message:refused"
    MAIL_UNCERTAIN = "mail:message:uncertain"
    MAIL_BOUNCED = "mail:message:bounced"
    MAIL_RESENT = "mail:message:resent"
    PASSWORD_RESET = "person:password:reset"  # noqa: S105 — a tag, not a secret
    ACCOUNT_CHANGED = "person:account:changed"
    ACCOUNT_LOCKED = "person:account:locked"
    ACCOUNT_UNLOCKED = "person:account:unlocked"
    REMINDERS_CHANGED = "pledge:reminders:changed"
    DEADLINE_MOVED = "pledge:deadline:moved"
    REMINDERS_PAUSED = "pledge:reminders:paused"
    REMINDERS_RESUMED = "pledge:reminders:resumed"
    PARTY_NUDGED = "pledge:party:nudged"
    REPRESENTATIVE_REPLACED = "pledge:representative:replaced"
    CALENDAR_DAY_SET = "calendar:day:set"
    SUPERIOR_SET = "agency:superior:set"
    PRIVATE_ERASED = "person:private:erased"
    LOG_KEY_REGISTERED = "log:key:registered"
    LOG_KEY_ROTATED = "log:key:rotated"
    DOCUMENT_VIEWED = "pledge:file:viewed"
    FILE_DOWNLOADED = "pledge:file:downloaded"
    FILE_PRINTED = "pledge:file:printed"
    FILE_REFUSED = "pledge:file:refused"


class AuditPayloadError(ValueError):
    """A value without one canonical form was about to enter the history: a fault of the caller, not of people."""


@dataclass(frozen=True, slots=True)
class AuditFields:
    """Everything an event says.

    `seq` counts the whole log and `pledge_seq` this pledge's events; `pledge_prev` is the leaf hash of the pledge's
    previous event (None for its first), so that one pledge's history is complete without showing the others.
    `private` is the commitment to the erasable part; `salt` has 16 random bytes, so that a leaf hash cannot be guessed.
    """

    seq: int
    at: datetime
    type: EventType
    actor: str
    salt: bytes
    agency: int | None = None
    pledge: str | None = None
    pledge_seq: int | None = None
    pledge_prev: bytes | None = None
    doc_sha256: str | None = None
    version: int | None = None
    state_from: State | None = None
    state_to: State | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    private: bytes | None = None


def build_payload(fields: AuditFields) -> bytes:
    """RFC 8785 bytes of the event, format version 1; hashes and salt in lower-case hex, `at` in µs with Z.

    Raises AuditPayloadError for a naive time, a salt of another length, or data without one canonical form (floats,
    whole numbers of 2^53 and more, keys outside ASCII, text that is not NFC).
    """
    if len(fields.salt) != SALT_LENGTH:
        raise AuditPayloadError(f"the salt must have {SALT_LENGTH} bytes")
    return canonical_json(
        {
            "v": PAYLOAD_VERSION,
            "seq": fields.seq,
            "at": moment_text(fields.at),
            "type": fields.type.value,
            "pledge": fields.pledge,
            "pseq": fields.pledge_seq,
            "pprev": _hex(fields.pledge_prev),
            "actor": fields.actor,
            "agency": fields.agency,
            "obj": {
                "doc_sha256": fields.doc_sha256,
                "version": fields.version,
                "state_from": fields.state_from,
                "state_to": fields.state_to,
            },
            "data": fields.data,
            "priv": _hex(fields.private),
            "salt": fields.salt.hex(),
        }
    )


def actor_label(role: Role, person_id: int | None) -> str:
    """Who acted, without personal details: "representative:12", or "system"."""
    return role.value if person_id is None else f"{role.value}:{person_id}"


def private_body(*, ip: str, user_agent: str) -> bytes:
    """Canonical bytes of the erasable part. What a client sends is made harmless here: composed, valid, cut."""
    valid = user_agent.encode("utf-8", "replace").decode("utf-8")[:_LONGEST_USER_AGENT]
    return canonical_json({"ip": to_nfc(ip), "user_agent": to_nfc(valid)})


def private_commitment(nonce: bytes, body: bytes) -> bytes:
    """SHA-256(nonce ‖ body), 32 bytes; once `body` is erased nobody can guess it back from this."""
    return hashlib.sha256(nonce + body).digest()


def canonical_json(value: Mapping[str, Any]) -> bytes:
    """RFC 8785 bytes of the subset on which `json.dumps(sort_keys=True)` agrees, so that a verifier needs no library.

    Raises AuditPayloadError for anything outside the subset.
    """
    return rfc8785.dumps(_checked(value))


def _checked(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _checked_text(value)
    if isinstance(value, int):
        return _checked_int(value)
    if isinstance(value, Mapping):
        return {_checked_key(key): _checked(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return [_checked(item) for item in value]
    raise AuditPayloadError(f"a {type(value).__name__} has no place in the history")


def _checked_text(text: str) -> str:
    if not unicodedata.is_normalized("NFC", text):
        raise AuditPayloadError("text must be NFC; compose it at the edge")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise AuditPayloadError("text holds half a surrogate pair")
    return str(text)


def _checked_int(number: int) -> int:
    if abs(number) >= _INT_BOUND:
        raise AuditPayloadError("whole numbers must stay below 2^53; write larger ones as text")
    return int(number)


def _checked_key(key: object) -> str:
    if not isinstance(key, str) or not key.isascii():
        raise AuditPayloadError("keys must be ASCII text")
    return str(key)


def moment_text(at: datetime) -> str:
    """The one way a moment is written in canonical JSON: UTC, µs, Z. Raises AuditPayloadError for a naive time."""
    if at.tzinfo is None:
        raise AuditPayloadError("the time must carry a zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _hex(digest: bytes | None) -> str | None:
    return None if digest is None else digest.hex()
