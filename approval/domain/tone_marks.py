"""Letters of Vietnamese taken apart: tone marks and their two styles, and how far two syllables are from each other."""

from __future__ import annotations

import re
import unicodedata
from itertools import zip_longest

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_OPEN = ("oa", "oe", "uy")
_VOWELS = "aăâeêioôơuưy"
# For character classes: a range such as à-ỹ holds capitals as well.
SMALL = "a-zđ" + "".join(unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in ("", *_TONES))
CAPITAL = "A-ZĐ" + SMALL[4:].upper()


def _styles() -> dict[str, str]:
    """Old style (mark on the last vowel, "hoá") to new ("hóa"), small and capital letters."""
    compose = unicodedata.normalize
    pairs = [pair for low in _OPEN for pair in (low, low.upper(), low.capitalize())]
    return {
        compose("NFC", f"{first}{last}{tone}"): compose("NFC", f"{first}{tone}{last}")
        for tone in _TONES
        for first, last in ((pair[0], pair[1]) for pair in pairs)
    }


_NEW = _styles()
_OLD = {new: old for old, new in _NEW.items()}
# Only where the syllable ends there ("hoàn" has one spelling), and not after q, where u is no vowel ("quý").
_EITHER = re.compile(rf"(?<![qQ])({'|'.join((*_NEW, *_OLD))})(?!\w)")


def in_new_style(text: str) -> str:
    """The mark on the first vowel, "hóa": the key under which both spellings are one word."""
    return _EITHER.sub(lambda match: _NEW.get(match.group(), match.group()), text)


def in_old_style(text: str) -> str:
    """The mark on the last vowel, "hoá"."""
    return _EITHER.sub(lambda match: _OLD.get(match.group(), match.group()), text)


def without_marks(text: str) -> str:
    """The letters of the alphabet alone: "đẩy" gives "day"."""
    bare = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    return bare.replace("đ", "d").replace("Đ", "D")


def differ_by_marks(left: str, right: str) -> bool:
    """One letter has other marks ("chuyên", "chuyển"), or the tone sits on another letter ("tóan", "toán")."""
    if left == right or without_marks(left) != without_marks(right):
        return False
    return sum(a != b for a, b in zip_longest(left, right)) == 1 or _tone_apart(left) == _tone_apart(right)


def differ_by_letter(left: str, right: str) -> bool:
    """One letter is missing or too much: "âng", "nâng"; "thhi", "thi"."""
    short, long = sorted((left, right), key=len)
    if len(long) - len(short) != 1:
        return False
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def _tone_apart(syllable: str) -> tuple[str, str]:
    """The syllable without its tone, and the tone."""
    apart = unicodedata.normalize("NFD", syllable)
    return "".join(c for c in apart if c not in _TONES), "".join(c for c in apart if c in _TONES)
