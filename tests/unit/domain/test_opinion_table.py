"""The table of opinions: what is said of every agency, the counts, and one canonical form."""

from __future__ import annotations

import json
from dataclasses import replace

from approval.domain.opinion_table import Rest
from approval.domain.states import AnswerKind, VerdictKind
from tests.factories.opinions import AGENCIES, answer, opinion, respondents, round_of, table_of, two_rounds

AGREE, REQUEST = VerdictKind.AGREE, VerdictKind.REQUEST_CHANGES


def test_every_agency_without_rows_and_verdict_is_accounted_for() -> None:
    asked = respondents(AGREE, None, REQUEST, None, REQUEST)
    rest = round_of((opinion(1, 4), opinion(2, 5)), asked, overdue=True).rest()
    assert rest == {
        Rest.AGREED: (AGENCIES[0],),
        Rest.WITHDRAWN: (AGENCIES[2],),
        Rest.UNDECIDED: (AGENCIES[3],),
        Rest.SILENT: (AGENCIES[1],),
    }


def test_silence_is_no_opinion_only_after_the_deadline() -> None:
    assert round_of((), respondents(None, AGREE)).rest() == {Rest.AGREED: (AGENCIES[1],), Rest.WAITING: (AGENCIES[0],)}


def test_agreement_with_comments_stands_in_the_rows_alone() -> None:
    asked = respondents(VerdictKind.AGREE_WITH_COMMENTS)
    assert round_of((opinion(1, 1),), asked).rest() == {}


def test_counts_of_answers() -> None:
    one = round_of(
        (
            opinion(1, 1, answered=answer(AnswerKind.ACCEPTED)),
            opinion(2, 1, answered=answer(AnswerKind.EXPLAINED, "Vì.")),
            opinion(3, 2),
        )
    )
    assert one.answered_by_kind() == {
        AnswerKind.ACCEPTED: 1,
        AnswerKind.PARTLY_ACCEPTED: 0,
        AnswerKind.EXPLAINED: 1,
    }
    assert (one.unanswered, one.commenting) == (1, 2)


def test_rows_stand_by_part_then_protocol_order() -> None:
    one = round_of((opinion(1, 2, "closing"), opinion(2, 2), opinion(3, 1), opinion(4, 5, "whole")))
    assert [row.comment_id for row in one.opinions] == [4, 3, 2, 1]


def test_canonical_json_holds_everything_that_was_said() -> None:
    table = two_rounds()
    data = json.loads(table.canonical_bytes())
    first = data["rounds"][0]
    assert [row["id"] for row in first["opinions"]] == [4, 2, 1, 3, 5]
    assert first["rest"] == {"agreed": [AGENCIES[0]], "undecided": [AGENCIES[3]], "silent": [AGENCIES[1]]}
    taken = first["opinions"][2]
    assert taken["answer"] == {
        "kind": "accepted",
        "words": "",
        "place": "clause:3",
        "taken": True,
        "at": "2024-05-13T10:00:00.000000Z",
    }
    assert (taken["quote"], taken["replacement"], taken["part"]) == ("âng cao", "Nâng cao", "clause:3")
    assert first["opinions"][4]["answer"] is None
    assert first["opinions"][3]["answer"]["place"] is None


def test_another_answer_gives_another_hash() -> None:
    table = two_rounds()
    first = table.rounds[0]
    changed = replace(first.opinions[1], answer=answer(AnswerKind.EXPLAINED, "Đã sửa."))
    other = replace(first, opinions=(first.opinions[0], changed, *first.opinions[2:]))
    assert table_of(other, table.rounds[1]).sha256() != table.sha256()
    assert len(table.sha256()) == 64


def test_a_round_without_a_known_deadline_says_so() -> None:
    assert round_of(deadline=None).as_dict()["deadline"] is None
