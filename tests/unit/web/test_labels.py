"""Every code people may meet has words, a tone and an icon."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from approval.domain.states import AuthorityKind, Role, State, VerdictKind
from approval.web.labels import (
    authority_name,
    deadline_label,
    mail_label,
    mark_label,
    role_name,
    state_label,
    verdict_label,
    waiting_label,
)

NOON = datetime(2024, 5, 20, 5, 0, tzinfo=UTC)


def test_no_code_is_without_words() -> None:
    labels = [
        *(state_label(state) for state in State),
        *(verdict_label(kind) for kind in VerdictKind),
        *(mark_label(kind.value) for kind in VerdictKind),
        *(mark_label(code, for_signature=True) for code in ("signed", "pending", "overdue")),
        *(mail_label(code) for code in ("waiting", "sent", "failed", "skipped")),
    ]
    assert all(label.words and label.tone and label.icon for label in labels)
    assert all(role_name(role) for role in Role)
    assert all(authority_name(kind) for kind in AuthorityKind)


def test_counts_complete_the_words() -> None:
    assert state_label(State.IN_REVIEW, round_number=2).words == "Đang lấy ý kiến lần 2"
    assert state_label("signing", signed=3, parties=5).words == "Đang ký (3/5)"


@pytest.mark.parametrize(
    ("hours", "words", "tone"),
    [
        (24 * 8, "Còn hạn: còn 6 ngày làm việc", "neutral"),
        (24, "Sắp đến hạn: còn 1 ngày làm việc", "soon"),
        (2, "Đến hạn hôm nay", "soon"),
        (-2, "Đã quá giờ hạn", "late"),
        (-96, "Quá hạn 2 ngày làm việc", "late"),
    ],
)
def test_deadline_in_words(hours: int, words: str, tone: str) -> None:
    label = deadline_label(NOON + timedelta(hours=hours), NOON)
    assert (label.words, label.tone) == (words, tone)


def test_a_deadline_on_a_day_off_is_not_called_due_today() -> None:
    friday = datetime(2024, 5, 17, 2, 0, tzinfo=UTC)
    assert deadline_label(friday + timedelta(days=1), friday).words == "Sắp đến hạn: vào ngày nghỉ tới"
    assert deadline_label(friday + timedelta(hours=2), friday).words == "Đến hạn hôm nay"


def test_agency_that_has_not_answered() -> None:
    assert waiting_label(None, now=NOON).words == "Chưa có ý kiến"
    assert waiting_label(NOON + timedelta(days=1), for_signature=True, now=NOON).words == "Chờ ký"
    assert waiting_label(NOON, now=NOON).words == "Chưa có ý kiến"
    assert waiting_label(NOON - timedelta(hours=1), now=NOON).words == "Không có ý kiến (quá hạn)"
    assert waiting_label(NOON - timedelta(hours=1), for_signature=True, now=NOON).words == "Chờ ký, đã quá giờ hạn"
    assert waiting_label(NOON - timedelta(days=4), for_signature=True, now=NOON).words == "Chờ ký, quá hạn 2 ngày"
