"""The coordinator's worklist: every comment of a round beside the words it is about, and what can be done with it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from approval.domain.anchors import PARAGRAPH_BREAK, Anchor, AnchorPart, anchors_of, words_at
from approval.domain.pledge_text import PledgeText
from approval.domain.states import Action, State
from approval.domain.transitions import allowed_actions
from approval.domain.worklist_order import (
    Entry,
    PartEntries,
    cut,
    in_working_order,
    next_waiting,
    only_waiting,
    page_of,
    sizes,
)
from approval.models.comment import Comment
from approval.models.comment_answer import CommentAnswer
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.models.pledge_revision import PledgeRevision
from approval.queries.comment_counts import CURRENT_ANSWER
from approval.queries.comment_threads import load_threads
from approval.queries.opinion_table import no_such_round
from approval.queries.revision_text import parse_text
from approval.queries.suggestion_places import parts_now
from approval.queries.visible_pledge import Viewer, load_visible_pledge
from approval.queries.work_items import WorkGroup, WorkItem, work_items

# As many comments as one person still takes in on one page; a larger round is shown part by part, page by page.
MOST_ON_ONE_PAGE = 30
PAGE_SIZE = 10
_REVISIONS = (
    select(PledgeRevision.number, PledgeRevision.round, PledgeRevision.content)
    .where(PledgeRevision.pledge_id == bindparam("pledge_id"))
    .order_by(PledgeRevision.number)
)
# Of thousands of comments only what decides their order; the words of those on the page come after.
_ENTRIES = (
    select(
        Comment.id,
        PledgeRevision.number,
        Comment.anchor,
        PledgeParty.position,
        Comment.quote_start,
        func.length(Comment.quote),
        Comment.replacement.is_not(None),
        CommentAnswer.id.is_(None),
    )
    .join(PledgeRevision, PledgeRevision.id == Comment.revision_id)
    .join(PledgeParty, PledgeParty.id == Comment.party_id)
    .outerjoin(CommentAnswer, CURRENT_ANSWER)
    .where(
        Comment.pledge_id == bindparam("pledge_id"),
        PledgeRevision.number.in_(bindparam("numbers", expanding=True)),
        Comment.withdrawn_at.is_(None),
    )
)


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """What of the work is asked for. `round` None is the newest, 0 all; `part` and `page` matter in a large round.

    `just_answered` stays on the page although it waits no more.
    """

    round: int | None = None
    only_waiting: bool = False
    part: str = ""
    page: int = 1
    just_answered: int | None = None


@dataclass(frozen=True, slots=True)
class WorkPart:
    """One part of the draft: its words now, how many comments, and those on this page ("" words when it is gone)."""

    key: str
    label: str
    paragraphs: tuple[str, ...]
    total: int
    waiting: int
    groups: tuple[WorkGroup, ...]


@dataclass(frozen=True, slots=True)
class WorkPlace:
    """Where a comment stands in the worklist."""

    comment_id: int
    part: str
    page: int


@dataclass(frozen=True, slots=True)
class Worklist:
    """All for the page. `rounds` are those that can be chosen; `shown` is the part whose comments are listed, ""
    when the round is small enough to list all; `places` are the parts an answer can name as where it shows.
    """

    id: uuid.UUID
    title: str
    state: State
    round: int
    version: int
    revision_number: int
    actions: frozenset[Action]
    rounds: tuple[int, ...]
    asked: WorkFilter
    total: int
    waiting: int
    parts: tuple[WorkPart, ...]
    shown: str
    page: int
    page_count: int
    next_waiting: WorkPlace | None
    places: tuple[Anchor, ...]

    @property
    def answered(self) -> int:
        """How many comments have an answer."""
        return self.total - self.waiting

    @property
    def items(self) -> tuple[WorkItem, ...]:
        """The comments on this page."""
        return tuple(item for part in self.parts for group in part.groups for item in group.items)


def load_worklist(session: Session, viewer: Viewer, pledge_id: uuid.UUID, asked: WorkFilter) -> Worklist:
    """The worklist in a fixed number of statements. Raises NotFoundError, also for a round that never was."""
    pledge, _bloc = load_visible_pledge(session, viewer, pledge_id)
    revisions = session.execute(_REVISIONS, {"pledge_id": pledge.id}).all()
    rounds = {row.number: row.round for row in revisions}
    draft = parse_text(pledge.draft_content)
    texts = {row.number: parse_text(row.content) for row in revisions}
    numbers = _numbers(rounds, asked.round)
    entries = _entries(session, pledge, {number: texts[number] for number in numbers}, draft)
    everything = in_working_order(entries, just_answered=asked.just_answered)
    listed = only_waiting(everything, also=asked.just_answered) if asked.only_waiting else everything
    window = _Window.of(listed, asked)
    items = _items(session, pledge, window, texts, draft)
    whole = {part.here: part for part in everything}
    following = next_waiting(listed, after=asked.just_answered)
    return Worklist(
        id=pledge.id,
        title=pledge.title,
        state=State(pledge.state),
        round=pledge.round,
        version=pledge.version,
        revision_number=pledge.revision_number,
        actions=allowed_actions(State(pledge.state), viewer.role),
        rounds=tuple(sorted(set(rounds.values()))),
        asked=asked,
        total=len(entries),
        waiting=sum(1 for entry in entries if entry.waits),
        parts=tuple(_part(part, whole[part.here], draft, window.groups(part, items)) for part in listed),
        shown=window.part,
        page=window.page,
        page_count=window.page_count,
        next_waiting=None if following is None else window.place(following),
        places=tuple(anchor for anchor in anchors_of(draft) if anchor.part is not AnchorPart.PARTY),
    )


@dataclass(frozen=True, slots=True)
class _Window:
    """What of the ordered work is on the page: everything, or one page of one part."""

    parts: tuple[PartEntries, ...]
    part: str
    page: int
    page_count: int

    @classmethod
    def of(cls, parts: tuple[PartEntries, ...], asked: WorkFilter) -> _Window:
        if sum(len(part.entries) for part in parts) <= MOST_ON_ONE_PAGE:
            return cls(parts, "", 1, 1)
        keys = [part_key(part.here) for part in parts]
        wanted = next((part for part in parts if any(group.waits for group in part.groups)), parts[0])
        key = asked.part if asked.part in keys else part_key(wanted.here)
        count = -(-len(parts[keys.index(key)].entries) // PAGE_SIZE)
        return cls(parts, key, min(max(asked.page, 1), count), count)

    def shown(self, part: PartEntries) -> PartEntries:
        """The comments of a part that are on the page."""
        if not self.part:
            return part
        if part_key(part.here) != self.part:
            return PartEntries(part.here, ())
        return PartEntries(part.here, cut(part.groups, first=(self.page - 1) * PAGE_SIZE, size=PAGE_SIZE))

    def groups(self, part: PartEntries, items: Mapping[int, WorkItem]) -> tuple[WorkGroup, ...]:
        """The same as they are shown, with how many stand together in all."""
        together = sizes([part])
        return tuple(
            WorkGroup(tuple(items[entry.id] for entry in group.entries), together[group.entries[0].id])
            for group in self.shown(part).groups
        )

    def place(self, entry: Entry) -> WorkPlace:
        """Where a comment stands."""
        if not self.part:
            return WorkPlace(entry.id, "", 1)
        part = next(one for one in self.parts if one.here == entry.here)
        return WorkPlace(entry.id, part_key(entry.here), page_of(part.entries, entry.id, size=PAGE_SIZE))


def part_key(here: Anchor | None) -> str:
    """How an address names a part: "clause:3"; "gone" for what the draft no longer has."""
    return "gone" if here is None else str(here)


def _numbers(rounds: Mapping[int, int], asked: int | None) -> list[int]:
    """The revision numbers of the rounds asked for."""
    if not rounds or asked == 0:
        return sorted(rounds)
    wanted = max(rounds.values()) if asked is None else asked
    numbers = sorted(number for number, round_number in rounds.items() if round_number == wanted)
    if not numbers:
        raise no_such_round()
    return numbers


def _entries(session: Session, pledge: Pledge, texts: Mapping[int, PledgeText], draft: PledgeText) -> tuple[Entry, ...]:
    rows = session.execute(_ENTRIES, {"pledge_id": pledge.id, "numbers": sorted(texts)})
    now = {number: parts_now(text, draft) for number, text in texts.items()}
    known: dict[str, Anchor] = {}
    found = []
    for comment_id, number, written, position, start, length, suggests, waits in rows:
        anchor = known.get(written) or known.setdefault(written, Anchor.parse(written))
        here = now[number].get(anchor)
        stop = (start or 0) + length
        found.append(Entry(comment_id, number, anchor, here, position, start, stop, suggests, waits))
    return tuple(found)


def _items(
    session: Session, pledge: Pledge, window: _Window, texts: Mapping[int, PledgeText], draft: PledgeText
) -> dict[int, WorkItem]:
    shown = [window.shown(part) for part in window.parts]
    threads = load_threads(session, [entry.id for part in shown for entry in part.entries])
    return work_items(pledge, shown, {thread.id: thread for thread in threads}, texts, draft)


def _part(part: PartEntries, whole: PartEntries, draft: PledgeText, groups: Sequence[WorkGroup]) -> WorkPart:
    """`whole` has all comments of the part, `part` those the filter leaves."""
    waiting = sum(1 for entry in whole.entries if entry.waits)
    words = words_at(draft, part.here) if part.here else ""
    return WorkPart(
        key=part_key(part.here),
        label=part.here.label if part.here else "Phần không còn trong dự thảo",
        paragraphs=tuple(words.split(PARAGRAPH_BREAK)) if words else (),
        total=len(whole.entries),
        waiting=waiting,
        groups=tuple(groups),
    )
