"""What mails say about comments: the answers an agency is told, and how the comments of the round before fared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from approval.domain.anchors import Anchor
from approval.domain.states import AnswerKind
from approval.models.comment import Comment
from approval.models.comment_answer import CommentAnswer
from approval.models.outbox_message import OutboxMessage
from approval.models.pledge import Pledge
from approval.models.pledge_revision import PledgeRevision

ANSWER_WORDS: dict[AnswerKind, str] = {
    AnswerKind.ACCEPTED: "tiếp thu",
    AnswerKind.PARTLY_ACCEPTED: "tiếp thu một phần",
    AnswerKind.EXPLAINED: "giải trình",
}
# A letter is read on a phone; the page has everything.
_MOST_LINES = 20
_LONGEST = 240
_FARED = (
    select(PledgeRevision.round, CommentAnswer.kind, func.count().label("number"))
    .join(Comment, Comment.revision_id == PledgeRevision.id)
    .join(CommentAnswer, CommentAnswer.comment_id == Comment.id)
    .where(
        PledgeRevision.pledge_id == bindparam("pledge"),
        PledgeRevision.number == bindparam("revision"),
        Comment.withdrawn_at.is_(None),
        CommentAnswer.superseded_at.is_(None),
    )
    .group_by(PledgeRevision.round, CommentAnswer.kind)
)


@dataclass(frozen=True, slots=True)
class _Answered:
    part: str
    said: str
    kind: str
    words: str


def load_told_answers(session: Session, message: OutboxMessage, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Values of the letter "comment-answered": the current answers given since the moment it was planned."""
    if "since" not in facts:
        return {"answers": (), "answer_count": 0, "answers_left_out": 0, "comment_round": ""}
    query = (
        select(
            Comment.anchor,
            Comment.body,
            Comment.quote,
            Comment.replacement,
            CommentAnswer.kind,
            CommentAnswer.words,
        )
        .join(CommentAnswer, CommentAnswer.comment_id == Comment.id)
        .join(PledgeRevision, PledgeRevision.id == Comment.revision_id)
        .where(
            Comment.party_id == message.party_id,
            PledgeRevision.number == facts["revision"],
            CommentAnswer.superseded_at.is_(None),
            CommentAnswer.answered_at >= datetime.fromisoformat(facts["since"]),
        )
        .order_by(Comment.id)
    )
    rows = sorted(session.execute(query), key=lambda row: Anchor.parse(row.anchor).order)
    return {
        "answers": [
            _Answered(
                part=Anchor.parse(row.anchor).label,
                said=_short(row.body or _suggested(row.quote, row.replacement)),
                kind=ANSWER_WORDS[AnswerKind(row.kind)],
                words=_short(row.words),
            )
            for row in rows[:_MOST_LINES]
        ],
        "answer_count": len(rows),
        "answers_left_out": max(len(rows) - _MOST_LINES, 0),
        "comment_round": _round_of(session, message, facts["revision"]),
    }


def load_round_summary(session: Session, pledge: Pledge) -> str:
    """How the comments on the revision before the current one fared, "lần 1: 4 tiếp thu, 1 giải trình"; "" for none."""
    before = pledge.revision_number - 1
    if before < 1:
        return ""
    found = session.execute(_FARED, {"pledge": pledge.id, "revision": before})
    rows = {AnswerKind(row.kind): row for row in found}
    if not rows:
        return ""
    fared = ", ".join(f"{rows[kind].number} {words}" for kind, words in ANSWER_WORDS.items() if kind in rows)
    return f"lần {next(iter(rows.values())).round}: {fared}"


def _round_of(session: Session, message: OutboxMessage, number: int) -> int:
    query = select(PledgeRevision.round).where(
        PledgeRevision.pledge_id == message.pledge_id, PledgeRevision.number == number
    )
    return session.execute(query).scalar_one()


def _suggested(quote: str, replacement: str) -> str:
    if not replacement:
        return f"bỏ “{_short(quote.strip())}”"
    return f"sửa “{_short(quote.strip())}” thành “{replacement.strip()}”"


def _short(words: str) -> str:
    """One paragraph, cut at a word when it is long."""
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST].rpartition(' ')[0] or line[:_LONGEST]}…"
