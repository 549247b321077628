"""Text pasted from a word processor, made plain: what nobody sees goes, what everybody reads stays word for word."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from approval.domain.pledge_text import to_nfc


class Cleaning(StrEnum):
    """What was made plain; the value is how people call it."""

    BREAKS = "dấu ngắt dòng hoặc ngắt trang"
    HIDDEN = "ký tự ẩn"
    LIST_MARKS = "dấu đầu dòng"
    BLANKS = "dấu cách cứng hoặc dấu tab"
    LETTERS = "dấu chữ gõ rời"


# Soft hyphen and characters without width. Not the bidi controls: they make a text read otherwise, so a person has to
# look at the place (hidden_characters refuses them).
_WITHOUT_WIDTH = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_PARAGRAPH_BREAK = re.compile("[\u2029\f]")
_LINE_BREAK = re.compile("[\u2028\u0085\v]")
_BLANK = "[^\\S\n]"
# Marks of Word's lists, its Symbol and Wingdings ones as they arrive: private characters, or a letter and a tab.
_BULLET = f"[•·▪◦‣●○■□◆◇➢➤✓✔\uf000-\uf0ff]{_BLANK}*|[-–—o§Øüv]\t{_BLANK}*"
_LIST_MARK = re.compile(rf"^{_BLANK}*(?:{_BULLET})(?=\S)", re.MULTILINE)
# A dash at a line's start is a list mark only after a finished line; else a sentence was wrapped there.
_DASH_MARK = re.compile(rf"(?:\A|\n{_BLANK}*\n|(?<=[.;:!?…,])\n){_BLANK}*[–—]{_BLANK}+(?=\S)")
_GAP_BEFORE = re.compile(rf"(?<=\S)({_BLANK}*)\n(?=\x00)")
_MARK = "\0"
_PLAIN_MARK = "- "


@dataclass(frozen=True, slots=True)
class CleanText:
    """The plain words (NFC, Unix line ends) and how many of each kind were made plain."""

    words: str
    cleaned: Mapping[Cleaning, int]


def clean_pasted(raw: str) -> CleanText:
    """Plain text; a list mark becomes "- " at the start of a paragraph of its own. No word is changed."""
    counts: Counter[Cleaning] = Counter()
    text = raw.replace(_MARK, "").replace("\r\n", "\n").replace("\r", "\n")
    counts[Cleaning.HIDDEN] += raw.count(_MARK)
    text = _replaced(_PARAGRAPH_BREAK, "\n\n", text, counts, Cleaning.BREAKS)
    text = _replaced(_LINE_BREAK, "\n", text, counts, Cleaning.BREAKS)
    text = _replaced(_WITHOUT_WIDTH, "", text, counts, Cleaning.HIDDEN)
    text = _plain_list_marks(text, counts)
    text = _plain_blanks(text, counts)
    composed = to_nfc(text)
    counts[Cleaning.LETTERS] += max(len(text) - len(composed), 0)
    return CleanText(composed, +counts)


def describe_cleaning(cleaned: Mapping[Cleaning, int]) -> str:
    """One sentence for people about what was made plain; empty when nothing was."""
    if not cleaned:
        return ""
    parts = ", ".join(f"{cleaned[kind]} {kind}" for kind in Cleaning if cleaned.get(kind))
    return f"Đã làm sạch định dạng còn sót khi dán từ Word: {parts}. Không chữ nào bị đổi."


def _replaced(pattern: re.Pattern[str], by: str, text: str, counts: Counter[Cleaning], kind: Cleaning) -> str:
    text, count = pattern.subn(by, text)
    counts[kind] += count
    return text


def _plain_list_marks(text: str, counts: Counter[Cleaning]) -> str:
    text = _DASH_MARK.sub(lambda found: found.group()[: found.group().rfind("\n") + 1] + _MARK, text)
    text = _LIST_MARK.sub(_MARK, text)
    counts[Cleaning.LIST_MARKS] += text.count(_MARK)
    return _GAP_BEFORE.sub("\n\n", text).replace(_MARK, _PLAIN_MARK)


def _plain_blanks(text: str, counts: Counter[Cleaning]) -> str:
    """Every blank that is not a plain space becomes one, one for one, so that joined words never come apart."""
    strange = {c for c in set(text) if c == "\t" or (c != " " and unicodedata.category(c) == "Zs")}
    counts[Cleaning.BLANKS] += sum(text.count(blank) for blank in strange)
    return text.translate({ord(blank): " " for blank in strange})
