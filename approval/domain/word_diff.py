"""What changed between two strings, word by word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from approval.domain.word_alignment import Change, Words, align


class DiffOp(StrEnum):
    """What happened to a run of text; the values of the last two are the HTML elements for them."""

    KEEP = "keep"
    INSERT = "ins"
    DELETE = "del"


@dataclass(frozen=True, slots=True)
class DiffRun:
    """A stretch of text, white space included; paragraph breaks are line ends."""

    op: DiffOp
    text: str


def diff_words(old: str, new: str) -> tuple[DiffRun, ...]:
    """Compares two strings; words stay whole and punctuation marks are words of their own.

    Kept and deleted runs together are `old`, kept and inserted ones `new`, exactly. No run is empty, no two neighbours
    are of one kind, and between two kept runs what was deleted stands before what was inserted.
    """
    if old == new:
        return (DiffRun(DiffOp.KEEP, old),) if old else ()
    a, b = Words.of(old), Words.of(new)
    return tuple(merged(_runs(a, b, align(a, b))))


def merged(runs: Iterable[DiffRun]) -> Iterator[DiffRun]:
    """The same runs in their shortest form, see `diff_words`."""
    waiting = dict.fromkeys(DiffOp, "")
    for run in runs:
        if run.op is DiffOp.KEEP and run.text and (waiting[DiffOp.DELETE] or waiting[DiffOp.INSERT]):
            yield from _flushed(waiting)
        if run.op is not DiffOp.KEEP and run.text and waiting[DiffOp.KEEP]:
            yield from _flushed(waiting)
        waiting[run.op] += run.text
    yield from _flushed(waiting)


def _flushed(waiting: dict[DiffOp, str]) -> Iterator[DiffRun]:
    for op in (DiffOp.KEEP, DiffOp.DELETE, DiffOp.INSERT):
        if waiting[op]:
            yield DiffRun(op, waiting[op])
            waiting[op] = ""


def _runs(old: Words, new: Words, changes: Iterable[Change]) -> Iterator[DiffRun]:
    old_at = new_at = 0
    for change in changes:
        yield from _kept(old.tokens[old_at : change.old_start], new.tokens[new_at : change.new_start])
        yield from _replaced(old.text(change.old_start, change.old_end), new.text(change.new_start, change.new_end))
        old_at, new_at = change.old_end, change.new_end
    yield from _kept(old.tokens[old_at:], new.tokens[new_at:])


def _kept(old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[DiffRun]:
    """Equal words; one that begins a paragraph on one side only has its blank on the other side only."""
    if old == new:
        yield DiffRun(DiffOp.KEEP, "".join(old))
        return
    for before, after in zip(old, new, strict=True):
        if before != after:
            yield DiffRun(DiffOp.DELETE, _blank(before))
            yield DiffRun(DiffOp.INSERT, _blank(after))
        yield DiffRun(DiffOp.KEEP, after if before == after else after.lstrip())


def _blank(token: str) -> str:
    return token[: len(token) - len(token.lstrip())]


def _replaced(old: str, new: str) -> tuple[DiffRun, ...]:
    """The blank before both sides has not changed and stays outside the marks."""
    shared = " " if old.startswith(" ") and new.startswith(" ") else ""
    old, new = old[len(shared) :], new[len(shared) :]
    return DiffRun(DiffOp.KEEP, shared), DiffRun(DiffOp.DELETE, old), DiffRun(DiffOp.INSERT, new)
