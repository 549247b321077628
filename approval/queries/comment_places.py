"""Where the comments of a pledge stand in the text on the page: each beside the part it has become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from approval.domain.anchors import Anchor, AnchorPart
from approval.domain.pledge_text import PledgeText
from approval.domain.suggestion import carry_anchors
from approval.queries.comment_threads import CommentThread
from approval.queries.pledge_page import PledgePage

_WHOLE = Anchor(AnchorPart.WHOLE)


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment as it stands on a page: beside the part `here` of the text shown.

    `came_from` names the part it was written about when that has another name now ("khoản 4 của bản lần 1"), else "".
    """

    thread: CommentThread
    here: Anchor
    came_from: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class CommentPlaces:
    """The revisions whose comments a page shows, newest first, and where each of their parts stands now."""

    numbers: tuple[int, ...]
    carried: Mapping[int, Mapping[Anchor, Anchor]]

    def here(self, number: int, anchor: Anchor) -> Anchor:
        """The part of the text shown; the whole text for a part that is gone."""
        return self.carried.get(number, {}).get(anchor, _WHOLE)

    def remark(self, thread: CommentThread, *, party_id: int | None) -> Remark:
        """The comment at its place; `party_id` is the reader's own party."""
        here = self.here(thread.revision_number, thread.anchor)
        name = f"{thread.anchor.label.lower()} của bản lần {thread.revision_number}"
        gone = thread.anchor not in self.carried.get(thread.revision_number, {})
        came_from = f"{name}, nay không còn" if gone else name if here != thread.anchor else ""
        return Remark(thread, here, came_from, is_mine=thread.party_id == party_id)


def places_on(page: PledgePage) -> CommentPlaces:
    """Places of the comments on the current revision and, unless a draft is shown, on the one before it."""
    shown = [page.revision] if page.showing_draft else [page.revision, page.previous]
    revisions = [revision for revision in shown if revision is not None]
    return CommentPlaces(
        tuple(revision.number for revision in revisions),
        {revision.number: _carried(revision.text, page.text) for revision in revisions},
    )


@lru_cache(maxsize=64)
def _carried(old: PledgeText, new: PledgeText) -> Mapping[Anchor, Anchor]:
    return carry_anchors(old, new)
