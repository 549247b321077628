"""Puts the rounds of a table of opinions together from what is stored: revisions, agencies, verdicts, history."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from approval.domain.anchors import Anchor
from approval.domain.audit_event import EventType
from approval.domain.opinion_table import Opinion, OpinionAnswer, Respondent, RoundOpinions, in_page_order
from approval.domain.states import AnswerKind, VerdictKind

# The events that tell when a round was to end and when it did.
ROUND_EVENTS = (EventType.REVIEW_OPENED, EventType.DRAFT_REOPENED, EventType.PLEDGE_CANCELLED)


@dataclass(frozen=True, slots=True)
class AskedAgency:
    """One agency and its current verdicts by revision number."""

    position: int
    name: str
    verdicts: Mapping[int, VerdictKind]


@dataclass(frozen=True, slots=True)
class RoundTimes:
    """Deadlines by round, and when rounds were closed before agreement."""

    deadlines: Mapping[int, datetime]
    closed_at: Mapping[int, datetime]

    def is_overdue(self, round_number: int, now: datetime) -> bool:
        """Whether the deadline passed while the round was open."""
        deadline = self.deadlines.get(round_number)
        return deadline is not None and deadline < self.closed_at.get(round_number, now)

    def is_cut_short(self, round_number: int) -> bool:
        """Whether the round was closed before its deadline."""
        deadline, closed = self.deadlines.get(round_number), self.closed_at.get(round_number)
        return deadline is not None and closed is not None and closed <= deadline


def read_round_times(payloads: Iterable[bytes]) -> RoundTimes:
    """What the payloads of ROUND_EVENTS, in their order, say of the rounds' times."""
    deadlines: dict[int, datetime] = {}
    closed_at: dict[int, datetime] = {}
    current = 1
    for payload in payloads:
        event = json.loads(payload)
        if event["type"] == EventType.REVIEW_OPENED:
            current = event["data"]["round"]
            deadlines[current] = datetime.fromisoformat(event["data"]["deadline"])
        else:
            closed_at.setdefault(current, datetime.fromisoformat(event["at"]))
    return RoundTimes(deadlines, closed_at)


def opinion_of(row: Any) -> Opinion:
    """One stored comment with its current answer.

    `row` has id, position, agency_name, anchor, quote, replacement, body, created_at, kind, words, place, taken and
    answered_at, the last five None where nobody answered.
    """
    answer = None
    if row.kind is not None:
        place = Anchor.parse(row.place) if row.place else None
        answer = OpinionAnswer(AnswerKind(row.kind), row.words, place, row.taken, row.answered_at)
    return Opinion(
        comment_id=row.id,
        position=row.position,
        agency=row.agency_name,
        anchor=Anchor.parse(row.anchor),
        quote=row.quote,
        replacement=row.replacement,
        body=row.body,
        created_at=row.created_at,
        answer=answer,
    )


def asked_agencies(rows: Iterable[Any]) -> tuple[AskedAgency, ...]:
    """Agencies of rows with position, name, number and kind: one row a verdict, or one with None for an agency that
    never gave any; in protocol order.
    """
    names: dict[int, str] = {}
    verdicts: dict[int, dict[int, VerdictKind]] = {}
    for row in rows:
        names[row.position] = row.name
        given = verdicts.setdefault(row.position, {})
        if row.kind is not None:
            given[row.number] = VerdictKind(row.kind)
    return tuple(AskedAgency(position, names[position], verdicts[position]) for position in sorted(names))


def opinion_rounds(
    *,
    revisions: Iterable[Any],
    verdicts: Iterable[Any],
    opinions: Iterable[Any],
    payloads: Iterable[bytes],
    now: datetime,
) -> tuple[RoundOpinions, ...]:
    """The rounds in order, from the rows of models/opinion_views.py (`payloads`: of ROUND_EVENTS, as they happened)."""
    agencies, times = asked_agencies(verdicts), read_round_times(payloads)
    by_revision: dict[int, list[Opinion]] = {}
    for row in opinions:
        by_revision.setdefault(row.number, []).append(opinion_of(row))
    return tuple(
        RoundOpinions(
            round=one.round,
            revision_number=one.number,
            revision_sha256=one.sha256,
            submitted_at=one.submitted_at,
            deadline=times.deadlines.get(one.round),
            overdue=times.is_overdue(one.round, now),
            cut_short=times.is_cut_short(one.round),
            respondents=tuple(
                Respondent(agency.position, agency.name, agency.verdicts.get(one.number)) for agency in agencies
            ),
            opinions=in_page_order(by_revision.get(one.number, ())),
        )
        for one in sorted(revisions, key=lambda one: one.number)
    )
