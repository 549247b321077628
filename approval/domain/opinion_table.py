"""What the agencies said in each round and what became of it: the data of the table of opinions."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from approval.domain.anchors import Anchor
from approval.domain.audit_event import canonical_json, moment_text
from approval.domain.states import AGREEING_VERDICTS, AnswerKind, VerdictKind

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class OpinionAnswer:
    """The coordinator's current answer; `place` is where it shows in the next text, None where nothing changed."""

    kind: AnswerKind
    words: str
    place: Anchor | None
    taken: bool
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class Opinion:
    """One standing comment: by which agency (`position` in protocol order), on which part and words, saying what."""

    comment_id: int
    position: int
    agency: str
    anchor: Anchor
    quote: str
    replacement: str | None
    body: str
    created_at: datetime
    answer: OpinionAnswer | None


@dataclass(frozen=True, slots=True)
class Respondent:
    """One agency asked in a round and its current verdict on that revision, None when it gave none."""

    position: int
    agency: str
    verdict: VerdictKind | None


class Rest(StrEnum):
    """What is to be said of an agency beside its rows; an agency with a verdict and rows needs no further word."""

    AGREED = "agreed"
    WITHDRAWN = "withdrawn"
    UNDECIDED = "undecided"
    SILENT = "silent"
    WAITING = "waiting"
    CUT_SHORT = "cut_short"


@dataclass(frozen=True, slots=True)
class RoundOpinions:
    """One round: its revision, the agencies asked in protocol order, their opinions in the order of the page.

    `overdue`: the deadline passed while the round was open, so that silence is silence. `cut_short`: it was closed
    before, so that whoever had said nothing could not any more.
    """

    round: int
    revision_number: int
    revision_sha256: str
    submitted_at: datetime
    deadline: datetime | None
    overdue: bool
    cut_short: bool
    respondents: tuple[Respondent, ...]
    opinions: tuple[Opinion, ...]

    @property
    def unanswered(self) -> int:
        """How many opinions have no answer yet."""
        return sum(1 for opinion in self.opinions if opinion.answer is None)

    @property
    def commenting(self) -> int:
        """How many agencies have opinions here."""
        return len({opinion.position for opinion in self.opinions})

    def answered_by_kind(self) -> dict[AnswerKind, int]:
        """How many opinions got each kind of answer."""
        counts = Counter(opinion.answer.kind for opinion in self.opinions if opinion.answer)
        return {kind: counts[kind] for kind in AnswerKind}

    def rest(self) -> dict[Rest, tuple[str, ...]]:
        """Names of the agencies of which more is to be said, in protocol order; only kinds that occur."""
        found: dict[Rest, list[str]] = {}
        commenting = {opinion.position for opinion in self.opinions}
        for one in self.respondents:
            silence = Rest.SILENT if self.overdue else Rest.CUT_SHORT if self.cut_short else Rest.WAITING
            kind = _rest_of(one, commented=one.position in commenting, silence=silence)
            if kind is not None:
                found.setdefault(kind, []).append(one.agency)
        return {kind: tuple(found[kind]) for kind in Rest if kind in found}

    def as_dict(self) -> dict[str, Any]:
        """Plain data with ASCII keys."""
        return {
            "round": self.round,
            "revision": self.revision_number,
            "revision_sha256": self.revision_sha256,
            "submitted_at": moment_text(self.submitted_at),
            "deadline": None if self.deadline is None else moment_text(self.deadline),
            "agencies": [
                {"position": one.position, "agency": one.agency, "verdict": one.verdict} for one in self.respondents
            ],
            "opinions": [_opinion_dict(opinion) for opinion in self.opinions],
            "rest": {kind.value: list(names) for kind, names in self.rest().items()},
        }


@dataclass(frozen=True, slots=True)
class OpinionTable:
    """All rounds of one pledge, the first round first."""

    pledge_id: str
    title: str
    subject: str
    rounds: tuple[RoundOpinions, ...]

    def canonical_bytes(self) -> bytes:
        """RFC 8785 canonical JSON of everything; what the history names by its hash when signing opens."""
        return canonical_json(self.as_dict())

    def as_dict(self) -> dict[str, Any]:
        """Plain data with ASCII keys; the shape of the canonical JSON."""
        return {
            "v": FORMAT_VERSION,
            "pledge": self.pledge_id,
            "title": self.title,
            "subject": self.subject,
            "rounds": [one.as_dict() for one in self.rounds],
        }

    def sha256(self) -> str:
        """Lower-case hex SHA-256 (64 characters) of `canonical_bytes`."""
        return hashlib.sha256(self.canonical_bytes()).hexdigest()


def in_page_order(opinions: Iterable[Opinion]) -> tuple[Opinion, ...]:
    """By part of the text, then agencies in protocol order, then as written."""
    return tuple(
        sorted(opinions, key=lambda one: (one.anchor.order, one.position, one.created_at, one.comment_id)),
    )


def _rest_of(one: Respondent, *, commented: bool, silence: Rest) -> Rest | None:
    if one.verdict is None:
        return Rest.UNDECIDED if commented else silence
    if commented:
        return None
    return Rest.AGREED if one.verdict in AGREEING_VERDICTS else Rest.WITHDRAWN


def _opinion_dict(opinion: Opinion) -> dict[str, Any]:
    answer = opinion.answer
    return {
        "id": opinion.comment_id,
        "position": opinion.position,
        "agency": opinion.agency,
        "part": str(opinion.anchor),
        "quote": opinion.quote,
        "replacement": opinion.replacement,
        "body": opinion.body,
        "at": moment_text(opinion.created_at),
        "answer": None
        if answer is None
        else {
            "kind": answer.kind,
            "words": answer.words,
            "place": None if answer.place is None else str(answer.place),
            "taken": answer.taken,
            "at": moment_text(answer.answered_at),
        },
    }
