"""Paragraphs as somebody typed them into one text area, and where each of their characters stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BLANK_LINES = re.compile(r"\n\s*\n")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class TypedParagraph:
    """One paragraph on one line; `origins` has the index in the typed text of each character, and of the end."""

    text: str
    origins: tuple[int, ...]


def read_paragraphs(body: str) -> tuple[TypedParagraph, ...]:
    """Blank lines part paragraphs; single line ends and runs of blanks are only how the text was typed."""
    return tuple(_paragraph(body, start, end) for start, end in _parts(body) if body[start:end].strip())


def replace_span(body: str, *, paragraph: int, start: int, end: int, words: str) -> str:
    """The typed text with the characters [start, end) of one paragraph (from 0) replaced; all else stays as typed.

    Raises LookupError when there is no such span.
    """
    found = read_paragraphs(body)
    if not 0 <= paragraph < len(found) or not 0 <= start <= end <= len(found[paragraph].text):
        raise LookupError(f"no characters {start} to {end} in paragraph {paragraph}")
    text, origins = found[paragraph].text, found[paragraph].origins
    return body[: origins[start]] + words + body[_last(text, origins, start, end) :]


def _last(text: str, origins: tuple[int, ...], start: int, end: int) -> int:
    """Where the span ends in the typed text: a blank stands for the whole gap between two words."""
    if end == start or text[end - 1] == " ":
        return origins[end]
    return origins[end - 1] + 1


def _parts(body: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in _BLANK_LINES.finditer(body):
        yield start, gap.start()
        start = gap.end()
    yield start, len(body)


def _paragraph(body: str, start: int, end: int) -> TypedParagraph:
    words: list[str] = []
    origins: list[int] = []
    last = start
    for match in _WORD.finditer(body, start, end):
        if words:
            origins.append(last)
        words.append(match.group())
        origins.extend(range(*match.span()))
        last = match.end()
    return TypedParagraph(" ".join(words), (*origins, last))
