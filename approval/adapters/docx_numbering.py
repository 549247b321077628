"""Numbers and bullets that Word keeps out of the text: counted as Word counts them, so that no clause loses its own."""

from __future__ import annotations

import re
import string
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

_LEVELS = 9
_LONGEST_TEXT = 100
"""Characters around a number; without a limit each paragraph of a hostile list would repeat a megabyte."""
_PLACEHOLDER = re.compile(r"%([1-9])")
# Bullets are mostly letters of a symbol font, which mean nothing outside it.
_BULLET = "-"
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_MOST_ROMAN = 5_000
_UNNUMBERED = frozenset({"none", "bullet"})


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    number_format: str
    text: str
    legal: bool
    style_id: str | None


class Numbering:
    """The lists of one file and how far each has counted. `root` is `w:numbering`, None when the file has no lists."""

    def __init__(self, root: Any | None) -> None:
        self._abstract: dict[str, list[_Level | None]] = {}
        self._lists: dict[str, str] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        self._counts: dict[str, list[int | None]] = defaultdict(lambda: [None] * _LEVELS)
        self._begun: set[tuple[str, int]] = set()
        if root is not None:
            self._read(root)

    def _read(self, root: Any) -> None:
        linked: dict[str, str] = {}
        for abstract in root.iterfind(qn("w:abstractNum")):
            own = abstract.get(qn("w:abstractNumId"), "")
            self._abstract[own] = _levels(abstract)
            if (link := _value(abstract, "w:styleLink")) is not None:
                linked[link] = own
        for abstract in root.iterfind(qn("w:abstractNum")):
            link = _value(abstract, "w:numStyleLink")
            if link in linked:
                self._abstract[abstract.get(qn("w:abstractNumId"), "")] = self._abstract[linked[link]]
        for number in root.iterfind(qn("w:num")):
            own = number.get(qn("w:numId"), "")
            self._lists[own] = _value(number, "w:abstractNumId") or ""
            self._restarts[own] = dict(_restarts(number))

    def level_of_style(self, list_id: str, style_id: str) -> int:
        """The level of a list that is bound to a paragraph style; 0 when none is."""
        levels = self._abstract.get(self._lists.get(list_id, ""), [])
        return next((i for i, level in enumerate(levels) if level and level.style_id == style_id), 0)

    def next_label(self, list_id: str, level: int) -> str:
        """The number or bullet of the next paragraph of this list and level (from 0); "" when it shows none."""
        abstract_id = self._lists.get(list_id, "")
        levels = self._abstract.get(abstract_id)
        if levels is None or not 0 <= level < _LEVELS or (definition := levels[level]) is None:
            return ""
        counts = self._counts[abstract_id]
        self._count(list_id, level, counts, definition)
        if definition.number_format in _UNNUMBERED:
            return _BULLET if definition.number_format == "bullet" and definition.text else ""
        return _PLACEHOLDER.sub(lambda m: _shown(counts, levels, int(m[1]) - 1, definition), definition.text)

    def _count(self, list_id: str, level: int, counts: list[int | None], definition: _Level) -> None:
        restart = self._restarts[list_id].get(level)
        before = counts[level]
        if restart is not None and (list_id, level) not in self._begun:
            counts[level] = restart
        else:
            counts[level] = definition.start if before is None else before + 1
        self._begun.add((list_id, level))
        # A deeper level starts anew below each number of this one.
        counts[level + 1 :] = [None] * (_LEVELS - level - 1)


def _shown(counts: list[int | None], levels: list[_Level | None], index: int, shown_in: _Level) -> str:
    definition = levels[index]
    if definition is None:
        return ""
    counted = counts[index]
    number = definition.start if counted is None else counted
    return _formatted(number, "decimal" if shown_in.legal else definition.number_format)


def _formatted(number: int, number_format: str) -> str:
    """Formats that no pledge uses, such as numbers in words, are shown as plain numbers."""
    return _FORMATS.get(number_format, str)(number)


def _letter(number: int) -> str:
    """Letters a … z, then aa, bb …, as Word goes on."""
    if number < 1:
        return str(number)
    letters = string.ascii_lowercase
    return letters[(number - 1) % len(letters)] * min((number - 1) // len(letters) + 1, _LEVELS)


def _roman(number: int) -> str:
    if not 0 < number < _MOST_ROMAN:
        return str(number)
    digits = []
    for value, sign in _ROMAN:
        count, number = divmod(number, value)
        digits.append(sign * count)
    return "".join(digits)


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimalZero": "{:02d}".format,
    "lowerLetter": _letter,
    "upperLetter": lambda number: _letter(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "none": lambda _number: "",
}


def _levels(abstract: Any) -> list[_Level | None]:
    levels: list[_Level | None] = [None] * _LEVELS
    for element in abstract.iterfind(qn("w:lvl")):
        index = _whole(element.get(qn("w:ilvl")), -1)
        if 0 <= index < _LEVELS:
            levels[index] = _Level(
                start=_whole(_value(element, "w:start"), 0),
                number_format=_value(element, "w:numFmt") or "decimal",
                text=(_value(element, "w:lvlText") or "")[:_LONGEST_TEXT],
                legal=element.find(qn("w:isLgl")) is not None,
                style_id=_value(element, "w:pStyle"),
            )
    return levels


def _restarts(number: Any) -> list[tuple[int, int]]:
    found = []
    for override in number.iterfind(qn("w:lvlOverride")):
        start = _value(override, "w:startOverride")
        if start is not None:
            found.append((_whole(override.get(qn("w:ilvl")), 0), _whole(start, 1)))
    return found


def _value(parent: Any, tag: str) -> str | None:
    """The `w:val` of a child."""
    child = parent.find(qn(tag))
    return None if child is None else str(child.get(qn("w:val"), ""))


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else otherwise
