"""Known phrases of administrative Vietnamese, arranged so that a phrase with one slip can be found."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from approval.domain.errors import InvalidInputError
from approval.domain.import_errors import shortened
from approval.domain.pledge_text import to_nfc
from approval.domain.tone_marks import differ_by_letter, differ_by_marks, in_new_style

LONGEST_PHRASE = 12
"""Syllables. The longest of the shipped list have ten."""

Syllables = tuple[str, ...]
_SEPARATOR = re.compile(r", | - ")
_PHRASE = re.compile(r"[^\W\d_]+(?:(?: |, | - )[^\W\d_]+)*")


def key_of(syllables: Iterable[str]) -> Syllables:
    """How a phrase is looked up: small letters, new tone style."""
    return tuple(in_new_style(syllable.lower()) for syllable in syllables)


def read_phrases(lines: Iterable[str]) -> tuple[str, ...]:
    """One phrase a line; "#" opens a comment.

    Raises InvalidInputError (phrase_list), naming the line, for anything but words, ", " and " - ".
    """
    read = (_read_line(number, line) for number, line in enumerate(lines, start=1))
    return tuple(phrase for phrase in read if phrase)


class PhraseList:
    """Phrases of two and more syllables, words of one syllable, and phrases written with a comma or a dash."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._known: set[Syllables] = set()
        self._words: set[str] = set()
        self._marked: dict[Syllables, str] = {}
        self._holes: defaultdict[tuple[int, Syllables], set[str]] = defaultdict(set)
        self.longest = 1
        for phrase in phrases:
            self._add(phrase)

    def __len__(self) -> int:
        return len(self._known)

    def knows(self, syllables: Syllables) -> bool:
        """Whether these syllables, as `key_of` gives them, are a phrase of two or more."""
        return syllables in self._known

    def knows_word(self, syllable: str) -> bool:
        """Whether the syllable is a word that stands alone."""
        return syllable in self._words

    def marked(self, syllables: Syllables) -> str | None:
        """The phrase with its comma or dash, when it is never written without: "thi đua, khen thưởng"."""
        return None if syllables in self._known else self._marked.get(syllables)

    def repair(self, syllables: Syllables) -> Syllables | None:
        """The known phrase from which one syllable differs by one mark or one letter; marks go first."""
        found = [
            (not differ_by_marks(written, meant), index, meant)
            for index, written in enumerate(syllables)
            for meant in self._holes.get((index, _without(syllables, index)), ())
            if differ_by_marks(written, meant) or differ_by_letter(written, meant)
        ]
        if not found:
            return None
        _, index, meant = min(found)
        return (*syllables[:index], meant, *syllables[index + 1 :])

    def _add(self, phrase: str) -> None:
        parts = [key_of(part.split()) for part in _SEPARATOR.split(phrase)]
        if len(parts) > 1:
            self._marked[tuple(syllable for part in parts for syllable in part)] = phrase
        for part in parts:
            self._add_part(part)

    def _add_part(self, part: Syllables) -> None:
        if len(part) == 1:
            self._words.add(part[0])
            return
        self._known.add(part)
        self.longest = max(self.longest, len(part))
        for index, syllable in enumerate(part):
            self._holes[index, _without(part, index)].add(syllable)


def _without(syllables: Syllables, index: int) -> Syllables:
    return (*syllables[:index], "", *syllables[index + 1 :])


def _read_line(number: int, line: str) -> str | None:
    phrase = to_nfc(" ".join(line.partition("#")[0].split()))
    if not phrase:
        return None
    if not _PHRASE.fullmatch(phrase) or len(phrase.split()) > LONGEST_PHRASE:
        raise InvalidInputError(
            "phrase_list",
            f"Dòng {number} của danh sách cụm từ (“{shortened(phrase)}”) không phải một cụm từ; mỗi dòng ghi một cụm"
            f" không quá {LONGEST_PHRASE} tiếng, chỉ gồm chữ, dấu phẩy và “ - ”.",
            f"Line {number} of the phrase list is no phrase; write one a line, letters, commas and “ - ” only.",
            field="phrases",
        )
    return phrase
