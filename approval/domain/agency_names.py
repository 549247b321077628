"""Finding an agency's name in running text although it is written there in another case, dash or tone style."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

DASH = re.compile(r"\s?[-\u2010-\u2015]\s?")
_UNIT = re.compile(rf"{DASH.pattern}|.", re.DOTALL)
_MASK = "\0"


def _tone_styles() -> dict[str, str]:
    """Old spelling (tone on the last vowel: "hoá") to new ("hóa"); agencies write both for one word."""
    compose = unicodedata.normalize
    return {
        compose("NFC", f"{first}{last}{mark}"): compose("NFC", f"{first}{mark}{last}")
        for mark in "\u0300\u0301\u0303\u0309\u0323"
        for first, last in ("oa", "oe", "uy")
    }


_TONES = _tone_styles()
_OLD_TONE = re.compile("|".join(_TONES))


@dataclass(frozen=True, slots=True)
class FoundName:
    """A name as the text writes it; `position` orders the names by where they stand."""

    text: str
    position: int


def name_key(name: str) -> str:
    """What two spellings of one name have in common: small letters, plain dashes, new tone style."""
    return _fold(name)[0]


def find_names(names: Sequence[str], text: str) -> list[FoundName | None]:
    """Where each name first stands in `text` as whole words, in the order of `names`; None when it does not.

    Longer names are looked for first and keep their place, so that "Sở Văn hóa" is not found inside
    "Sở Văn hóa, Thể thao và Du lịch".
    """
    folded, origins = _fold(text)
    found: dict[int, FoundName] = {}
    for index in sorted(range(len(names)), key=lambda i: -len(names[i])):
        pattern = rf"(?<!\w){re.escape(name_key(names[index]))}(?!\w)"
        if match := re.search(pattern, folded):
            start, end = match.span()
            found[index] = FoundName(text[origins[start] : origins[end]].strip(), start)
            folded = folded[:start] + _MASK * (end - start) + folded[end:]
    return [found.get(index) for index in range(len(names))]


def dashes_in(name: str) -> list[str]:
    """The dashes of a name with the blanks around them: [" - "]."""
    return DASH.findall(name)


def sentence_case(name: str, place: str) -> str:
    """A sensible mixed-case name from capitals: "SỞ KHOA HỌC VÀ CÔNG NGHỆ" gives "Sở Khoa học và Công nghệ".

    NĐ 30/2020 Phụ lục II capitalises the type of agency and the first syllable of each field. `place` is written as
    it stands in the date line.
    """
    lower = name.lower()
    if lower.startswith("sở "):
        lower = re.sub(r"(^sở |, | [-–] | và )(\w)", lambda m: m[1] + m[2].upper(), lower)
    return (lower[:1].upper() + lower[1:]).replace(place.lower(), place)


def _fold(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters (and its end) the index in `text` it came from."""
    units = list(_UNIT.finditer(text))
    folded = "".join(_folded_unit(unit.group()) for unit in units)
    origins = [unit.start() for unit in units]
    return _OLD_TONE.sub(lambda m: _TONES[m.group()], folded), [*origins, len(text)]


def _folded_unit(unit: str) -> str:
    """One character for one unit, so that places in the folded text can be traced back."""
    if DASH.fullmatch(unit):
        return "-"
    lower = unit.lower()
    return lower if len(lower) == 1 else unit
