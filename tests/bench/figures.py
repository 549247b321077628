"""Measured figures, their goals, and the one table they end in."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """How a figure stands to its goal; a figure without a goal is there to explain another."""

    PASS = "PASS"
    MISS = "MISS"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """Samples of one thing in `unit`, and the goal for their median.

    With `bare` (samples of the same work without product around it, taken in turn with `samples`) the goal is one for
    the ratio of both medians.
    """

    name: str
    samples: tuple[float, ...]
    unit: str = "ms"
    goal: float | None = None
    bare: tuple[float, ...] = ()

    @property
    def median(self) -> float:
        """Median of the samples."""
        return statistics.median(self.samples)

    @property
    def ratio(self) -> float | None:
        """Median by median of the bare work."""
        return self.median / statistics.median(self.bare) if self.bare else None

    @property
    def verdict(self) -> Verdict:
        """Whether the goal is met."""
        if self.goal is None:
            return Verdict.NONE
        reached = self.median if self.ratio is None else self.ratio
        return Verdict.PASS if reached <= self.goal else Verdict.MISS

    def cells(self) -> tuple[str, ...]:
        """The row of the table, see `_HEADINGS`."""
        low, high = min(self.samples), max(self.samples)
        return (
            self.name,
            str(len(self.samples)),
            f"{_number(self.median)} {self.unit}",
            f"{_number(low)}–{_number(high)}",
            _number(statistics.median(self.bare)) if self.bare else "",
            f"{self.ratio:.2f}" if self.ratio is not None else "",
            self._goal_words(),
            self.verdict.value,
        )

    def _goal_words(self) -> str:
        if self.goal is None:
            return ""
        return f"≤ {self.goal:g} ×" if self.bare else f"≤ {self.goal:g} {self.unit}"


@dataclass(slots=True)
class Ledger:
    """Every figure of one run, in the order measured, and notes that belong below the table."""

    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, figure: Figure) -> None:
        """Keep one figure."""
        self.figures.append(figure)

    def note(self, words: str) -> None:
        """Keep one sentence."""
        self.notes.append(words)


_HEADINGS = ("what", "n", "median", "range", "bare", "ratio", "goal", "")


def markdown(ledger: Ledger, facts: Sequence[str]) -> str:
    """The table with the machine's facts above and the notes below it; readable on a terminal as well."""
    rows = [_HEADINGS, *(figure.cells() for figure in ledger.figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    notes = [f"- {note}" for note in ledger.notes]
    return "\n".join(["; ".join(facts) + ".", "", *lines, *(["", *notes] if notes else []), ""])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"
