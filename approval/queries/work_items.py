"""One comment of the worklist: what it says, what the draft says there now, and which of the coordinator's acts fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from approval.domain.anchors import Anchor, AnchorPart
from approval.domain.pledge_text import PledgeText
from approval.domain.review_commands import Suggestion
from approval.domain.states import State
from approval.domain.word_diff import DiffRun, diff_words
from approval.domain.worklist_order import EntryGroup, PartEntries
from approval.models.pledge import Pledge
from approval.queries.comment_threads import CommentThread
from approval.queries.suggestion_places import can_be_taken


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A comment in the worklist. `redline`: the quoted words turning into the suggested ones, () without suggestion.

    `answerable`: of the newest round. `takeable`: one click puts the suggestion into the draft; `obstacle` says why
    not ("" where nobody would ask). `came_from` names the part it was written about when that is another one now.
    `place` is what the answer's form offers as where it shows.
    """

    thread: CommentThread
    redline: tuple[DiffRun, ...]
    answerable: bool
    takeable: bool
    obstacle: str
    came_from: str
    place: Anchor | None

    @property
    def waits(self) -> bool:
        """Whether nobody has answered."""
        return self.thread.answer is None


@dataclass(frozen=True, slots=True)
class WorkGroup:
    """Comments to be weighed together as far as they are on the page; `size` counts all of them."""

    items: tuple[WorkItem, ...]
    size: int


def work_items(
    pledge: Pledge,
    parts: Iterable[PartEntries],
    threads: Mapping[int, CommentThread],
    texts: Mapping[int, PledgeText],
    draft: PledgeText,
) -> dict[int, WorkItem]:
    """The items of these parts by the comment's id; `texts` by revision number."""
    found = {}
    for part in parts:
        for group in part.groups:
            taken = _taken(group, threads)
            for entry in group.entries:
                thread = threads[entry.id]
                answerable = thread.revision_number == pledge.revision_number
                fits = answerable and _fits(thread, texts[thread.revision_number], draft)
                obstacle = "" if fits or not answerable or _is_settled(thread) else _obstacle(part.here, taken)
                found[entry.id] = WorkItem(
                    thread=thread,
                    redline=() if thread.replacement is None else diff_words(thread.quote, thread.replacement),
                    answerable=answerable,
                    takeable=fits and pledge.state == State.DRAFT.value,
                    obstacle=obstacle,
                    came_from=_came_from(thread, part.here),
                    place=thread.answer.place if thread.answer else _offered(part.here),
                )
    return found


def _is_settled(thread: CommentThread) -> bool:
    """Whether there is nothing to take, or it is taken."""
    return thread.replacement is None or (thread.answer is not None and thread.answer.taken)


def _fits(thread: CommentThread, text: PledgeText, draft: PledgeText) -> bool:
    """Whether the suggestion could be put into the draft as it is."""
    if thread.replacement is None or thread.quote_start is None or _is_settled(thread):
        return False
    suggestion = Suggestion(thread.quote_start, thread.quote, thread.replacement)
    return can_be_taken(text, draft, thread.anchor, suggestion)


def _taken(group: EntryGroup, threads: Mapping[int, CommentThread]) -> str:
    """The agency whose suggestion for the same words is in the draft, "" while none is."""
    rows = (threads[entry.id] for entry in group.entries)
    return next((row.agency_name for row in rows if row.answer and row.answer.taken), "")


def _obstacle(here: Anchor | None, taken: str) -> str:
    if here is None:
        return "Phần được góp ý không còn trong dự thảo."
    if taken:
        return f"Không còn áp dụng được: chỗ này đã sửa theo đề nghị của {taken}."
    return "Không còn áp dụng được: các chữ này không còn nguyên trong dự thảo."


def _came_from(thread: CommentThread, here: Anchor | None) -> str:
    return "" if here == thread.anchor else f"{thread.anchor.label} của bản lần {thread.revision_number}"


def _offered(here: Anchor | None) -> Anchor | None:
    """A remark on the whole text names no place by itself."""
    return None if here is None or here.part is AnchorPart.WHOLE else here
