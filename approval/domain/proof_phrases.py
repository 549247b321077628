"""Rules W01 to W05 about words: slips, missing marks in set phrases, repetition, a dangling "với", doubled words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from approval.domain.near_miss import near_misses
from approval.domain.phrase_list import PhraseList, key_of
from approval.domain.proof_finding import BODY, Passage, ProofFinding
from approval.domain.proof_sentences import TASK_VERBS
from approval.domain.syllables import Syllable, runs_of

_LONGEST_MARKED = 9
_REPEATED = 8
"""Syllables in a row; shorter repetitions are set phrases."""

_REACH = 300
"""Characters before "với" in which its partner may stand."""

_SEGMENT = re.compile(r"[^.;:!?]+")
# Only verbs that have good substitutes; "thực hiện" may be said again.
_TASK = re.compile(r"\b(?:phát huy|đẩy mạnh|nâng cao|tăng cường|thúc đẩy|chú trọng|củng cố)\b", re.IGNORECASE)
_WITH_TASK = re.compile(rf"\bvới (?=(?:{TASK_VERBS}|xây dựng)\b)")
# What "với" before a verb leans on: "gắn … với thực hiện".
_PARTNER = re.compile(
    r"\b(?:gắn|gắn kết|kết hợp|đi đôi|song song|đồng bộ|đồng thời|lồng ghép|phối hợp|cùng|liên kết|phù hợp|hài hòa"
    r"|so|đối)\b"
)
_DOUBLED = re.compile(
    r"\b(và|của|các|những|cho|với|được|trong|là|về|theo|tại|từ|để|có|đã|sẽ|trên|việc|do|bởi|này)(\s+\1)+\b",
    re.IGNORECASE,
)


def slips(passages: tuple[Passage, ...], phrases: PhraseList) -> Iterator[ProofFinding]:
    """W01: a phrase with one wrong mark or one letter missing or too much."""
    for passage in passages:
        for slip in near_misses(passage.text, phrases):
            vi = f"“{passage.text[slip.start : slip.end]}” có thể là lỗi gõ của “{slip.suggestion}”."
            yield passage.error("W01", (slip.start, slip.end), vi, slip.suggestion)


def missing_marks(passages: tuple[Passage, ...], phrases: PhraseList) -> Iterator[ProofFinding]:
    """W02: a set phrase without its comma or dash: "thi đua khen thưởng"."""
    for passage in passages:
        for run in runs_of(passage.text) if passage.part in BODY else ():
            yield from _missing_marks(passage, run, phrases)


def _missing_marks(passage: Passage, run: tuple[Syllable, ...], phrases: PhraseList) -> Iterator[ProofFinding]:
    keys = key_of(syllable.text for syllable in run)
    start = 0
    while start < len(run):
        lengths = range(min(_LONGEST_MARKED, len(run) - start), 1, -1)
        length = next((n for n in lengths if phrases.marked(keys[start : start + n])), 1)
        if marked := phrases.marked(keys[start : start + length]):
            span = (run[start].start, run[start + length - 1].end)
            vi = f"Cụm từ này thường viết “{marked}”."
            yield passage.warning("W02", span, vi, _with_marks(run[start : start + length], marked))
        start += length


def _with_marks(run: tuple[Syllable, ...], marked: str) -> str:
    """The syllables as written, with what stands between them in the phrase."""
    between = re.findall(r", | - | ", marked)
    return "".join(s.text + gap for s, gap in zip(run, [*between, ""], strict=True))


def repetition(passages: tuple[Passage, ...]) -> Iterator[ProofFinding]:
    """W03: many words in a row said twice in one paragraph, or one verb twice in one part of a sentence."""
    for passage in passages:
        if passage.part in BODY:
            yield from _said_twice(passage)
            yield from _verb_twice(passage)


def _said_twice(passage: Passage) -> Iterator[ProofFinding]:
    seen: set[tuple[str, ...]] = set()
    for run in runs_of(passage.text):
        keys = key_of(syllable.text for syllable in run)
        index = 0
        while index + _REPEATED <= len(run):
            window = keys[index : index + _REPEATED]
            # A name, or the rest of one, may be said as often as needed.
            in_name = any(s.text[0].isupper() for s in run[max(0, index - 1) : index + 1])
            if window in seen and not in_name:
                vi = "Cụm từ dài này đã có ở trên trong cùng đoạn; nên viết gọn."
                yield passage.warning("W03", (run[index].start, run[index + _REPEATED - 1].end), vi)
                index += _REPEATED
            else:
                seen.add(window)
                index += 1


def _verb_twice(passage: Passage) -> Iterator[ProofFinding]:
    for segment in _SEGMENT.finditer(passage.text):
        seen: set[str] = set()
        for match in _TASK.finditer(passage.text, segment.start(), segment.end()):
            verb = match.group().lower()
            if verb in seen:
                yield passage.warning("W03", match.span(), f"Lặp từ “{verb}” trong cùng một ý; nên thay từ khác.")
            seen.add(verb)


def dangling_with(passages: tuple[Passage, ...]) -> Iterator[ProofFinding]:
    """W04: "… với thực hiện …" without the "gắn" it needs."""
    for passage in passages:
        for match in _WITH_TASK.finditer(passage.text) if passage.part in BODY else ():
            before = re.split(r"[.;:]|\bvới\b", passage.text[max(0, match.start() - _REACH) : match.start()])[-1]
            if not _PARTNER.search(before):
                vi = "“với” đứng trước một việc cần từ đi cặp, ví dụ “gắn … với”."
                yield passage.warning("W04", match.span(), vi, "gắn với ")


def doubled_words(passages: tuple[Passage, ...]) -> Iterator[ProofFinding]:
    """W05: a small word typed twice."""
    for passage in passages:
        for match in _DOUBLED.finditer(passage.text):
            yield passage.error("W05", match.span(), "Từ bị gõ hai lần.", match[1])
