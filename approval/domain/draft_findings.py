"""The findings kept with a draft: proofreader's findings as remarks in words, and which of them still stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from approval.domain.pledge_text import PledgeText
from approval.domain.proof_finding import BODY, Passage, ProofFinding, passages_of
from approval.domain.text_findings import TextFinding

_ENGLISH = {
    "Y01": "This names a year or a date of the source; check it for the new year.",
    "Y02": "This period or goal ended before the new year.",
    "Y03": "This anniversary or review belongs to the source's year.",
    "Y04": "This congress or term may be over; check it.",
    "Y05": "The names of the agencies differ from the bloc's present members.",
    "Y06": "The source speaks of the new year as one to come; check it.",
    "L06": "The number or order of the agencies differs from the signature blocks.",
}
MOST_REMARKS = 200
"""More nobody works through, and each is looked up in the draft whenever its page is shown."""
_SHORT, _BEFORE = 20, 40
"""Up to so many characters do not say where in a clause they stand; up to so many before them do."""
_END_OF_PHRASE = re.compile(r"[;,.:()“”]\s*")

Stored = Mapping[str, Any]


def as_remarks(findings: Iterable[ProofFinding], text: PledgeText) -> tuple[TextFinding, ...]:
    """One remark for each finding about `text`, with a few words before a short one: a clause may name many years.

    Of very many the last one says how many are left out. Raises KeyError for a rule without an English sentence here.
    """
    lines = {passage.place.label: passage.text for passage in passages_of(text)}
    remarks = dict.fromkeys(_remark(finding, lines) for finding in findings)
    kept = tuple(remarks)
    return kept if len(kept) <= MOST_REMARKS else (*kept[:MOST_REMARKS], _rest(len(kept) - MOST_REMARKS))


def still_standing(stored: Sequence[Stored], text: PledgeText) -> tuple[Stored, ...]:
    """The stored remarks without those whose words are gone from the draft; words that moved take theirs along.

    A remark about no words in particular always stands.
    """
    return tuple(_standing(stored, passages_of(text)))


def is_taken_up_again(stored: Iterable[Stored]) -> bool:
    """Whether the remarks come from taking up an earlier pledge, not from reading a file."""
    return any(remark["code"] in _ENGLISH for remark in stored)


def _remark(finding: ProofFinding, lines: Mapping[str, str]) -> TextFinding:
    found = _with_words_before(finding, lines.get(finding.place.label, ""))
    cut = "" if found == finding.found else "…"
    words = f"“{cut}{found}”: {finding.vi}" if found else finding.vi
    return TextFinding(finding.rule, finding.place.label, words, _ENGLISH[finding.rule], finding.suggestion, found)


def _with_words_before(finding: ProofFinding, line: str) -> str:
    if not finding.found or len(finding.found) > _SHORT:
        return finding.found
    before = line[max(0, finding.place.start - _BEFORE) : finding.place.start]
    phrase = _END_OF_PHRASE.split(before)[-1]
    return f"{' '.join(phrase.split(' ')[-4:])}{finding.found}"


def _rest(count: int) -> TextFinding:
    return TextFinding(
        "more_remarks",
        "Toàn văn bản",
        f"Còn {count} chỗ khác không liệt kê; đọc lại toàn bộ văn bản.",
        f"{count} more places are not listed; read the whole text.",
    )


def _standing(stored: Sequence[Stored], passages: Sequence[Passage]) -> Iterator[Stored]:
    here = {passage.place.label: passage.text for passage in passages}
    # Only words of the body can move: a year in the heading is not the one taken out of a clause.
    body = {passage.place.label: passage.text for passage in passages if passage.part in BODY}
    homes = {(remark["place"], remark.get("found", "")) for remark in stored}
    for remark in stored:
        found = remark.get("found", "")
        if not found or found in here.get(remark["place"], ""):
            yield remark
            continue
        strays = (place for place, words in body.items() if found in words and (place, found) not in homes)
        if moved_to := next(strays, None):
            homes.add((moved_to, found))
            yield {**remark, "place": moved_to}
