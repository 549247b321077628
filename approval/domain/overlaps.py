"""Which suggestions are about the same words: they are to be weighed side by side."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `stop` (not included) of one part; spans of different parts never meet."""

    id: int
    part: Hashable
    start: int
    stop: int


def overlapping(spans: Iterable[Span]) -> tuple[tuple[int, ...], ...]:
    """Ids of the spans in groups that hang together by overlapping, each group and its members by where they begin.

    A span that meets no other is a group of one. Groups of one part stand together, parts in the order they came.
    """
    by_part: dict[Any, list[Span]] = {}
    for span in spans:
        by_part.setdefault(span.part, []).append(span)
    return tuple(group for part in by_part.values() for group in _groups(part))


def _groups(spans: list[Span]) -> list[tuple[int, ...]]:
    ordered = sorted(spans, key=lambda span: (span.start, span.stop, span.id))
    numbers: list[int] = []
    reach = -1
    for span in ordered:
        # Touching is not overlapping: both suggestions can be taken.
        starts_anew = span.start >= reach
        numbers.append((numbers[-1] if numbers else 0) + starts_anew)
        reach = max(reach, span.stop)
    pairs = zip(numbers, ordered, strict=True)
    return [tuple(span.id for _, span in group) for _, group in groupby(pairs, key=lambda pair: pair[0])]
