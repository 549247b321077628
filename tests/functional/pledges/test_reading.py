"""Who read, took, printed or was refused a pledge stands in its history, without flooding it."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from approval.domain.commands import FinalisePledge
from approval.domain.errors import AlreadyDoneError
from approval.domain.reading_commands import ViewDocument
from approval.domain.states import Role
from approval.extensions import db
from approval.services.finalise_pledge import finalise_pledge
from approval.services.revise_pledge import revise_pledge
from approval.services.view_document import view_document
from tests.factories.history import events
from tests.factories.review_house import make_review, revise_command
from tests.factories.signing_house import add_person, make_open_pledge, sign_by, stored_pledge
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import open_form, tree, words


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """A pledge in review."""
    return make_review(desk.place.app, desk.house)


def noted(desk: Desk, kind: str) -> list[dict[str, Any]]:
    with desk.place.app.app_context():
        return events(f"pledge:file:{kind}")


def finished(desk: Desk) -> uuid.UUID:
    pledge_id = make_open_pledge(desk.place.app, desk.house)
    sign_by(desk.place.app, pledge_id, *desk.house.representatives)
    with desk.place.app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))
    return pledge_id


def test_a_view_is_noted_once_a_person_document_and_day(desk: Desk, pledge_id: uuid.UUID) -> None:
    for _ in range(3):
        assert desk.first.get(page_of(pledge_id)).status_code == 200
    assert desk.first.client.head(page_of(pledge_id)).status_code == 200
    (view,) = noted(desk, "viewed")
    assert view["actor"] == f"representative:{desk.house.representatives[0].person_id}"
    assert view["pledge"] == str(pledge_id)
    assert view["obj"]["version"] == 1
    assert len(view["obj"]["doc_sha256"]) == 64
    desk.second.get(page_of(pledge_id))
    assert len(noted(desk, "viewed")) == 2
    desk.place.clock.forward(days=1)
    again = desk.place.visitor(desk.house.representatives[0])
    for _ in range(2):
        again.get(page_of(pledge_id))
    assert len(noted(desk, "viewed")) == 3


def test_another_text_is_another_document(desk: Desk, pledge_id: uuid.UUID) -> None:
    desk.coordinator.get(page_of(pledge_id))
    command = revise_command(desk.place.app, desk.house, pledge_id)
    with desk.place.app.app_context():
        revise_pledge(command)
    desk.coordinator.get(page_of(pledge_id))
    assert [view["obj"]["version"] for view in noted(desk, "viewed")] == [1, 0]


def test_the_finished_file_is_another_document_than_the_text_it_was_signed_from(desk: Desk) -> None:
    pledge_id = make_open_pledge(desk.place.app, desk.house)
    desk.first.get(page_of(pledge_id))
    sign_by(desk.place.app, pledge_id, *desk.house.representatives)
    with desk.place.app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))
        final = stored_pledge(pledge_id).final_sha256
    for _ in range(2):
        desk.first.get(page_of(pledge_id))
    assert [view["obj"]["doc_sha256"] == final for view in noted(desk, "viewed")] == [False, True]


def test_what_a_process_never_knew_the_history_remembers(desk: Desk, pledge_id: uuid.UUID) -> None:
    desk.first.get(page_of(pledge_id))
    (view,) = noted(desk, "viewed")
    with desk.place.app.app_context():
        command = ViewDocument(desk.house.representatives[0], pledge_id, 1, view["obj"]["doc_sha256"])
        with pytest.raises(AlreadyDoneError):
            view_document(command)
    assert len(noted(desk, "viewed")) == 1


def test_every_download_is_noted_with_its_bytes(desk: Desk) -> None:
    pledge_id = finished(desk)
    with desk.place.app.app_context():
        final = stored_pledge(pledge_id).final_sha256
    for _ in range(2):
        assert desk.first.get(page_of(pledge_id, "tep/hoan-chinh.pdf")).status_code == 200
    assert desk.first.client.head(page_of(pledge_id, "tep/hoan-chinh.pdf")).status_code == 200
    taken = noted(desk, "downloaded")
    assert [one["data"] for one in taken] == [{"file": "final", "sha256": final}] * 2
    answer = desk.first.get(page_of(pledge_id, "tep/ban-in.pdf"))
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert [one["data"]["sha256"] for one in noted(desk, "printed")] == [final]
    page = words(desk.coordinator.get(page_of(pledge_id, "nhat-ky?loai=xem-tai")))
    assert "tải một tệp: văn bản hoàn chỉnh" in page
    assert "mở bản in" in page
    assert "tải một tệp" not in words(desk.coordinator.get(page_of(pledge_id, "nhat-ky")))


@pytest.mark.parametrize(
    ("part", "file"),
    [
        ("tep/ban-mo-ky.pdf", "opened"),
        ("tep/phieu-xac-thuc.pdf", "verification_sheet"),
        ("tep/ban-1.docx", "draft_word"),
        ("tong-hop-y-kien.docx", "opinions"),
        ("nhat-ky.jsonl", "history"),
    ],
)
def test_each_kind_of_file_is_named(desk: Desk, part: str, file: str) -> None:
    pledge_id = finished(desk)
    assert desk.coordinator.get(page_of(pledge_id, part)).status_code == 200
    assert [one["data"]["file"] for one in noted(desk, "downloaded")] == [file]


def test_a_file_that_is_not_there_is_not_noted_as_taken(desk: Desk, pledge_id: uuid.UUID) -> None:
    assert desk.first.get(page_of(pledge_id, "tep/hoan-chinh.pdf")).status_code == 404
    assert noted(desk, "downloaded") == noted(desk, "refused") == []


def test_somebody_turned_away_is_noted_once_a_day(desk: Desk, pledge_id: uuid.UUID) -> None:
    with desk.place.app.app_context():
        outsider = add_person(Role.COORDINATOR, None, name="Thư ký khối khác")
        db.session.commit()
    stranger = desk.place.visitor(outsider)
    for part in ("", "nhat-ky", "tep/hoan-chinh.pdf"):
        assert stranger.get(page_of(pledge_id, part)).status_code == 404
    (refusal,) = noted(desk, "refused")
    assert refusal["actor"] == f"coordinator:{outsider.person_id}"
    line = tree(desk.coordinator.get(page_of(pledge_id, "nhat-ky?loai=xem-tai"))).select(".event")[0].text
    assert "Thư ký khối khác" in line
    assert "bị từ chối khi mở văn bản này" in " ".join(line.split())


def test_a_page_of_another_role_is_noted_too(desk: Desk, pledge_id: uuid.UUID) -> None:
    assert desk.first.get(page_of(pledge_id, "soan-thao")).status_code == 403
    assert len(noted(desk, "refused")) == 1


def test_nobody_and_nothing_leave_no_trace(desk: Desk, pledge_id: uuid.UUID) -> None:
    desk.place.visitor().get(page_of(pledge_id))
    assert desk.first.get(page_of(uuid.uuid4())).status_code == 404
    assert noted(desk, "refused") == noted(desk, "viewed") == []


def test_a_wrong_pin_stands_in_the_history_of_the_pledge(desk: Desk) -> None:
    pledge_id = make_open_pledge(desk.place.app, desk.house)
    form = open_form(desk.first, page_of(pledge_id, "ky"), page_of(pledge_id, "ky"))
    assert form.send(pin="918273", consent="yes").status_code == 403
    assert "nhập sai mã PIN" in words(desk.coordinator.get(page_of(pledge_id, "nhat-ky")))
