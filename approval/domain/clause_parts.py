"""Neighbours that belong together: the clauses that one was split into, or that were merged into one."""

from __future__ import annotations

from collections.abc import Mapping

Phrase = tuple[str, ...]

# A neighbour is part of the whole when the whole accounts for at least this much of it; fewer phrases are chance.
_MOST_OF_IT = 0.5
_FEWEST_PHRASES = 3


def parts_beside(
    spare: Mapping[int, set[Phrase]], stands_at: Mapping[int, int], phrases: Mapping[int, set[Phrase]]
) -> dict[int, int]:
    """Place of each further part → the whole it is part of.

    `spare`: by whole, its phrases that the one clause known to have come of it lacks. `stands_at`: the place of that
    clause. `phrases`: of the clauses among which parts are looked for; whoever is in `stands_at` is no one's part.
    """
    known = set(stands_at.values())
    found: dict[int, int] = {}
    for whole, left in spare.items():
        for step in (1, -1):
            place, rest = stands_at[whole] + step, left
            while place not in known and place not in found and _is_part(phrases.get(place, set()), rest):
                found[place] = whole
                rest = rest - phrases[place]
                place += step
    return found


def _is_part(phrases: set[Phrase], rest: set[Phrase]) -> bool:
    shared = len(phrases & rest)
    return shared >= max(_FEWEST_PHRASES, _MOST_OF_IT * len(phrases))
