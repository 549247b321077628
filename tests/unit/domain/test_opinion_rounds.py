"""Rounds put together from stored rows: who was asked, when the round was to end and when it did."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from approval.domain.anchors import Anchor
from approval.domain.audit_event import EventType
from approval.domain.opinion_rounds import opinion_rounds, read_round_times
from approval.domain.opinion_table import Rest, RoundOpinions
from approval.domain.states import AnswerKind, VerdictKind
from tests.factories.opinions import MAY_6

DAY = timedelta(days=1)


def event(kind: EventType, at: datetime, **data: Any) -> bytes:
    return json.dumps({"type": kind, "at": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "data": data}).encode()


def opened(round_number: int, at: datetime, deadline: datetime) -> bytes:
    return event(EventType.REVIEW_OPENED, at, round=round_number, deadline=deadline.isoformat())


def verdict(position: int, number: int | None = None, kind: str | None = None) -> SimpleNamespace:
    return SimpleNamespace(position=position, name=f"Sở {position}", number=number, kind=kind)


def revision(number: int) -> SimpleNamespace:
    return SimpleNamespace(number=number, round=number, sha256="a" * 64, submitted_at=MAY_6)


def comment(number: int, revision_number: int = 1, **answer: Any) -> SimpleNamespace:
    values = {"kind": None, "words": None, "place": None, "taken": None, "answered_at": None, **answer}
    return SimpleNamespace(
        id=number,
        number=revision_number,
        position=1,
        agency_name="Sở 1",
        anchor="clause:2",
        quote="",
        replacement=None,
        body="Sửa.",
        created_at=MAY_6,
        **values,
    )


def rounds(*payloads: bytes, now: datetime = MAY_6, **rows: Any) -> tuple[RoundOpinions, ...]:
    values = {"revisions": [revision(1)], "verdicts": [verdict(1), verdict(2)], "opinions": [], **rows}
    return opinion_rounds(payloads=payloads, now=now, **values)


def test_silence_in_an_open_round_becomes_an_answer_at_the_deadline() -> None:
    opening = opened(1, MAY_6, MAY_6 + 7 * DAY)
    (before,) = rounds(opening, now=MAY_6 + 6 * DAY)
    (after,) = rounds(opening, now=MAY_6 + 8 * DAY)
    assert list(before.rest()) == [Rest.WAITING]
    assert list(after.rest()) == [Rest.SILENT]


def test_a_round_closed_before_its_deadline_was_never_overdue() -> None:
    payloads = (
        opened(1, MAY_6, MAY_6 + 7 * DAY),
        event(EventType.DRAFT_REOPENED, MAY_6 + 2 * DAY, round=2),
        opened(2, MAY_6 + 3 * DAY, MAY_6 + 20 * DAY),
    )
    first, second = rounds(*payloads, now=MAY_6 + 10 * DAY, revisions=[revision(2), revision(1)])
    assert (first.round, first.overdue, second.round, second.overdue) == (1, False, 2, False)
    assert (first.cut_short, second.cut_short) == (True, False)
    assert list(first.rest()) == [Rest.CUT_SHORT]


def test_a_round_closed_after_its_deadline_was() -> None:
    times = read_round_times(
        [opened(1, MAY_6, MAY_6 + 7 * DAY), event(EventType.PLEDGE_CANCELLED, MAY_6 + 9 * DAY, reason="Thôi")]
    )
    assert times.is_overdue(1, MAY_6)


def test_without_history_there_is_no_deadline_to_miss() -> None:
    (one,) = rounds(now=MAY_6 + 100 * DAY)
    assert (one.deadline, one.overdue) == (None, False)


def test_verdicts_belong_to_their_own_revision() -> None:
    given = [verdict(2, 1, "request_changes"), verdict(1, 1, "agree"), verdict(2, 2, "agree"), verdict(3)]
    first, second = rounds(revisions=[revision(1), revision(2)], verdicts=given)
    assert [one.verdict for one in first.respondents] == [VerdictKind.AGREE, VerdictKind.REQUEST_CHANGES, None]
    assert [one.verdict for one in second.respondents] == [None, VerdictKind.AGREE, None]
    assert [one.agency for one in second.respondents] == ["Sở 1", "Sở 2", "Sở 3"]


def test_comments_come_with_their_answers() -> None:
    moment = datetime(2024, 5, 14, tzinfo=UTC)
    told = comment(2, kind="accepted", words="", place="clause:3", taken=True, answered_at=moment)
    explained = comment(3, kind="explained", words="Vì.", place=None, taken=False, answered_at=moment)
    first, second = rounds(revisions=[revision(1), revision(2)], opinions=[comment(1), told, explained, comment(4, 2)])
    assert [one.comment_id for one in first.opinions] == [1, 2, 3]
    assert [one.comment_id for one in second.opinions] == [4]
    answers = [one.answer for one in first.opinions]
    assert answers[0] is None
    assert answers[1] is not None
    assert (answers[1].kind, answers[1].place, answers[1].taken) == (
        AnswerKind.ACCEPTED,
        Anchor.parse("clause:3"),
        True,
    )
    assert answers[2] is not None
    assert answers[2].place is None
