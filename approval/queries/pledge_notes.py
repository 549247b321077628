"""The notes in the margin of a pledge page: how many comments each part has, and the few of them that are drawn."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import Row, and_, bindparam, case, func, or_, select, tuple_
from sqlalchemy.orm import Session

from approval.domain.anchors import Anchor
from approval.domain.states import AnswerKind
from approval.models.comment import Comment
from approval.models.comment_answer import CommentAnswer
from approval.models.pledge_revision import PledgeRevision
from approval.queries.comment_places import CommentPlaces, Remark, places_on
from approval.queries.comment_threads import load_threads
from approval.queries.pledge_page import PledgePage

# What a person reads in one sitting is drawn whole. Two thousand comments are no reading: of a part with many of them
# the page then draws the first that waits and the reader's own, and not many in all. The rest is behind a link a part.
READABLE = 40
FEW = 3
MOST_OF_MANY = 12

_CountRow: TypeAlias = Row[int, str, str, int, int, int, int]
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
        func.min(Comment.id).label("first"),
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


_DRAWN = (
    select(Comment.id)
    .join(PledgeRevision, PledgeRevision.id == Comment.revision_id)
    .outerjoin(CommentAnswer, _ANSWERED)
    .where(
        *_STANDING,
        or_(
            _MINE,
            Comment.id.in_(bindparam("firsts", expanding=True)),
            tuple_(PledgeRevision.number, Comment.anchor).in_(bindparam("few", expanding=True)),
        ),
    )
    .order_by(case((_MINE, 0), else_=1), PledgeRevision.number.desc(), Comment.id)
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class PartNotes:
    """The comments that belong to one part of the text shown; `shown` are the ones drawn."""

    count: int
    waiting: int
    shown: tuple[Remark, ...]


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
    asked = {"pledge_id": page.id, "numbers": places.numbers, "current": places.numbers[0], "party_id": party_id}
    rows = session.execute(_COUNTS, asked).all()
    threads = load_threads(session, session.scalars(_DRAWN, {**asked, **_worth_drawing(rows, places)}).all())
    return _by_part(rows, [places.remark(thread, party_id=party_id) for thread in threads], places)


def _worth_drawing(rows: Sequence[_CountRow], places: CommentPlaces) -> dict[str, Any]:
    """What to draw: all; else the parts with few comments, and the first comment of the others."""
    if sum(row.all for row in rows) <= READABLE:
        return {"firsts": [], "few": [(row.number, row.anchor) for row in rows], "most": READABLE}
    by_part: dict[Anchor, list[_CountRow]] = defaultdict(list)
    for row in rows:
        by_part[places.here(row.number, Anchor.parse(row.anchor))].append(row)
    firsts, few = [], []
    for found in by_part.values():
        if sum(row.all for row in found) <= FEW:
            few += [(row.number, row.anchor) for row in found]
        else:
            firsts.append(min(found, key=lambda row: (row.kind is not None, row.first)).first)
    return {"firsts": firsts, "few": few, "most": MOST_OF_MANY}


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
    shown: dict[Anchor, list[Remark]] = defaultdict(list)
    for remark in drawn:
        shown[remark.here].append(remark)
    own = [remark for remark in drawn if remark.is_mine]
    return PledgeNotes(
        parts={
            here: PartNotes(counts[here], waiting[here], tuple(shown[here]))
            for here in sorted(counts, key=lambda here: here.order)
        },
        mine=tuple(remark for remark in own if _is_current(remark, places) and not remark.thread.verdict_words),
        mine_count=mine,
        mine_before=tuple(remark for remark in own if not _is_current(remark, places)),
        answers_before=answers,
    )


def _is_current(remark: Remark, places: CommentPlaces) -> bool:
    return remark.thread.revision_number == places.numbers[0]
