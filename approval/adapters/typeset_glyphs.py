"""Refusing text that the carried fonts cannot show, before it is typeset."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

from approval.domain.errors import InvalidInputError
from approval.domain.hidden_characters import HIDDEN_CATEGORIES, code_point
from approval.domain.pledge_text_check import TextLine

DOCUMENT_TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "document"
FONT_FOLDER = DOCUMENT_TEMPLATES / "fonts"
FONT_FILES = (
    "Tinos-Regular.ttf",
    "Tinos-Bold.ttf",
    "Tinos-Italic.ttf",
    "Tinos-BoldItalic.ttf",
)

# The font has "glyphs" for these and for what is hidden, but they print nothing or turn the reading direction: what
# people see would no longer be what they sign.
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})

# A little narrower than the places the words are printed in, points; all measured in 14 pt bold.
_BODY_WIDTH = 430.0
_WIDTH_LIMITS = {"header": 170.0, "parties": 215.0}
_BODY_SIZE = 14.0

_PLACES_VI = {
    "title": "tên loại văn bản",
    "subject": "trích yếu",
    "date": "dòng địa danh, ngày tháng",
    "header": "phần đầu trang hoặc nơi nhận",
    "body": "đoạn văn",
    "parties": "khối ký",
    "mark": "dấu dự thảo",
    "authority": "dòng quyền hạn, chức vụ",
    "name": "họ và tên",
    "note": "ghi chú chữ ký",
    "value": "ngày, tháng hoặc năm",
    "lines": "dòng của khung niêm phong",
}


class MissingGlyphError(InvalidInputError):
    """A character cannot be printed with the document's fonts."""


class WordTooWideError(InvalidInputError):
    """A run of characters without a blank is wider than the page."""


def check_printable(data: Any) -> None:
    """Walks JSON-like data of a template and checks each character of each string.

    Raises MissingGlyphError, which names the character and where it stands.
    """
    for where, string in _strings(data):
        _check_letters(where, string)


def check_words_fit(data: Any) -> None:
    """Checks that no run of characters without a blank is wider than the page: it would run off the paper.

    Raises WordTooWideError.
    """
    for where, string in _strings(data):
        _check_widths(where, string)


def check_lines(lines: Iterable[TextLine]) -> None:
    """Both checks on a pledge's own words; a refusal carries the form's `field` and the part as its author knows it.

    Raises MissingGlyphError, WordTooWideError.
    """
    for line in lines:
        where = _Place(line.field, label=line.label, field=line.field)
        _check_letters(where, line.words)
        _check_widths(where, line.words)


def is_printable(character: str) -> bool:
    """Whether every carried font style has a visible (or blank) left-to-right glyph for the character."""
    return (
        ord(character) in _printable_code_points()
        and unicodedata.category(character) not in HIDDEN_CATEGORIES
        and unicodedata.bidirectional(character) not in _RIGHT_TO_LEFT
    )


def bold_width(words: str, size: float) -> float:
    """Points that printable words take in the bold face of `size` points."""
    widths = _advances("Tinos-Bold.ttf")
    return size * sum(widths[ord(character)] for character in words)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a string stands: the template's key, and the position in a list when there is one (0: none).

    `label` and `field` are the author's name for it and the form's, for words that come from an editor.
    """

    key: str
    position: int = 0
    label: str = ""
    field: str | None = None

    @property
    def vi(self) -> str:
        if self.label:
            return self.label
        name = _PLACES_VI.get(self.key, self.key)
        return f"{name} thứ {self.position}" if self.position else name

    @property
    def en(self) -> str:
        return f"{self.key} {self.position}" if self.position else self.key


def _check_letters(where: _Place, string: str) -> None:
    for character in string:
        if not is_printable(character):
            raise _missing_glyph(character, where, string)


def _check_widths(where: _Place, string: str) -> None:
    for word in string.split(" "):
        if _width(word) > _WIDTH_LIMITS.get(where.key, _BODY_WIDTH):
            raise _word_too_wide(word, where)


def _strings(data: Any, place: _Place = _Place("")) -> Iterator[tuple[_Place, str]]:
    match data:
        case str():
            yield place, data
        case dict():
            for key, value in data.items():
                yield from _strings(value, place if place.key else _Place(key))
        case list() | tuple():
            for index, value in enumerate(data, start=1):
                yield from _strings(value, _Place(place.key, place.position or index))


@cache
def _printable_code_points() -> frozenset[int]:
    return frozenset.intersection(*(frozenset(_advances(name)) for name in FONT_FILES))


@cache
def _advances(font_file: str) -> dict[int, float]:
    """Advance of each code point of a face, in em."""
    with TTFont(FONT_FOLDER / font_file, lazy=True) as font:
        advances, em = font["hmtx"], font["head"].unitsPerEm
        return {code: advances[glyph][0] / em for code, glyph in font.getBestCmap().items()}


def _width(word: str) -> float:
    # Bold is the widest of the four faces.
    return bold_width(word, _BODY_SIZE)


def _missing_glyph(character: str, where: _Place, string: str) -> MissingGlyphError:
    code = code_point(character)
    shown = f"“{character}” ({code})" if character.isprintable() else code
    context = string.replace(character, "□")[:60]
    return MissingGlyphError(
        "missing-glyph",
        f"Ký tự {shown} ở {where.vi} (“{context}”) không có trong phông chữ của văn bản; hãy xóa hoặc thay ký tự này.",
        f"Character {code} in {where.en} is not in the document's fonts; remove or replace it.",
        field=where.field,
    )


def _word_too_wide(word: str, where: _Place) -> WordTooWideError:
    return WordTooWideError(
        "word-too-wide",
        f"“{word[:30]}…” ở {where.vi} dài hơn một dòng mà không có dấu cách; hãy thêm dấu cách hoặc rút ngắn.",
        f"A word in {where.en} is wider than a line; add blanks or shorten it.",
        field=where.field,
    )
