"""Proofreading beside the editor's parts: what is found in the form as typed, what was let stand, what is put right."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from approval.adapters.phrase_file import load_phrases
from approval.domain.agency_names import find_names
from approval.domain.errors import InvalidInputError
from approval.domain.finding_marks import MarkedFinding, mark_findings
from approval.domain.pledge_text import PartyBlock, PledgeText
from approval.domain.pledge_text_check import text_lines
from approval.domain.proof_finding import BODY, Level, Part, Place
from approval.domain.proofreading import proofread
from approval.domain.typed_paragraphs import replace_span
from approval.domain.word_diff import DiffOp, DiffRun, diff_words
from approval.extensions import db
from approval.queries.finding_dismissals import DismissalView, load_dismissals
from approval.queries.pledge_page import PledgePage
from approval.web.pledges.blueprint import pledges
from approval.web.pledges.editor_form import DraftForm

# A second's work; the real pledge has 8 000 characters. `approval check` reads longer ones.
LONGEST_READ = 200_000
_TOO_LONG = f"văn bản dài hơn {LONGEST_READ} ký tự. Dùng lệnh “approval check” để soát cả tệp."
# The findings of these parts stand beside one panel.
HEAD_PARTS = ("date", "title", "subject", "preamble")
ORDER = re.compile(r"(take|dismiss|restore):([0-9a-f]{64})(?::([a-z]+(?:-\d{1,2})?))?")


@dataclass(frozen=True, slots=True)
class FindingCard:
    """One finding as the page shows it, beside the part of the form it stands in."""

    mark: MarkedFinding
    part: str
    may_take: bool

    @property
    def is_error(self) -> bool:
        """Whether it breaks a rule; else a person is asked to look."""
        return self.mark.finding.level is Level.ERROR

    @property
    def redline(self) -> tuple[DiffRun, ...]:
        """The words found and what to put there; as they are when only a person knows."""
        finding = self.mark.finding
        if finding.suggestion is None:
            return (DiffRun(DiffOp.KEEP, finding.found),) if finding.found else ()
        return diff_words(finding.found, finding.suggestion)


@dataclass(frozen=True, slots=True)
class DismissedCard:
    """A finding let stand that the text still has."""

    mark: MarkedFinding
    dismissal: DismissalView


@dataclass(frozen=True, slots=True)
class Proof:
    """What proofreading says about a form; `problem` is why it could not be read."""

    parts: Mapping[str, tuple[FindingCard, ...]] = field(default_factory=dict)
    dismissed: tuple[DismissedCard, ...] = ()
    problem: str = ""

    @property
    def total(self) -> int:
        """How many findings are open."""
        return sum(len(cards) for cards in self.parts.values())

    def of(self, part: str) -> tuple[FindingCard, ...]:
        """The open findings of one part of the form."""
        return self.parts.get(part, ())


def proof_of_form(page: PledgePage, form: DraftForm) -> Proof:
    """The findings in the form as typed."""
    try:
        text = form.to_text(page.text)
    except InvalidInputError as refusal:
        return Proof(problem=refusal.vi)
    return proof_of_text(page, text)


def proof_of_text(page: PledgePage, text: PledgeText) -> Proof:
    """The findings in a text of this pledge, without those that were let stand."""
    if sum(len(line.words) for line in text_lines(text)) > LONGEST_READ:
        return Proof(problem=_TOO_LONG)
    let_stand = {found.fingerprint: found for found in load_dismissals(db.session(), page.id)}
    parts: dict[str, list[FindingCard]] = {}
    dismissed = []
    for mark in _marked(text):
        if known := let_stand.get(mark.fingerprint):
            dismissed.append(DismissedCard(mark, known))
            continue
        part = part_of(mark.finding.place)
        parts.setdefault(part, []).append(FindingCard(mark, part, _may_take(page, mark)))
    return Proof({part: tuple(cards) for part, cards in parts.items()}, tuple(dismissed))


@lru_cache(maxsize=32)
def _marked(text: PledgeText) -> tuple[MarkedFinding, ...]:
    """The same text is read once: a page and the live panel ask again after every pause."""
    return mark_findings(text, proofread(text, load_phrases()))


def part_of(place: Place) -> str:
    """The part of the form a finding stands beside: "clause-3", "title", "parties"."""
    return f"{place.part}-{place.number}" if place.number else place.part.value


def find_marked(page: PledgePage, form: DraftForm, fingerprint: str, part: str) -> MarkedFinding | None:
    """The finding in the form as typed; of several that read alike, one in this part.

    Raises InvalidInputError for a form that makes no text.
    """
    same = [mark for mark in _marked(form.to_text(page.text)) if mark.fingerprint == fingerprint]
    return next((mark for mark in same if part_of(mark.finding.place) == part), same[0] if same else None)


def _may_take(page: PledgePage, mark: MarkedFinding) -> bool:
    if mark.finding.suggestion is None or mark.finding.place.part is Part.DATE:
        return False
    return mark.finding.place.part is not Part.PARTIES or page.revision is None


def with_suggestion(form: DraftForm, mark: MarkedFinding) -> DraftForm:
    """The form with the suggestion put in at its place, everything else as typed."""
    place, words = mark.finding.place, mark.finding.suggestion
    if words is None or place.part is Part.DATE:
        return form
    if place.part is Part.PARTIES:
        return replace(form, parties=_in_preamble_order(form.parties, form.preamble))
    part = part_of(place)
    typed = form.words_of(part)
    if place.part in BODY:
        put = replace_span(typed, paragraph=place.paragraph, start=place.start, end=place.end, words=words)
    else:
        put = typed[: place.start] + words + typed[place.end :]
    return form.with_words(part, put)


def _in_preamble_order(parties: tuple[PartyBlock, ...], preamble: str) -> tuple[PartyBlock, ...]:
    """Blocks whose agency the preamble names, as it names them; the others stay last."""
    found = find_names([party.agency for party in parties], preamble)
    places = [hit.position if hit else len(preamble) for hit in found]
    return tuple(party for _, party in sorted(zip(places, parties, strict=True), key=lambda row: row[0]))


@pledges.app_template_global("proof_of_draft")
def proof_of_draft(page: PledgePage) -> Proof:
    """The findings in the draft shown on a page."""
    return proof_of_text(page, page.text)


@pledges.app_template_global("party_parts")
def party_parts(form: DraftForm) -> list[str]:
    """The parts whose findings stand beside the signature blocks."""
    return ["parties", *(f"party-{position}" for position, _ in enumerate(form.parties, start=1))]


@pledges.app_template_global("proof_ids")
def proof_ids(parts: Sequence[str]) -> list[str]:
    """What an id to begin at is called when it means findings of these parts."""
    return [f"luu-y-{part}" for part in parts]


@pledges.app_template_global("head_parts")
def head_parts() -> tuple[str, ...]:
    """The parts whose findings stand beside the head of the text."""
    return HEAD_PARTS
