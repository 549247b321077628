"""The notes in the margin of a pledge page: how many comments each part has, and the few of them that are drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy import Row, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from approval.domain.anchors import Anchor
from approval.domain.states import AnswerKind
from approval.models.comment import Comment
from approval.models.comment_answer import CommentAnswer
from approval.models.pledge_revision import PledgeRevision
from approval.queries.comment_places import CommentPlaces, Remark, places_on
from approval.queries.comment_threads import load_threads
from approval.queries.pledge_page import PledgePage

# Two thousand comments are no reading: a part shows a few, the reader's own and the unanswered ones first, and the
# page as a whole no more than a person takes in. The rest is behind one link a part.
FEW_OF_A_PART = 3
MOST_ON_A_PAGE = 36

_CountRow: TypeAlias = Row[int, str, str, int, int, int]
_MINE = Comment.party_id == bindparam("party_id")
_ANSWERED = and_(CommentAnswer.comment_id == Comment.id, CommentAnswer.superseded_at.is_(None))
_STANDING = (
    Comment.pledge_id == bindparam("pledge_id"),
    PledgeRevision.number.in_(bindparam("numbers", expanding=True)),
    Comment.withdrawn_at.is_(None),
    # Words given with an answer stand on the board while it shows that answer.
    or_(
        Comment.verdict_words.is_(False),
        CommentAnswer.id.is_not(None),
        PledgeRevision.number != bindparam("current"),
    ),
)
_COUNTS = (
    select(
        PledgeRevision.number,
        Comment.anchor,
        CommentAnswer.kind,
        func.count().label("all"),
        func.count().filter(_MINE).label("mine"),
        func.count().filter(_MINE, Comment.verdict_words.is_(False)).label("mine_on_parts"),
    )
    .select_from(Comment)
    .join(PledgeRevision, PledgeRevision.id == Comment.revision_id)
    .outerjoin(CommentAnswer, _ANSWERED)
    .where(*_STANDING)
    .group_by(PledgeRevision.number, Comment.anchor, CommentAnswer.kind)
)


def _few() -> Select[int]:
    """Ids of the comments to draw: the reader's own first, then the first of every part, then the second …"""
    mine_first = case((_MINE, 0), else_=1)
    waiting_first = case((CommentAnswer.id.is_(None), 0), else_=1)
    place = func.row_number().over(
        partition_by=(Comment.revision_id, Comment.anchor),
        order_by=(mine_first, waiting_first, Comment.created_at, Comment.id),
    )
    ranked = (
        select(Comment.id, place.label("place"), mine_first.label("of_others"), PledgeRevision.number)
        .select_from(Comment)
        .join(PledgeRevision, PledgeRevision.id == Comment.revision_id)
        .outerjoin(CommentAnswer, _ANSWERED)
        .where(*_STANDING)
        .subquery()
    )
    return (
        select(ranked.c.id)
        .where(ranked.c.place <= FEW_OF_A_PART)
        .order_by(ranked.c.of_others, ranked.c.place, ranked.c.number.desc(), ranked.c.id)
        .limit(MOST_ON_A_PAGE)
    )


_FEW = _few()


@dataclass(frozen=True, slots=True)
class PartNotes:
    """The comments that belong to one part of the text shown; `shown` are the ones drawn."""

    count: int
    waiting: int
    shown: tuple[Remark, ...]

    @property
    def has_mine(self) -> bool:
        """Whether one of those drawn is the reader's own."""
        return any(remark.is_mine for remark in self.shown)


@dataclass(frozen=True, slots=True)
class PledgeNotes:
    """All comments of the current revision and the one before it, by the part of the text shown.

    `mine` are the reader's own on parts of the current revision as far as they are drawn, `mine_count` counts all of
    them; `mine_before` and `answers_before` the same for the revision before, with what became of them (None: waiting).
    """

    parts: Mapping[Anchor, PartNotes] = field(default_factory=dict)
    mine: tuple[Remark, ...] = ()
    mine_count: int = 0
    mine_before: tuple[Remark, ...] = ()
    answers_before: Mapping[AnswerKind | None, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many comments there are."""
        return sum(part.count for part in self.parts.values())

    @property
    def waiting(self) -> int:
        """How many of them nobody has answered."""
        return sum(part.waiting for part in self.parts.values())


def load_pledge_notes(session: Session, page: PledgePage) -> PledgeNotes:
    """The notes of a page, in the same number of statements however many comments there are."""
    places = places_on(page)
    if not places.numbers:
        return PledgeNotes()
    party_id = page.mine.party_id if page.mine else None
    asked = {"pledge_id": page.id, "numbers": list(places.numbers), "current": places.numbers[0], "party_id": party_id}
    threads = load_threads(session, session.scalars(_FEW, asked).all())
    drawn = [places.remark(thread, party_id=party_id) for thread in threads]
    drawn.sort(key=lambda remark: (-remark.thread.revision_number, not remark.is_mine, remark.thread.id))
    return _by_part(session.execute(_COUNTS, asked).all(), drawn, places)


def _by_part(rows: Sequence[_CountRow], drawn: Sequence[Remark], places: CommentPlaces) -> PledgeNotes:
    counts: Counter[Anchor] = Counter()
    waiting: Counter[Anchor] = Counter()
    answers: Counter[AnswerKind | None] = Counter()
    mine = 0
    for row in rows:
        here = places.here(row.number, Anchor.parse(row.anchor))
        counts[here] += row.all
        waiting[here] += 0 if row.kind else row.all
        if row.number == places.numbers[0]:
            mine += row.mine_on_parts
        elif row.mine:
            answers[AnswerKind(row.kind) if row.kind else None] += row.mine
    own = [remark for remark in drawn if remark.is_mine]
    return PledgeNotes(
        parts={
            here: PartNotes(counts[here], waiting[here], tuple(remark for remark in drawn if remark.here == here))
            for here in counts
        },
        mine=tuple(remark for remark in own if _is_current(remark, places) and not remark.thread.verdict_words),
        mine_count=mine,
        mine_before=tuple(remark for remark in own if not _is_current(remark, places)),
        answers_before=answers,
    )


def _is_current(remark: Remark, places: CommentPlaces) -> bool:
    return remark.thread.revision_number == places.numbers[0]
