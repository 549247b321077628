"""The editor's buttons that change the form itself: clauses and signature blocks added, moved, parted, joined."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from approval.web.pledges.editor_form import SPLIT_LINE, DraftForm, RemovedClause

_ORDER = re.compile(r"(add|remove|undo|up|down|split|merge|party-up|party-down):(\d{1,2})")
_MOST_REMOVED = 20
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Rearranged:
    """The form after an order, the id of the element that gets the focus, and a sentence when nothing could be done."""

    form: DraftForm
    focus: str = ""
    note: str = ""


def rearranged(form: DraftForm, order: str) -> Rearranged | None:
    """Obeys "add:2", "up:2", "split:2", "undo:0", "party-up:1" … (counted from 0); None for any other order."""
    match = _ORDER.fullmatch(order)
    if match is None or form.conflicts:
        return None
    index = int(match[2])
    return _ORDERS[match[1]](form, index)


def _add(form: DraftForm, index: int) -> Rearranged | None:
    if index >= max(len(form.clauses), 1):
        return None
    clauses = (*form.clauses[: index + 1], "", *form.clauses[index + 1 :])
    return Rearranged(replace(form, clauses=clauses), f"clause-{min(index + 1, len(clauses) - 1) + 1}")


def _remove(form: DraftForm, index: int) -> Rearranged | None:
    if index >= len(form.clauses):
        return None
    body = form.clauses[index]
    clauses = (*form.clauses[:index], *form.clauses[index + 1 :])
    if not body:
        return Rearranged(replace(form, clauses=clauses), f"clause-{min(index + 1, len(clauses))}")
    removed = (RemovedClause(body, index), *form.removed)[:_MOST_REMOVED]
    return Rearranged(replace(form, clauses=clauses, removed=removed), "hoan-tac-0")


def _undo(form: DraftForm, index: int) -> Rearranged | None:
    if index >= len(form.removed):
        return None
    back = form.removed[index]
    place = min(back.place, len(form.clauses))
    clauses = (*form.clauses[:place], back.body, *form.clauses[place:])
    removed = (*form.removed[:index], *form.removed[index + 1 :])
    return Rearranged(replace(form, clauses=clauses, removed=removed), f"clause-{place + 1}")


def _up(form: DraftForm, index: int) -> Rearranged | None:
    return _moved(form, index, index - 1)


def _down(form: DraftForm, index: int) -> Rearranged | None:
    return _moved(form, index, index + 1)


def _moved(form: DraftForm, index: int, other: int) -> Rearranged | None:
    if index >= len(form.clauses):
        return None
    clauses = _swapped(form.clauses, index, other)
    return Rearranged(replace(form, clauses=clauses), _mover("khoan", index, other, len(clauses)))


def _party_up(form: DraftForm, index: int) -> Rearranged | None:
    return _party_moved(form, index, index - 1)


def _party_down(form: DraftForm, index: int) -> Rearranged | None:
    return _party_moved(form, index, index + 1)


def _party_moved(form: DraftForm, index: int, other: int) -> Rearranged | None:
    if index >= len(form.parties):
        return None
    parties = _swapped(form.parties, index, other)
    return Rearranged(replace(form, parties=parties), _mover("khoi", index, other, len(parties)))


def _swapped(items: Sequence[Item], index: int, other: int) -> tuple[Item, ...]:
    moved = list(items)
    if 0 <= other < len(moved):
        moved[index], moved[other] = moved[other], moved[index]
    return tuple(moved)


def _mover(kind: str, index: int, other: int, count: int) -> str:
    """The same button of the moved item, so that pressing again moves it on; the other one at either end."""
    now = other if 0 <= other < count else index
    if other < index:
        return f"{kind}-len-{now + 1}" if now > 0 else f"{kind}-xuong-{now + 1}"
    return f"{kind}-xuong-{now + 1}" if now < count - 1 else f"{kind}-len-{now + 1}"


def _split(form: DraftForm, index: int) -> Rearranged | None:
    if index >= len(form.clauses):
        return None
    pieces = [piece for piece in _pieces(form.clauses[index]) if piece]
    focus = f"clause-{index + 1}"
    if len(pieces) <= 1:
        note = (
            f"Chưa tách khoản {index + 1}: ở chỗ muốn tách, gõ một dòng chỉ có “{SPLIT_LINE}” rồi bấm “Tách khoản”. "
            "Khi trình duyệt chạy được mã lệnh, chỉ cần đặt con trỏ vào chỗ đó."
        )
        return Rearranged(form, focus, note)
    clauses = (*form.clauses[:index], *pieces, *form.clauses[index + 1 :])
    return Rearranged(replace(form, clauses=clauses), f"clause-{index + 2}")


def _pieces(body: str) -> list[str]:
    pieces: list[list[str]] = [[]]
    for line in body.split("\n"):
        if line.strip() == SPLIT_LINE:
            pieces.append([])
        else:
            pieces[-1].append(line)
    return ["\n".join(piece).strip() for piece in pieces]


def _merge(form: DraftForm, index: int) -> Rearranged | None:
    if index + 1 >= len(form.clauses):
        return None
    both = "\n\n".join(body for body in form.clauses[index : index + 2] if body)
    clauses = (*form.clauses[:index], both, *form.clauses[index + 2 :])
    return Rearranged(replace(form, clauses=clauses), f"clause-{index + 1}")


_ORDERS: dict[str, Callable[[DraftForm, int], Rearranged | None]] = {
    "add": _add,
    "remove": _remove,
    "undo": _undo,
    "up": _up,
    "down": _down,
    "split": _split,
    "merge": _merge,
    "party-up": _party_up,
    "party-down": _party_down,
}
