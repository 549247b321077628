"""Vietnamese text as runs of syllables: what stands between two marks of punctuation."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SYLLABLE = re.compile(r"[^\W\d_]+")
# Part of a sign or a number: "19/CT-TTg", "26-CT/TU", "5G".
_SIGN_BEFORE = re.compile(r"[\d/@&]-?$")
_SIGN_AFTER = re.compile(r"-?[\d/@&]")
_SENTENCE_BEFORE = re.compile(r"(?:^|[.!?…:])[\s“\"(‘]*$")


@dataclass(frozen=True, slots=True)
class Syllable:
    """One syllable as written, its span [start, end), and whether a sentence starts with it."""

    text: str
    start: int
    end: int
    opens_sentence: bool

    @property
    def is_name(self) -> bool:
        """A capital inside a sentence: most likely a name, which no list can know."""
        return self.text[0].isupper() and not self.opens_sentence


def runs_of(text: str) -> list[tuple[Syllable, ...]]:
    """Syllables with nothing but white space between them; signs and abbreviations end a run."""
    runs: list[list[Syllable]] = [[]]
    end = 0
    capitals = text == text.upper()
    for match in _SYLLABLE.finditer(text):
        if text[end : match.start()].strip() or _is_sign(text, match, capitals=capitals):
            runs.append([])
        end = match.end()
        if not _is_sign(text, match, capitals=capitals):
            runs[-1].append(_syllable(text, match))
    return [tuple(run) for run in runs if run]


def _syllable(text: str, match: re.Match[str]) -> Syllable:
    # Ten characters hold any run of quotes and blanks after a full stop.
    start = match.start()
    before = text[max(0, start - 10) : start]
    return Syllable(match.group(), start, match.end(), bool(_SENTENCE_BEFORE.search(before)) or start == 0)


def _is_sign(text: str, match: re.Match[str], *, capitals: bool) -> bool:
    word = match.group()
    if not capitals and len(word) > 1 and word.isupper():
        return True
    before = text[max(0, match.start() - 2) : match.start()]
    return bool(_SIGN_BEFORE.search(before) or _SIGN_AFTER.match(text, match.end()))
