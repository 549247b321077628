"""Refusals that a person can understand: each carries a Vietnamese and an English sentence saying what to do next."""

from __future__ import annotations

import uuid
from datetime import datetime


class PledgeError(Exception):
    """Base of all refusals. `code` is stable for tests and logs; `vi` and `en` are whole sentences for people."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.vi = vi
        self.en = en


class InvalidInputError(PledgeError):
    """The input cannot be used as it is; nothing was stored (HTTP 422). `field` names the form's field."""

    def __init__(self, code: str, vi: str, en: str, *, field: str | None = None) -> None:
        super().__init__(code, vi, en)
        self.field = field


class NotFoundError(PledgeError):
    """No such thing, or nothing this person may know of (HTTP 404)."""


class NotAllowedError(PledgeError):
    """This person may see the thing but not do this to it (HTTP 403)."""


class TransitionRefusedError(PledgeError):
    """The pledge is in a state from which this action does not exist (HTTP 409)."""


class UnansweredCommentsError(TransitionRefusedError):
    """So many comments wait for an answer before the pledge may go on (HTTP 409); the worklist is where to answer."""

    def __init__(self, code: str, vi: str, en: str, *, count: int) -> None:
        super().__init__(code, vi, en)
        self.count = count


class StaleTextError(PledgeError):
    """The text changed since the person opened it (HTTP 409). The caller shows what changed."""


class AlreadyDoneError(PledgeError):
    """The same person already did exactly this: a friendly answer, not a fault. `done_at` is when, aware UTC."""

    def __init__(self, code: str, vi: str, en: str, *, done_at: datetime) -> None:
        super().__init__(code, vi, en)
        self.done_at = done_at


class DraftAlreadyStartedError(AlreadyDoneError):
    """The draft asked for exists and is untouched; `pledge_id` leads to it."""

    def __init__(self, code: str, vi: str, en: str, *, done_at: datetime, pledge_id: uuid.UUID) -> None:
        super().__init__(code, vi, en, done_at=done_at)
        self.pledge_id = pledge_id


class BusyError(PledgeError):
    """Somebody else is writing this document right now; trying again in a moment will do (HTTP 503)."""


class ReceiptNotReadyError(PledgeError):
    """The event is recorded, but no signed head of the history covers it yet (HTTP 409)."""


class WorkNotReadyError(PledgeError):
    """A background step cannot finish yet; it is kept and tried again. `vi` is the cause shown to people."""
