"""Refusals reach people as one clear sentence in Vietnamese and one in English, with the right status."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from approval.domain.errors import (
    AlreadyDoneError,
    BusyError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    PledgeError,
    StaleTextError,
    TransitionRefusedError,
    WorkNotReadyError,
)
from approval.web.errors import status_of
from approval.web.guards import Policy, policy
from tests.functional.conftest import Place

WORDS = ("code", "Câu tiếng Việt.", "English sentence.")


class FinerRefusalError(InvalidInputError):
    """A refusal made somewhere else."""


REFUSALS = [
    (InvalidInputError(*WORDS), 422),
    (FinerRefusalError(*WORDS), 422),
    (NotFoundError(*WORDS), 404),
    (NotAllowedError(*WORDS), 403),
    (TransitionRefusedError(*WORDS), 409),
    (StaleTextError(*WORDS), 409),
    (BusyError(*WORDS), 503),
    (WorkNotReadyError(*WORDS), 503),
]


def answer_with(place: Place, error: Exception) -> None:
    """Let a public page fail with this refusal."""

    @policy(Policy.PUBLIC)
    def fail() -> str:
        raise error

    place.app.view_functions["health.show"] = fail


def test_every_refusal_has_a_status_and_both_sentences(place: Place) -> None:
    for error, status in REFUSALS:
        answer_with(place, error)
        answer = place.visitor().get("/healthz")
        assert answer.status_code == status == status_of(error)
        assert "Câu tiếng Việt." in answer.text
        assert '<p class="muted small mt-3" lang="en">English sentence.</p>' in answer.text


def test_busy_says_when_to_come_back(place: Place) -> None:
    answer_with(place, BusyError(*WORDS))
    assert place.visitor().get("/healthz").headers["Retry-After"] == "5"


def test_words_of_a_refusal_are_escaped(place: Place) -> None:
    answer_with(place, InvalidInputError("code", "<script>alert(1)</script>", "<b>"))
    assert "<script>" not in place.visitor().get("/healthz").text


def test_no_refusal_class_is_without_a_status() -> None:
    def classes(kind: type[PledgeError]) -> set[type[PledgeError]]:
        return {kind} | {deeper for child in kind.__subclasses__() for deeper in classes(child)}

    for kind in classes(PledgeError) - {PledgeError, AlreadyDoneError}:
        assert status_of(kind.__new__(kind)) in {403, 404, 409, 422, 503}, kind


def test_the_same_act_twice_is_a_friendly_notice(place: Place) -> None:
    done = AlreadyDoneError("again", "Ông/Bà đã làm lúc 09:12.", "Done at 09:12.", done_at=datetime.now(UTC))

    @policy(Policy.SIGNED_IN)
    def again() -> str:
        raise done

    place.app.view_functions["profile.password"] = again
    visitor = place.visitor(place.house.coordinator)
    answer = visitor.post("/ho-so/mat-khau")
    assert answer.status_code == 303
    assert answer.location == "/ho-so"
    assert "Ông/Bà đã làm lúc 09:12." in visitor.get("/ho-so").text
    assert "Ông/Bà đã làm lúc 09:12." not in visitor.get("/ho-so").text


@pytest.mark.parametrize("megabytes", [5])
def test_upload_that_is_too_large_is_refused_kindly(place: Place, megabytes: int) -> None:
    visitor = place.visitor(place.house.representatives[0])
    answer = visitor.post("/ho-so/mau-chu-ky", picture="x" * (megabytes * 1024 * 1024))
    assert answer.status_code == 413
    assert "quá lớn" in answer.text


def test_wrong_method_names_the_right_ones(place: Place) -> None:
    answer = place.visitor().client.delete("/dang-nhap")
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


def test_signed_in_person_finds_the_way_back(place: Place) -> None:
    page = place.visitor(place.house.coordinator).soup("/khong-co")
    assert page.select_one("main a.btn")["href"] == "/viec-can-xu-ly"  # type: ignore[index]
    assert page.find("h1").text == "Không tìm thấy"  # type: ignore[union-attr]


def test_too_many_sign_ins_a_minute_are_slowed_down(place: Place) -> None:
    visitor = place.visitor()
    token = visitor.token("/dang-nhap")
    statuses = [
        visitor.client.post("/dang-nhap", data={"csrf_token": token, "email": f"a{n}@b.example"}).status_code
        for n in range(31)
    ]
    assert statuses[-1] == 429
    assert 429 not in statuses[:25]
