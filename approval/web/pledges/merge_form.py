"""The places of a merge that two coordinators both changed: carried in the form until one text has been chosen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from approval.domain.merge_conflict import ORDER, MergeConflict, clause_index, part_label
from approval.domain.pledge_text import to_nfc
from approval.domain.word_diff import DiffRun, diff_words

THEIRS, MINE, BOTH, BY_HAND = "theirs", "mine", "both", "hand"
_MOST_CONFLICTS = 80
_PARTS_OF_PARAGRAPHS = frozenset({"preamble", "closing"})


@dataclass(frozen=True, slots=True)
class MergeChoice:
    """One such place: the words of all three as they stand in a text area ("" removed), and the choice, "" for none."""

    part: str
    base: str
    theirs: str
    mine: str
    choice: str = ""

    @classmethod
    def of(cls, conflict: MergeConflict) -> MergeChoice:
        """The open choice of a conflict."""
        between = "\n\n" if _holds_paragraphs(conflict.part) else "\n"
        three = (between.join(lines) for lines in (conflict.base, conflict.theirs, conflict.mine))
        return cls(conflict.part, *three)

    @property
    def label(self) -> str:
        """How people call the part."""
        return part_label(self.part)

    @property
    def may_keep_both(self) -> bool:
        """Whether both texts can stand one after the other."""
        return _holds_paragraphs(self.part) and bool(self.theirs and self.mine)

    @property
    def is_order(self) -> bool:
        """Whether it is about the places of clauses, not about words."""
        return self.part == ORDER

    @property
    def theirs_redline(self) -> tuple[DiffRun, ...]:
        """What the other side made of the common text."""
        return diff_words(self.base, self.theirs)

    @property
    def mine_redline(self) -> tuple[DiffRun, ...]:
        """What this side made of it."""
        return diff_words(self.base, self.mine)


def choices_of_fields(fields: Mapping[str, Sequence[str]]) -> tuple[MergeChoice, ...]:
    """The places as the form carries them; what no form of ours could hold is dropped."""
    names = ("conflict_part", "conflict_base", "conflict_theirs", "conflict_mine")
    rows = zip(*(fields.get(name, ()) for name in names), strict=False)
    found = []
    for index, (part, *three) in enumerate(rows):
        if index < _MOST_CONFLICTS and _is_part(part):
            base, theirs, mine = (_carried(words) for words in three)
            choice = next(iter(fields.get(f"choice-{index}", ())), "")
            known = choice if choice in {THEIRS, MINE, BOTH, BY_HAND} else ""
            found.append(MergeChoice(part, base, theirs, mine, known))
    return tuple(found)


def _carried(words: str) -> str:
    return to_nfc(words).replace("\r\n", "\n").strip("\n")


def _is_part(part: str) -> bool:
    try:
        part_label(part)
    except LookupError:
        return False
    return True


def _holds_paragraphs(part: str) -> bool:
    return part in _PARTS_OF_PARAGRAPHS or clause_index(part) is not None


def chosen_words(place: MergeChoice) -> str:
    """The words chosen among the two sides (not by hand); "" removes a clause."""
    if place.choice == BOTH:
        return f"{place.theirs}\n\n{place.mine}"
    return place.theirs if place.choice == THEIRS else place.mine


def order_of(lines: str, count: int) -> list[int] | None:
    """Places (from 0) in the order of these lines, which begin with clause numbers; None unless each is there once."""
    numbers = [int(match[1]) - 1 for match in re.finditer(r"^([1-9][0-9]{0,2})\t", lines, re.MULTILINE)]
    return numbers if sorted(numbers) == list(range(count)) else None
