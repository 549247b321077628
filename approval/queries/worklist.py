"""The coordinator's worklist: every comment of a round beside the words it is about, and what can be done with it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from approval.domain.anchors import PARAGRAPH_BREAK, Anchor, AnchorPart, anchors_of, words_at
from approval.domain.pledge_text import PledgeText
from approval.domain.states import Action, State
from approval.domain.transitions import allowed_actions
from approval.models.pledge import Pledge
from approval.models.pledge_revision import PledgeRevision
from approval.queries.comment_threads import load_threads
from approval.queries.opinion_table import no_such_round
from approval.queries.revision_text import parse_text
from approval.queries.suggestion_places import parts_now
from approval.queries.visible_pledge import Viewer, load_visible_pledge
from approval.queries.work_items import WorkGroup, WorkItem, work_items
from approval.queries.worklist_window import PartCount, WorkFilter, WorkPlace, WorkSource, WorkWindow, load_window

_REVISIONS = (
    select(PledgeRevision.number, PledgeRevision.round, PledgeRevision.content)
    .where(PledgeRevision.pledge_id == bindparam("pledge_id"))
    .order_by(PledgeRevision.number)
)


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
class Worklist:
    """All for the page. `rounds` are those that can be chosen; `shown` is the part whose comments are listed, ""
    when the round is small enough to list all; `places` are the parts an answer can name as where it shows.
    """

    id: uuid.UUID
    title: str
    state: State
    round: int
    version: int
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
    now_at = {number: parts_now(texts[number], draft) for number in _numbers(rounds, asked.round)}
    window = load_window(session, WorkSource(pledge.id, now_at), asked)
    items = _items(session, pledge, window, texts, draft)
    return Worklist(
        id=pledge.id,
        title=pledge.title,
        state=State(pledge.state),
        round=pledge.round,
        version=pledge.version,
        actions=allowed_actions(State(pledge.state), viewer.role),
        rounds=tuple(sorted(set(rounds.values()))),
        asked=asked,
        total=window.total,
        waiting=window.waiting,
        parts=tuple(_part(part, window, items, draft) for part in window.parts),
        shown=window.part,
        page=window.page,
        page_count=window.page_count,
        next_waiting=window.following,
        places=tuple(anchor for anchor in anchors_of(draft) if anchor.part is not AnchorPart.PARTY),
    )


def _numbers(rounds: Mapping[int, int], asked: int | None) -> list[int]:
    """The revision numbers of the rounds asked for."""
    if not rounds or asked == 0:
        return sorted(rounds)
    wanted = max(rounds.values()) if asked is None else asked
    numbers = sorted(number for number, round_number in rounds.items() if round_number == wanted)
    if not numbers:
        raise no_such_round()
    return numbers


def _items(
    session: Session, pledge: Pledge, window: WorkWindow, texts: Mapping[int, PledgeText], draft: PledgeText
) -> dict[int, WorkItem]:
    shown = window.on_page.values()
    threads = load_threads(session, [entry.id for part in shown for entry in part.entries])
    return work_items(pledge, shown, {thread.id: thread for thread in threads}, texts, draft)


def _part(part: PartCount, window: WorkWindow, items: Mapping[int, WorkItem], draft: PledgeText) -> WorkPart:
    shown = window.on_page.get(part.here)
    words = words_at(draft, part.here) if part.here and shown else ""
    return WorkPart(
        key=part.key,
        label=part.here.label if part.here else "Phần không còn trong dự thảo",
        paragraphs=tuple(words.split(PARAGRAPH_BREAK)) if words else (),
        total=part.total,
        waiting=part.waiting,
        groups=tuple(
            WorkGroup(tuple(items[entry.id] for entry in group.entries), window.together[group.entries[0].id])
            for group in (shown.groups if shown else ())
        ),
    )
