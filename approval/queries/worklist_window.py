"""Which comments of a round the worklist shows now: of thousands only what decides their order is read."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from approval.domain.anchors import Anchor
from approval.domain.worklist_order import (
    Entry,
    PartEntries,
    cut,
    in_working_order,
    next_waiting,
    only_waiting,
    page_order,
    sizes,
)
from approval.models.comment import Comment
from approval.models.comment_answer import CommentAnswer
from approval.models.pledge_party import PledgeParty
from approval.models.pledge_revision import PledgeRevision

# As many comments as one person still takes in on one page; a larger round is shown part by part, page by page.
MOST_ON_ONE_PAGE = 30
PAGE_SIZE = 10
# Columns of tables, not of mapped classes: reading two thousand rows takes half the time.
_COMMENT, _ANSWER = Comment.__table__.c, CommentAnswer.__table__.c
_REVISION, _PARTY = PledgeRevision.__table__.c, PledgeParty.__table__.c
_STANDING = (
    _COMMENT.pledge_id == bindparam("pledge_id"),
    _REVISION.number.in_(bindparam("numbers", expanding=True)),
    _COMMENT.withdrawn_at.is_(None),
)
_FROM = (
    Comment.__table__.join(PledgeRevision.__table__, _REVISION.id == _COMMENT.revision_id)
    .join(PledgeParty.__table__, _PARTY.id == _COMMENT.party_id)
    .outerjoin(CommentAnswer.__table__, (_ANSWER.comment_id == _COMMENT.id) & _ANSWER.superseded_at.is_(None))
)
_COUNTS = (
    select(_REVISION.number, _COMMENT.anchor, func.count(), func.count().filter(_ANSWER.id.is_(None)))
    .select_from(_FROM)
    .where(*_STANDING)
    .group_by(_REVISION.number, _COMMENT.anchor)
)
_ENTRIES = (
    select(
        *(_COMMENT.id, _REVISION.number, _COMMENT.anchor, _PARTY.position, _COMMENT.quote_start),
        *(func.length(_COMMENT.quote), _COMMENT.replacement.is_not(None), _ANSWER.id.is_(None)),
    )
    .select_from(_FROM)
    .where(*_STANDING, _COMMENT.anchor.in_(bindparam("anchors", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """What of the work is asked for. `round` None is the newest, 0 all; `part` and `page` matter in a large round.

    `in_focus` is the comment a person is at: it keeps its place and stays on the page although it waits no more.
    """

    round: int | None = None
    only_waiting: bool = False
    part: str = ""
    page: int = 1
    in_focus: int | None = None


@dataclass(frozen=True, slots=True)
class WorkPlace:
    """Where a comment stands in the worklist; `comment_id` None for the top of a part."""

    comment_id: int | None
    part: str
    page: int


@dataclass(frozen=True, slots=True)
class PartCount:
    """How many comments one part of the draft has (`here` None: parts it no longer has), and where they were made."""

    here: Anchor | None
    total: int
    waiting: int
    made_on: frozenset[tuple[int, str]]

    @property
    def key(self) -> str:
        """How an address names the part: "clause:3"; "gone" for what the draft no longer has."""
        return "gone" if self.here is None else str(self.here)


@dataclass(frozen=True, slots=True)
class WorkWindow:
    """`parts`: all that are listed, in the order of the page; `on_page`: the comments shown of them, by part.

    `part` is "" when every part is shown whole. `together` counts for each comment how many stand in its group.
    """

    total: int
    waiting: int
    parts: tuple[PartCount, ...]
    on_page: Mapping[Anchor | None, PartEntries]
    together: Mapping[int, int]
    part: str
    page: int
    page_count: int
    following: WorkPlace | None


@dataclass(frozen=True, slots=True)
class WorkSource:
    """Where the comments come from: a pledge, and by revision number what each part commented on has become."""

    pledge_id: uuid.UUID
    now_at: Mapping[int, Mapping[Anchor, Anchor]]


def load_window(session: Session, source: WorkSource, asked: WorkFilter) -> WorkWindow:
    """What is shown, in two statements."""
    counts = _counts(session, source)
    total, waiting = sum(part.total for part in counts), sum(part.waiting for part in counts)
    if total <= MOST_ON_ONE_PAGE:
        return _whole(session, source, asked, counts)
    listed = [part for part in counts if part.waiting or not asked.only_waiting or part.key == asked.part] or counts
    first = next((part for part in listed if part.waiting), listed[0])
    chosen = next((part for part in listed if part.key == asked.part), first)
    (ordered,) = _ordered(session, source, asked, [chosen]) or (PartEntries(chosen.here, ()),)
    page_count = max(-(-len(ordered.entries) // PAGE_SIZE), 1)
    page = min(max(asked.page, 1), page_count)
    shown = PartEntries(chosen.here, cut(ordered.groups, first=(page - 1) * PAGE_SIZE, size=PAGE_SIZE))
    return WorkWindow(
        total=total,
        waiting=waiting,
        parts=tuple(listed),
        on_page={chosen.here: shown},
        together=sizes([ordered]),
        part=chosen.key,
        page=page,
        page_count=page_count,
        following=_following(ordered, chosen, listed, asked),
    )


def _whole(session: Session, source: WorkSource, asked: WorkFilter, counts: Sequence[PartCount]) -> WorkWindow:
    """A round small enough for one page."""
    ordered = _ordered(session, source, asked, counts)
    following = next_waiting(ordered, after=asked.in_focus)
    on_page = {part.here: part for part in ordered}
    return WorkWindow(
        total=sum(part.total for part in counts),
        waiting=sum(part.waiting for part in counts),
        parts=tuple(part for part in counts if part.here in on_page),
        on_page=on_page,
        together=sizes(ordered),
        part="",
        page=1,
        page_count=1,
        following=None if following is None else WorkPlace(following.id, "", 1),
    )


def _following(
    ordered: PartEntries, chosen: PartCount, listed: Sequence[PartCount], asked: WorkFilter
) -> WorkPlace | None:
    """On within the part while something waits there, then to the next part where something does."""
    entry = next_waiting([ordered], after=asked.in_focus)
    if entry is not None:
        return WorkPlace(entry.id, chosen.key, ordered.entries.index(entry) // PAGE_SIZE + 1)
    place = listed.index(chosen)
    others = (*listed[place + 1 :], *listed[:place])
    return next((WorkPlace(None, part.key, 1) for part in others if part.waiting), None)


def _counts(session: Session, source: WorkSource) -> list[PartCount]:
    rows = session.execute(_COUNTS, {"pledge_id": source.pledge_id, "numbers": sorted(source.now_at)})
    found: dict[Anchor | None, list[tuple[int, str, int, int]]] = {}
    for number, written, total, waiting in rows:
        here = source.now_at[number].get(Anchor.parse(written))
        found.setdefault(here, []).append((number, written, total, waiting))
    return [
        PartCount(
            here,
            sum(total for _, _, total, _ in made),
            sum(waiting for _, _, _, waiting in made),
            frozenset((number, written) for number, written, _, _ in made),
        )
        for here, made in sorted(found.items(), key=lambda item: page_order(item[0]))
    ]


def _ordered(
    session: Session, source: WorkSource, asked: WorkFilter, wanted: Sequence[PartCount]
) -> tuple[PartEntries, ...]:
    """The comments of these parts in working order, as far as the filter leaves them."""
    here_of = {made: part.here for part in wanted for made in part.made_on}
    anchors = {written: Anchor.parse(written) for _, written in here_of}
    rows = session.execute(
        _ENTRIES,
        {"pledge_id": source.pledge_id, "numbers": sorted({n for n, _ in here_of}), "anchors": sorted(anchors)},
    )
    entries = [
        Entry(one, number, anchors[written], here_of[number, written], position, start, (start or 0) + length, *rest)
        for one, number, written, position, start, length, *rest in rows
        if (number, written) in here_of
    ]
    parts = in_working_order(entries, in_focus=asked.in_focus)
    return only_waiting(parts, also=asked.in_focus) if asked.only_waiting else parts
