"""Clean administrative texts, and the same with one slip in a known phrase."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from approval.domain.phrase_list import PhraseList, key_of
from approval.domain.syllables import Syllable, runs_of

CLEAN_FILE = Path(__file__).resolve().parents[1] / "unit" / "domain" / "data" / "van-ban-sach.txt"
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_LONGEST = 4

Slip = Callable[[str, Random], str]


@dataclass(frozen=True, slots=True)
class Corrupted:
    """One paragraph before and after a slip, and where the slip is."""

    clean: str
    text: str
    slip: str
    start: int


def clean_paragraphs() -> list[str]:
    """Paragraphs in the manner of several ministries; written for the tests, apart from the phrase list."""
    return [line.strip() for line in CLEAN_FILE.read_text(encoding="utf-8").splitlines() if line.strip()]


def drop_letter(syllable: str, random: Random) -> str:
    """One letter less; a syllable of one letter stays."""
    index = random.randrange(len(syllable))
    return syllable[:index] + syllable[index + 1 :] or syllable


def change_tone(syllable: str, random: Random) -> str:
    """Another tone mark, or none, where there is one; else a mark on a vowel."""
    apart = [unicodedata.normalize("NFD", letter) for letter in syllable]
    vowels = [i for i, letter in enumerate(apart) if letter[0].lower() in "aeiouy"]
    marked = [i for i in vowels if set(apart[i]) & set(_TONES)]
    index = random.choice(marked or vowels)
    bare = "".join(mark for mark in apart[index] if mark not in _TONES)
    tone = random.choice([mark for mark in ("", *_TONES) if mark not in apart[index] or not mark])
    # The tone goes on the composed letter: a mark below would otherwise stand before the one above.
    letter = unicodedata.normalize("NFC", unicodedata.normalize("NFC", bare) + tone)
    return syllable[:index] + letter + syllable[index + 1 :]


def drop_diacritic(syllable: str, random: Random) -> str:
    """One letter loses all its marks: "đ" becomes "d", "ế" becomes "e"."""
    bare = [unicodedata.normalize("NFD", c)[0].replace("đ", "d").replace("Đ", "D") for c in syllable]
    index = random.choice([i for i, c in enumerate(syllable) if bare[i] != c] or [0])
    return syllable[:index] + bare[index] + syllable[index + 1 :]


SLIPS: tuple[Slip, ...] = (drop_letter, change_tone, drop_diacritic)


def corrupted(phrases: PhraseList, *, count: int, seed: int) -> Iterator[Corrupted]:
    """`count` paragraphs, each with one slip in one syllable of a phrase of the list that occurs there."""
    random = Random(seed)
    pool = [(text, phrase) for text in clean_paragraphs() for phrase in _known(text, phrases)]
    made = 0
    while made < count:
        text, phrase = random.choice(pool)
        syllable, slip = random.choice(phrase), random.choice(SLIPS)
        wrong = slip(syllable.text, random)
        if wrong != syllable.text:
            made += 1
            changed = text[: syllable.start] + wrong + text[syllable.end :]
            yield Corrupted(text, changed, slip.__name__, syllable.start)


def _known(text: str, phrases: PhraseList) -> Iterator[tuple[Syllable, ...]]:
    for run in runs_of(text):
        keys = key_of(syllable.text for syllable in run)
        for start in range(len(run)):
            for end in range(start + 2, min(start + _LONGEST, len(run)) + 1):
                if phrases.knows(keys[start:end]):
                    yield run[start:end]
