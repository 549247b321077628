"""Comparisons of texts, remembered: two frozen revisions differ in the same places for ever."""

from __future__ import annotations

from functools import lru_cache

from approval.domain.pledge_text import PledgeText
from approval.domain.states import State
from approval.domain.text_diff import TextDiff, diff_texts
from approval.queries.pledge_page import Comparison, PledgePage

# From signing on the text is settled: people read it clean.
_COMPARED_STATES = frozenset({State.DRAFT, State.IN_REVIEW, State.AGREED})


def page_diff(page: PledgePage) -> TextDiff | None:
    """How the text shown differs from the revision the page compares it with; None when there is nothing to compare."""
    if page.compare_to is None or page.state not in _COMPARED_STATES:
        return None
    return compared(page.compare_to.text, page.text)


def diff_since_opened(page: PledgePage) -> TextDiff | None:
    """What changed since a form that came too late was opened; None when the page was not loaded for one."""
    if page.compare_to is None or page.comparison is not Comparison.OPENED:
        return None
    return compared(page.compare_to.text, page.text)


@lru_cache(maxsize=16)
def compared(old: PledgeText, new: PledgeText) -> TextDiff:
    """The comparison of two texts."""
    return diff_texts(old, new)
