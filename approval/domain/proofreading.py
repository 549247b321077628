"""Proofreading of a pledge: every rule in one table, every finding in the order of the page.

Rules L07 and L14 of the format check are about signatures and the typeset file, so they have no place here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from approval.domain import proof_citations, proof_document, proof_phrases, proof_sentences, proof_spacing, proof_words
from approval.domain.phrase_list import PhraseList
from approval.domain.pledge_text import PledgeText
from approval.domain.proof_finding import Level, Part, Passage, Place, ProofFinding, passages_of
from approval.domain.text_findings import TextFinding

Passages = tuple[Passage, ...]

OF_THE_DOCUMENT: tuple[Callable[[PledgeText], Iterable[ProofFinding]], ...] = (
    proof_document.date_line,
    proof_document.clause_numbers,
    proof_document.agencies,
    proof_document.agency_list,
    proof_document.end_mark,
)
OF_PASSAGES: tuple[Callable[[Passages], Iterable[ProofFinding]], ...] = (
    proof_spacing.spacing,
    proof_citations.citations,
    proof_sentences.beginnings_and_ends,
    proof_sentences.tasks_parted,
    proof_words.tone_style,
    proof_words.abbreviations,
    proof_phrases.repetition,
    proof_phrases.dangling_with,
    proof_phrases.doubled_words,
)
OF_PHRASES: tuple[Callable[[Passages, PhraseList], Iterable[ProofFinding]], ...] = (
    proof_spacing.dashes,
    proof_words.capitals,
    proof_phrases.slips,
    proof_phrases.missing_marks,
)
_IMPORT_RULES = {"paragraphs_joined": "L09", "date_line_rewritten": "L01"}


def proofread(text: PledgeText, phrases: PhraseList, imported: Sequence[TextFinding] = ()) -> tuple[ProofFinding, ...]:
    """Every finding, ordered by place; the text is never changed.

    `imported` is what the importer noticed while reading the file; what the text itself no longer shows (paragraphs
    joined, a date line written otherwise) is reported with it, the rest is found by the rules anyway.
    """
    passages = passages_of(text)
    found = [finding for rule in OF_THE_DOCUMENT for finding in rule(text)]
    found += [finding for rule in OF_PASSAGES for finding in rule(passages)]
    found += [finding for rule in OF_PHRASES for finding in rule(passages, phrases)]
    found += [_from_import(finding) for finding in imported if finding.code in _IMPORT_RULES]
    slips = {_start(finding) for finding in found if finding.rule == "W01"}
    # A lost first letter is also a sentence without a capital; the slip says both and repairs both.
    kept = [finding for finding in found if finding.rule != "L09" or _start(finding) not in slips]
    return tuple(sorted(kept, key=lambda finding: (finding.place.order, finding.rule)))


def _start(finding: ProofFinding) -> tuple[int, ...]:
    return finding.place.order[:4]


def _from_import(finding: TextFinding) -> ProofFinding:
    word, _, number = finding.place.partition(" ")
    if word == "Khoản":
        place = Place(Part.CLAUSE, int(number))
    else:
        place = Place(Part.DATE if finding.code == "date_line_rewritten" else Part.PREAMBLE)
    return ProofFinding(_IMPORT_RULES[finding.code], Level.WARN, place, "", finding.vi, finding.suggestion)
