"""Where comments and suggestions made on an earlier text stand in the draft, remembered: both texts never change."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from approval.domain.anchors import Anchor, words_at
from approval.domain.pledge_text import PledgeText
from approval.domain.review_commands import Suggestion
from approval.domain.suggestion import apply_suggestion, carry_anchors, carry_suggestion


@lru_cache(maxsize=64)
def parts_now(old: PledgeText, new: PledgeText) -> Mapping[Anchor, Anchor]:
    """Every part of the old text that the new one still has, and what it is there."""
    return carry_anchors(old, new)


@lru_cache(maxsize=1024)
def can_be_taken(old: PledgeText, new: PledgeText, anchor: Anchor, suggestion: Suggestion) -> bool:
    """Whether a suggestion made on a part of the old text can be put into the new one as it is."""
    here = parts_now(old, new).get(anchor)
    if here is None:
        return False
    try:
        apply_suggestion(new, here, carry_suggestion(words_at(old, anchor), words_at(new, here), suggestion))
    except (LookupError, ValueError):
        return False
    return True
