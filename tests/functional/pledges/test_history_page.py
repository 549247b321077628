"""The history page as a tool: filters, a check that the reader can repeat, and the export it is repeated with."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from base64 import b64decode
from pathlib import Path

import pytest
from sqlalchemy import select

from approval.extensions import db
from approval.models.audit_event import AuditEvent
from tests.factories.database_owner import unguarded
from tests.factories.review_house import agree_by, make_review
from tests.factories.signed_log import sign_log
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import tree, words


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """A pledge in review on which both agencies agreed, the second a day later, and another one beside it."""
    made = make_review(desk.place.app, desk.house)
    agree_by(desk.place.app, made, desk.house.representatives[0])
    make_review(desk.place.app, desk.house)
    desk.place.clock.forward(days=1)
    agree_by(desk.place.app, made, desk.house.representatives[1])
    return made


def lines(desk: Desk, pledge_id: uuid.UUID, **asked: str) -> list[str]:
    query = {key.replace("_", "-"): value for key, value in asked.items()}
    answer = desk.coordinator.get(page_of(pledge_id, "nhat-ky"), query_string=query)
    return [" ".join(event.get_text(" ").split()) for event in tree(answer).select(".event")]


def test_filters_narrow_the_list_and_stay_in_the_form(desk: Desk, pledge_id: uuid.UUID) -> None:
    every = lines(desk, pledge_id)
    opinions = lines(desk, pledge_id, loai="y-kien")
    assert 2 <= len(opinions) <= len(every)
    assert all("cho ý kiến" in line or "gửi lấy ý kiến" in line for line in opinions)
    first = str(desk.house.agencies[0])
    assert [("Sở Thử nghiệm 1" in line) for line in lines(desk, pledge_id, co_quan=first)] == [True]
    assert len(lines(desk, pledge_id, tu="16/5/2024")) == 1
    assert len(lines(desk, pledge_id, den="15/05/2024")) == len(every) - 1
    assert len(lines(desk, pledge_id, loai="trang-thai", tu="16/5/2024")) == 1
    assert lines(desk, pledge_id, tu="17/5/2024") == []
    answer = desk.coordinator.get(page_of(pledge_id, f"nhat-ky?loai=y-kien&co-quan={first}&tu=15/5/2024"))
    page = tree(answer)
    assert [one.text for one in page.select("option[selected]")] == ["Ý kiến", "Sở Thử nghiệm 1"]
    assert page.select_one("#tu[value='15/5/2024']")
    assert f"1 sự kiện trong tổng số {len(every)}" in words(answer)


@pytest.mark.parametrize("typed", ["hôm qua", "32/5/2024", "2024-05-15", "1/1/0000"])
def test_a_day_that_cannot_be_read_is_told_and_kept(desk: Desk, pledge_id: uuid.UUID, typed: str) -> None:
    answer = desk.coordinator.get(page_of(pledge_id, "nhat-ky"), query_string={"tu": typed})
    assert answer.status_code == 422
    assert f"Không hiểu ngày “{typed}”" in words(answer)
    found = tree(answer).select_one("#tu")
    assert found is not None
    assert found["value"] == typed


def test_other_words_in_the_address_are_ignored(desk: Desk, pledge_id: uuid.UUID) -> None:
    assert lines(desk, pledge_id, loai="<b>", co_quan="x") == lines(desk, pledge_id)


def test_the_reader_finds_the_same_with_the_export_and_the_recipe(
    desk: Desk, pledge_id: uuid.UUID, tmp_path: Path
) -> None:
    page = desk.first.get(page_of(pledge_id, "nhat-ky"))
    recipe = tree(page).select_one(".recipe")
    shown = tree(page).select_one("#toan-ven")
    assert recipe is not None
    assert shown is not None
    assert shown.text == "Toàn vẹn"
    answer = desk.first.get(page_of(pledge_id, "nhat-ky.jsonl"))
    assert 'filename="nhat-ky.jsonl"' in answer.headers["Content-Disposition"]
    (tmp_path / "nhat-ky.jsonl").write_bytes(answer.data)
    run = [sys.executable, "-I", "-S", "-X", "utf8", "-c", recipe.text]
    said = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=True, encoding="utf-8").stdout
    count, code = said.split(" ", 1)[0], said.split()[-1]
    assert f"Đã kiểm tra {count} sự kiện , không thiếu, không sửa." in words(page)
    assert code.upper() in "".join(words(page).split())
    assert int(count) == len(answer.data.splitlines()) > 3


def test_the_export_holds_the_bytes_that_were_hashed_and_no_other_pledge(desk: Desk, pledge_id: uuid.UUID) -> None:
    exported = [json.loads(line) for line in desk.first.get(page_of(pledge_id, "nhat-ky.jsonl")).data.splitlines()]
    with desk.place.app.app_context():
        query = select(AuditEvent.seq, AuditEvent.payload).where(AuditEvent.pledge_ref == str(pledge_id))
        stored = [(row.seq, bytes(row.payload)) for row in db.session.execute(query.order_by(AuditEvent.seq))]
    found = [(line["seq"], b64decode(line["payload"])) for line in exported]
    # Taking it is the newest event, and not in the file.
    assert found == stored[:-1]


def test_a_signed_head_is_named_once_it_covers_events(desk: Desk, pledge_id: uuid.UUID) -> None:
    sign_log(desk.place.app)
    assert "nằm trong điểm kiểm" in words(desk.coordinator.get(page_of(pledge_id, "nhat-ky")))


@pytest.mark.parametrize(
    "change",
    [
        "payload = CAST(payload || x'20' AS BLOB)",
        "payload = payload || x'20'",
        "payload = x'ff'",
        "payload = x'5b5d'",
        "payload = x'7b7d'",
        'payload = CAST(replace(CAST(payload AS TEXT), \'"at":"2\', \'"at":"x\') AS BLOB)',
        "leaf_hash = zeroblob(32)",
    ],
)
def test_an_event_changed_in_the_database_is_named(desk: Desk, pledge_id: uuid.UUID, change: str) -> None:
    sign_log(desk.place.app)
    with desk.place.app.app_context():
        seqs = db.session.scalars(select(AuditEvent.seq).where(AuditEvent.pledge_ref == str(pledge_id))).all()
        unguarded((f"UPDATE audit_event SET {change} WHERE seq = {sorted(seqs)[1]}", {}))  # noqa: S608
    page = words(desk.coordinator.get(page_of(pledge_id, "nhat-ky")))
    assert f"Sai lệch từ sự kiện số {sorted(seqs)[1]}" in page
    assert "không thiếu, không sửa" not in page


def test_strangers_get_no_export(desk: Desk, pledge_id: uuid.UUID) -> None:
    assert desk.place.visitor(desk.house.observer).get(page_of(pledge_id, "nhat-ky.jsonl")).status_code == 404
    assert desk.place.visitor().get(page_of(pledge_id, "nhat-ky.jsonl")).status_code == 302
