"""Comments to read one after the other: of a part, of an agency, those without an answer; a page of them at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Select, and_, func, select, tuple_
from sqlalchemy.orm import Session

from approval.domain.anchors import Anchor
from approval.domain.errors import NotFoundError
from approval.models.comment import Comment
from approval.models.comment_answer import CommentAnswer
from approval.models.pledge_party import PledgeParty
from approval.models.pledge_revision import PledgeRevision
from approval.queries.comment_places import CommentPlaces, Remark, places_on
from approval.queries.comment_threads import load_threads
from approval.queries.pledge_page import PledgePage

PAGE_LENGTH = 30

_Columns: TypeAlias = Select[*tuple[Any, ...]]
_ANSWERED = and_(CommentAnswer.comment_id == Comment.id, CommentAnswer.superseded_at.is_(None))


@dataclass(frozen=True, slots=True)
class CommentChoice:
    """Which comments: None (and False) where a thing does not matter. `here` is a part of the text shown."""

    here: Anchor | None = None
    position: int | None = None
    waiting: bool = False
    number: int = 1


@dataclass(frozen=True, slots=True)
class _Group:
    """How many of the comments chosen were `written` on one part of revision `number`, and where that stands now."""

    here: Anchor
    number: int
    written: str
    count: int


@dataclass(frozen=True, slots=True)
class CommentList:
    """One page of the comments chosen, in the order of the text; `number` of `pages` counts from 1."""

    remarks: tuple[Remark, ...]
    count: int
    number: int
    pages: int


def load_comment_list(session: Session, page: PledgePage, choice: CommentChoice) -> CommentList:
    """Standing comments of the revisions that the pledge page shows; the nearest page when there are not so many."""
    places = places_on(page)
    groups = [group for group in _groups(session, page, places, choice) if choice.here in {None, group.here}]
    count = sum(group.count for group in groups)
    pages = max(1, -(-count // PAGE_LENGTH))
    number = min(max(choice.number, 1), pages)
    ids = _ids(session, page, choice, groups, first=(number - 1) * PAGE_LENGTH)
    return CommentList(_remarks(session, page, places, ids), count, number, pages)


def load_remark(session: Session, page: PledgePage, comment_id: int) -> Remark:
    """One comment of this pledge, of whatever revision. Raises NotFoundError when there is none, or no longer."""
    found = load_threads(session, [comment_id])
    known = session.scalar(select(Comment.id).where(Comment.id == comment_id, Comment.pledge_id == page.id))
    if known is None or found[0].withdrawn_at is not None:
        raise NotFoundError(
            "comment-not-found",
            "Không tìm thấy góp ý này; có thể cơ quan góp ý đã rút. Mở lại trang văn bản để xem các góp ý hiện có.",
            "No such comment; its agency may have taken it back. Open the pledge to see the comments there are.",
        )
    return places_on(page).remark(found[0], party_id=page.mine.party_id if page.mine else None)


def _groups(session: Session, page: PledgePage, places: CommentPlaces, choice: CommentChoice) -> list[_Group]:
    """The comments chosen, counted part by part as the parts stand on the page; of one part the newest revision first.

    There are two thousand comments in some rounds, but never many parts.
    """
    query = _chosen(select(PledgeRevision.number, Comment.anchor, func.count()), page, places, choice)
    rows = session.execute(query.group_by(PledgeRevision.number, Comment.anchor))
    groups = [
        _Group(places.here(number, Anchor.parse(written)), number, written, count) for number, written, count in rows
    ]
    return sorted(groups, key=lambda group: (group.here.order, -group.number, Anchor.parse(group.written).order))


def _ids(
    session: Session, page: PledgePage, choice: CommentChoice, groups: Sequence[_Group], *, first: int
) -> list[int]:
    """The ids from place `first` on, a page of them; only the parts that reach into the page are read."""
    needed: list[_Group] = []
    skipped = passed = 0
    for group in groups:
        if passed + group.count <= first:
            skipped += group.count
        elif passed < first + PAGE_LENGTH:
            needed.append(group)
        passed += group.count
    place = {(group.number, group.written): index for index, group in enumerate(needed)}
    query = _chosen(select(Comment.id, PledgeRevision.number, Comment.anchor), page, places_on(page), choice)
    query = query.where(tuple_(PledgeRevision.number, Comment.anchor).in_(list(place)))
    rows = sorted(session.execute(query).all(), key=lambda row: (place[row.number, row.anchor], row.id))
    return [row.id for row in rows[first - skipped : first - skipped + PAGE_LENGTH]]


def _chosen(query: _Columns, page: PledgePage, places: CommentPlaces, choice: CommentChoice) -> _Columns:
    query = (
        query.select_from(Comment)
        .join(PledgeRevision, PledgeRevision.id == Comment.revision_id)
        .join(PledgeParty, PledgeParty.id == Comment.party_id)
        .where(
            Comment.pledge_id == page.id,
            PledgeRevision.number.in_(places.numbers),
            Comment.withdrawn_at.is_(None),
        )
    )
    if choice.position is not None:
        query = query.where(PledgeParty.position == choice.position)
    if choice.waiting:
        query = query.outerjoin(CommentAnswer, _ANSWERED).where(CommentAnswer.id.is_(None))
    return query


def _remarks(session: Session, page: PledgePage, places: CommentPlaces, ids: Sequence[int]) -> tuple[Remark, ...]:
    party_id = page.mine.party_id if page.mine else None
    return tuple(places.remark(thread, party_id=party_id) for thread in load_threads(session, ids))
