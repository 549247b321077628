"""All that was said about a pledge: comments in the order of the page, the exchange below them, their answers."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Row, Select, and_, select
from sqlalchemy.orm import Session, aliased

from approval.domain.anchors import Anchor
from approval.domain.states import AnswerKind
from approval.models.agency import Agency
from approval.models.comment import Comment
from approval.models.comment_answer import CommentAnswer
from approval.models.comment_reply import CommentReply
from approval.models.person import Person
from approval.models.pledge_party import PledgeParty
from approval.models.pledge_revision import PledgeRevision

_Columns: TypeAlias = Select[*tuple[Any, ...]]
_Row: TypeAlias = Row[*tuple[Any, ...]]
_ANSWERER = aliased(Person)
# Columns rather than whole rows: a round may have thousands of comments.
_COMMENTS = (
    select(
        Comment.id,
        PledgeRevision.round,
        PledgeRevision.number.label("revision_number"),
        Comment.anchor,
        Comment.quote,
        Comment.quote_start,
        Comment.replacement,
        Comment.body,
        Comment.verdict_words,
        Comment.party_id,
        Agency.name.label("agency_name"),
        Agency.short_name,
        PledgeParty.position,
        Person.display_name.label("author_name"),
        Comment.person_id,
        Comment.created_at,
        Comment.withdrawn_at,
        CommentAnswer.kind,
        CommentAnswer.words,
        CommentAnswer.place,
        CommentAnswer.taken,
        CommentAnswer.answered_at,
        _ANSWERER.display_name.label("answerer_name"),
    )
    .join(PledgeRevision, PledgeRevision.id == Comment.revision_id)
    .join(PledgeParty, PledgeParty.id == Comment.party_id)
    .join(Agency, Agency.id == PledgeParty.agency_id)
    .join(Person, Person.id == Comment.person_id)
    .outerjoin(CommentAnswer, and_(CommentAnswer.comment_id == Comment.id, CommentAnswer.superseded_at.is_(None)))
    .outerjoin(_ANSWERER, _ANSWERER.id == CommentAnswer.person_id)
)
_REPLIES = (
    select(
        CommentReply.id,
        CommentReply.comment_id,
        Person.display_name,
        Agency.name,
        CommentReply.body,
        CommentReply.written_at,
    )
    .join(Comment, Comment.id == CommentReply.comment_id)
    .join(PledgeRevision, PledgeRevision.id == Comment.revision_id)
    .join(Person, Person.id == CommentReply.person_id)
    .outerjoin(PledgeParty, PledgeParty.id == CommentReply.party_id)
    .outerjoin(Agency, Agency.id == PledgeParty.agency_id)
    .order_by(CommentReply.id)
)


@dataclass(frozen=True, slots=True)
class ReplyView:
    """One reply; `agency_name` is "" for the coordinator."""

    id: int
    author_name: str
    agency_name: str
    body: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class AnswerView:
    """The answer that counts; `place` is the part of the next text where it shows, `taken` by one click."""

    kind: AnswerKind
    words: str
    place: Anchor | None
    taken: bool
    author_name: str
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class CommentThread:
    """A comment, withdrawn ones too, with what was said below it, oldest first.

    `quote` stands from `quote_start` on in `words_at(text of revision_number, anchor)`; `replacement` is None when
    nothing is suggested. `position` is the agency's place in protocol order.
    """

    id: int
    round: int
    revision_number: int
    anchor: Anchor
    quote: str
    quote_start: int | None
    replacement: str | None
    body: str
    verdict_words: bool
    party_id: int
    agency_name: str
    short_name: str
    position: int
    author_name: str
    person_id: int
    created_at: datetime
    withdrawn_at: datetime | None
    replies: tuple[ReplyView, ...]
    answer: AnswerView | None


def load_comment_threads(
    session: Session, pledge_id: uuid.UUID, *, revision_number: int | None
) -> tuple[CommentThread, ...]:
    """The threads on one revision, or on all (None), by the place of their part on the page, then by time.

    Two statements, however many agencies comment. Whether the viewer may see the pledge is asked before.
    """
    replies: dict[int, list[ReplyView]] = defaultdict(list)
    for row in session.execute(_of(_REPLIES, pledge_id, revision_number)):
        replies[row.comment_id].append(
            ReplyView(row.id, row.display_name, row.name or "", row.body, row.written_at),
        )
    comments = session.execute(_of(_COMMENTS, pledge_id, revision_number))
    threads = [_thread(row, tuple(replies.get(row.id, ()))) for row in comments]
    return tuple(sorted(threads, key=lambda thread: (thread.anchor.order, thread.created_at, thread.id)))


def _of(query: _Columns, pledge_id: uuid.UUID, revision_number: int | None) -> _Columns:
    query = query.where(Comment.pledge_id == pledge_id)
    return query if revision_number is None else query.where(PledgeRevision.number == revision_number)


def _thread(row: _Row, replies: tuple[ReplyView, ...]) -> CommentThread:
    return CommentThread(
        id=row.id,
        round=row.round,
        revision_number=row.revision_number,
        anchor=Anchor.parse(row.anchor),
        quote=row.quote,
        quote_start=row.quote_start,
        replacement=row.replacement,
        body=row.body,
        verdict_words=row.verdict_words,
        party_id=row.party_id,
        agency_name=row.agency_name,
        short_name=row.short_name,
        position=row.position,
        author_name=row.author_name,
        person_id=row.person_id,
        created_at=row.created_at,
        withdrawn_at=row.withdrawn_at,
        replies=replies,
        answer=_answer(row),
    )


def _answer(row: _Row) -> AnswerView | None:
    if row.kind is None:
        return None
    return AnswerView(
        kind=AnswerKind(row.kind),
        words=row.words,
        place=Anchor.parse(row.place) if row.place else None,
        taken=row.taken,
        author_name=row.answerer_name,
        answered_at=row.answered_at,
    )
