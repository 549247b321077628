"""Commands of a review round: one frozen record for each thing people ask about comments."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from approval.domain.anchors import Anchor
from approval.domain.commands import Actor
from approval.domain.states import AnswerKind


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Other words for `quote`, which stands from character `start` on in `words_at(text, anchor)`.

    `replacement` may hold PARAGRAPH_BREAKs and may be empty (the quote is to go); it always differs from `quote`.
    """

    start: int
    quote: str
    replacement: str


@dataclass(frozen=True, slots=True)
class AddComment:
    """A representative's remark on one part of the revision read; `quote` alone points at words, without suggestion."""

    actor: Actor
    pledge_id: uuid.UUID
    revision_number: int
    revision_sha256: str
    anchor: Anchor
    body: str
    quote_start: int | None = None
    quote: str = ""
    replacement: str | None = None


@dataclass(frozen=True, slots=True)
class WithdrawComment:
    """Take back an own comment that nobody has answered."""

    actor: Actor
    pledge_id: uuid.UUID
    comment_id: int


@dataclass(frozen=True, slots=True)
class ReplyToComment:
    """Write below a comment; settles nothing."""

    actor: Actor
    pledge_id: uuid.UUID
    comment_id: int
    body: str


@dataclass(frozen=True, slots=True)
class AnswerComment:
    """Coordinator: what became of a comment. `place` is the part of the new text where it shows, if it does.

    `words` may be empty only for ACCEPTED.
    """

    actor: Actor
    pledge_id: uuid.UUID
    comment_id: int
    kind: AnswerKind
    words: str = ""
    place: Anchor | None = None


@dataclass(frozen=True, slots=True)
class TakeSuggestion:
    """Coordinator: put a comment's suggestion into the draft and answer the comment as accepted, in one change.

    `expected_version` is `Pledge.version` as the worklist showed it.
    """

    actor: Actor
    pledge_id: uuid.UUID
    comment_id: int
    expected_version: int
    words: str = ""
