"""A suggestion of other words: how little of a text it touches, where it belongs in a later text, and putting it in."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from approval.domain.agency_names import name_key
from approval.domain.anchors import PARAGRAPH_BREAK, Anchor, AnchorPart, words_at
from approval.domain.clause_pairs import pair_clauses
from approval.domain.pledge_text import Clause, PledgeText
from approval.domain.review_commands import Suggestion
from approval.domain.word_diff import DiffOp, diff_words

_TITLE_LINES = 2


def smallest_change(old: str, new: str) -> tuple[int, str, str] | None:
    """Start, quote and replacement that make `new` of `old`, as few whole words as will do; None when both are equal.

    The quote is never empty and holds a word where `old` has one, so that words added between two others are shown with
    the word they follow. Raises ValueError when `old` is empty: there is nothing to quote.
    """
    if old == new:
        return None
    if not old:
        raise ValueError("a part without words has none to replace")
    start = _first_difference(old, new)
    kept = _first_difference(old[start:][::-1], new[start:][::-1])
    while _splits_word(old, start) or _splits_word(new, start):
        start -= 1
    while _splits_word(old, len(old) - kept) or _splits_word(new, len(new) - kept):
        kept -= 1
    start, stop = _with_a_word(old, start, len(old) - kept)
    return _without_shared_blanks(start, old[start:stop], new[start : len(new) - len(old) + stop])


def apply_suggestion(text: PledgeText, anchor: Anchor, suggestion: Suggestion) -> PledgeText:
    """The text with the suggested words at `anchor`: at their place, or where they stand now if that is one place only.

    A clause left without words goes, and the clauses behind it get new numbers. Raises LookupError when the part or the
    quoted words are not there, or not once; ValueError when a title or a signature block would change its lines.
    """
    words = words_at(text, anchor)
    start = suggestion.start
    if not suggestion.quote or not words.startswith(suggestion.quote, start):
        start = _only_place(words, suggestion.quote)
    before, after = words[:start], words[start + len(suggestion.quote) :]
    if not suggestion.replacement and before.endswith(" ") and after.startswith(" "):
        after = after[1:]
    return _with_words(text, anchor, before + suggestion.replacement + after)


def carry_suggestion(old: str, new: str, suggestion: Suggestion) -> Suggestion:
    """The suggestion made on the words `old` of a part, at its place in the words `new` that the part has now.

    Raises LookupError when the quoted words were changed meanwhile, or cannot be told from others that read the same.
    """
    first, last = suggestion.start, suggestion.start + len(suggestion.quote)
    for before, now, length in _kept(old, new):
        if before <= first and last <= before + length:
            return replace(suggestion, start=now + first - before)
    if _places(old, suggestion.quote) != [first]:
        raise LookupError("the quoted words are no longer there")
    return replace(suggestion, start=_only_place(new, suggestion.quote))


def carry_anchor(old: PledgeText, new: PledgeText, anchor: Anchor) -> Anchor | None:
    """The part of `new` that this part of `old` has become; None when it is gone or `old` has no such part."""
    return carry_anchors(old, new).get(anchor)


def carry_anchors(old: PledgeText, new: PledgeText) -> dict[Anchor, Anchor]:
    """Every part of `old` that `new` still has: clauses by what they say, signature blocks by their agency."""
    carried = {
        Anchor(part): Anchor(part)
        for part in (AnchorPart.WHOLE, AnchorPart.TITLE, AnchorPart.PREAMBLE, AnchorPart.CLOSING)
    }
    for pair in pair_clauses(old.clauses, new.clauses):
        # Of a clause that was split the first part carries on; merged ones all live on in one.
        for clause in pair.olds if pair.new and not pair.split_off else ():
            carried[Anchor(AnchorPart.CLAUSE, clause.number)] = Anchor(AnchorPart.CLAUSE, pair.number)
    places = {name_key(party.agency): place for place, party in enumerate(new.parties, start=1)}
    for place, party in enumerate(old.parties, start=1):
        if now := places.get(name_key(party.agency)):
            carried[Anchor(AnchorPart.PARTY, place)] = Anchor(AnchorPart.PARTY, now)
    return carried


def _first_difference(a: str, b: str) -> int:
    pairs = enumerate(zip(a, b, strict=False))
    return next((index for index, (left, right) in pairs if left != right), min(len(a), len(b)))


def _is_letter(character: str) -> bool:
    return character.isalnum() or unicodedata.combining(character) > 0


def _splits_word(text: str, index: int) -> bool:
    return 0 < index < len(text) and _is_letter(text[index - 1]) and _is_letter(text[index])


def _with_a_word(text: str, start: int, stop: int) -> tuple[int, int]:
    """Widened to the word before, else to the one behind, when no word stands between start and stop."""
    if any(map(_is_letter, text[start:stop])):
        return start, stop
    before = next((index for index in range(start - 1, -1, -1) if _is_letter(text[index])), None)
    if before is not None:
        return _word_start(text, before), stop
    behind = next((index for index in range(stop, len(text)) if _is_letter(text[index])), None)
    if behind is not None:
        return start, _word_end(text, behind)
    return 0, len(text)


def _without_shared_blanks(start: int, quote: str, replacement: str) -> tuple[int, str, str]:
    ends = _first_difference(quote[::-1], replacement[::-1])
    blanks = min(ends, len(quote) - len(quote.rstrip()), len(quote) - 1)
    return start, quote[: len(quote) - blanks], replacement[: len(replacement) - blanks]


def _word_start(text: str, index: int) -> int:
    while _splits_word(text, index):
        index -= 1
    return index


def _word_end(text: str, index: int) -> int:
    index += 1
    while _splits_word(text, index):
        index += 1
    return index


def _places(words: str, quote: str) -> list[int]:
    """Where the quote stands as whole words; overlapping places count each."""
    found, start = [], words.find(quote)
    while quote and start >= 0:
        if not _splits_word(words, start) and not _splits_word(words, start + len(quote)):
            found.append(start)
        start = words.find(quote, start + 1)
    return found


def _only_place(words: str, quote: str) -> int:
    found = _places(words, quote)
    if len(found) != 1:
        raise LookupError(f"the quoted words stand there {len(found)} times")
    return found[0]


def _kept(old: str, new: str) -> Iterator[tuple[int, int, int]]:
    """Stretches that both have: place in the old words, place in the new ones, length."""
    before = now = 0
    for run in diff_words(old, new):
        if run.op is DiffOp.KEEP:
            yield before, now, len(run.text)
        before += 0 if run.op is DiffOp.INSERT else len(run.text)
        now += 0 if run.op is DiffOp.DELETE else len(run.text)


def _with_words(text: PledgeText, anchor: Anchor, words: str) -> PledgeText:
    lines = tuple(line.strip() for line in words.split(PARAGRAPH_BREAK))
    paragraphs = tuple(line for line in lines if line)
    match anchor.part:
        case AnchorPart.TITLE:
            title, subject = _lines(lines, _TITLE_LINES)
            return replace(text, title=title, subject=subject)
        case AnchorPart.PREAMBLE:
            return replace(text, preamble=paragraphs)
        case AnchorPart.CLAUSE:
            clauses = [replace(c, paragraphs=paragraphs) if c.number == anchor.number else c for c in text.clauses]
            return replace(text, clauses=_numbered([clause.paragraphs for clause in clauses]))
        case AnchorPart.CLOSING:
            return replace(text, closing=paragraphs)
        case _:
            (heading,) = _lines(lines, 1)
            block = replace(text.parties[anchor.number - 1], heading=heading)
            return replace(text, parties=(*text.parties[: anchor.number - 1], block, *text.parties[anchor.number :]))


def _numbered(clauses: list[tuple[str, ...]]) -> tuple[Clause, ...]:
    said = [paragraphs for paragraphs in clauses if paragraphs]
    return tuple(Clause(number, paragraphs) for number, paragraphs in enumerate(said, start=1))


def _lines(lines: tuple[str, ...], count: int) -> tuple[str, ...]:
    if len(lines) != count:
        raise ValueError(f"this part has {count} lines, not {len(lines)}")
    return lines
