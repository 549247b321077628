"""Rules L02 and L03: Unicode, blanks, punctuation marks and dashes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from approval.domain.phrase_list import PhraseList, key_of
from approval.domain.pledge_text import to_nfc
from approval.domain.proof_finding import Part, Passage, ProofFinding
from approval.domain.syllables import runs_of
from approval.domain.tone_marks import CAPITAL, SMALL

_DASH = re.compile(r"(?P<left>[^\W_]+)(?P<dash> ?[-–—] ?)(?P<right>[^\W_]+)")
_YEARS = re.compile(r"\b(?P<from>\d{4})(?P<dash> ?[-–—] ?)(?P<to>\d{4})\b")
_SIGN = re.compile(r"(?P<number>\d+) ?[-–—] ?(?P<code>[A-ZĐ]{2,})(?=/)")
_LETTER = r"[^\W\d_]"
_BLANKS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"\s{2,}"), " ", "Thừa dấu cách."),
    (re.compile(r"\s+(?=[,;:!?.](?!\.))"), "", "Không để dấu cách trước dấu câu."),
    (re.compile(rf"(?<={_LETTER})([,;:!?])(?={_LETTER})"), r"\1 ", "Sau dấu câu phải có dấu cách."),
    (re.compile(rf"(?<=[{SMALL}]{{2}})\.(?=[{CAPITAL}][{SMALL}])"), ". ", "Sau dấu chấm phải có dấu cách."),
    (re.compile(r"([“(])\s+"), r"\1", "Không để dấu cách ngay sau dấu mở ngoặc."),
    (re.compile(r"\s+([”)])"), r"\1", "Không để dấu cách ngay trước dấu đóng ngoặc."),
    (re.compile(r"([,;:])(?:\s*[,;:])+"), r"\1", "Hai dấu câu liền nhau."),
)


def spacing(passages: tuple[Passage, ...]) -> Iterator[ProofFinding]:
    """L02: composed letters, one blank between words, none before a mark and one after it."""
    for passage in passages:
        whole = (0, len(passage.text))
        if passage.text != to_nfc(passage.text):
            vi = "Chữ chưa ở dạng Unicode dựng sẵn (TCVN 6909:2001); nên chuyển lại cả đoạn."
            yield passage.error("L02", whole, vi, to_nfc(passage.text))
            continue
        for pattern, right, vi in _BLANKS:
            for match in pattern.finditer(passage.text):
                yield passage.error("L02", match.span(), vi, match.expand(right))


def dashes(passages: tuple[Passage, ...], phrases: PhraseList) -> Iterator[ProofFinding]:
    """L03: " - " between the parts of a name or compound, none in a document's sign, one style for years."""
    spaced_years = any(" " in match["dash"] for passage in passages for match in _YEARS.finditer(passage.text))
    for passage in passages:
        yield from _signs(passage)
        yield from _years(passage, spaced=spaced_years)
        yield from _words(passage, phrases)


def _signs(passage: Passage) -> Iterator[ProofFinding]:
    for match in _SIGN.finditer(passage.text):
        right = f"{match['number']}-{match['code']}"
        if match.group() != right:
            vi = "Số, ký hiệu văn bản viết liền, dùng gạch nối và không có dấu cách."
            yield passage.warning("L03", match.span(), vi, right)


def _years(passage: Passage, *, spaced: bool) -> Iterator[ProofFinding]:
    for match in _YEARS.finditer(passage.text):
        right = " - " if spaced else "-"
        if match["dash"] != right:
            vi = "Khoảng năm viết chưa thống nhất trong văn bản; chọn một cách viết."
            yield passage.warning("L03", match.span(), vi, f"{match['from']}{right}{match['to']}")


def _words(passage: Passage, phrases: PhraseList) -> Iterator[ProofFinding]:
    for match in _DASH.finditer(passage.text):
        wrong = match["dash"] != " - "
        if wrong and match["left"].isalpha() and match["right"].isalpha() and _joins(match, passage, phrases):
            vi = "Giữa các vế của tên hoặc từ ghép dùng gạch nối ngắn, có dấu cách hai bên (“ - ”)."
            yield passage.warning("L03", match.span(), vi, f"{match['left']} - {match['right']}")


def _joins(match: re.Match[str], passage: Passage, phrases: PhraseList) -> bool:
    """Whether the dash joins two terms: by a blank beside it, or by two known phrases meeting there.

    "In-đô-nê-xi-a" and "CT-TTg" are written without blanks.
    """
    if " " in match["dash"] or passage.part is Part.PARTY:
        return True
    before, after = passage.text[: match.end("left")], passage.text[match.start("right") :]
    left = key_of(s.text for s in runs_of(before)[-1][-2:]) if runs_of(before) else ()
    right = key_of(s.text for s in runs_of(after)[0][:2]) if runs_of(after) else ()
    return phrases.knows(left) and phrases.knows(right)
