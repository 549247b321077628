"""Bảng tổng hợp ý kiến: as a page and as files, per round and for all, for everybody who sees the pledge."""

from __future__ import annotations

import hashlib
import io
import json
import uuid
from pathlib import Path

import pytest
from docx import Document

from approval.domain.states import State, VerdictKind
from approval.services.give_verdict import give_verdict
from approval.services.open_signing import open_signing
from tests.factories.history import events
from tests.factories.pdf_tools import raw_text
from tests.factories.review_house import agree_by, answer_all, import_draft, make_review, verdict_command
from tests.factories.signing_house import open_command
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import open_form, tree, words
from tests.functional.pledges.worklist_desk import answer_form, reopen, say, suggest, work

HOSTILE = '<script>alert(1)</script> #import "x" $a$ \\ 😀'


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """A pledge of two agencies whose first round is over: one suggestion taken, one remark explained."""
    pledge_id = make_review(desk.place.app, desk.house)
    taken = suggest(desk, pledge_id, 0, quote="thi đua", replacement="giao ước")
    remark = say(desk, pledge_id, 0, HOSTILE, "closing")
    request(desk, pledge_id)
    reopen(desk, pledge_id)
    take = page_of(pledge_id, f"gop-y/{taken}/tiep-thu")
    assert open_form(desk.coordinator, work(pledge_id), take).send().status_code == 303
    answer_form(desk, pledge_id, remark).send(kind="explained", words="Giữ nguyên theo quy chế.")
    return pledge_id


def request(desk: Desk, pledge_id: uuid.UUID) -> None:
    """The first agency asks for changes; its words are its comments."""
    actor = desk.house.representatives[0]
    command = verdict_command(desk.place.app, pledge_id, actor, VerdictKind.REQUEST_CHANGES)
    with desk.place.app.app_context():
        give_verdict(command)


def send_again(desk: Desk, pledge_id: uuid.UUID) -> None:
    form = open_form(desk.coordinator, page_of(pledge_id), page_of(pledge_id, "gui-lay-y-kien"))
    assert form.send().status_code == 303


def table(pledge_id: uuid.UUID, suffix: str = "") -> str:
    return page_of(pledge_id, f"tong-hop-y-kien{suffix}")


def test_the_page_holds_who_said_what_and_what_became_of_it(desk: Desk, pledge_id: uuid.UUID) -> None:
    page = tree(desk.coordinator.get(table(pledge_id)))
    rows = [[" ".join(cell.get_text(" ").split()) for cell in row.select("td, th")] for row in page.select("tbody tr")]
    assert rows == [
        [
            *("1", "Sở Thử nghiệm 1", "Khoản 1", "Đề nghị sửa “thi đua” thành “giao ước”.", "Tiếp thu"),
            *("Đã đưa nguyên văn đề nghị vào dự thảo.", "Khoản 1"),
        ],
        ["2", "Sở Thử nghiệm 1", "Phần kết", HOSTILE, "Giải trình", "Giữ nguyên theo quy chế.", "– không có"],
    ]
    assert not page.select("main script")


def test_silent_agencies_are_named_when_the_deadline_is_over(desk: Desk, pledge_id: uuid.UUID) -> None:
    send_again(desk, pledge_id)
    agree_by(desk.place.app, pledge_id, desk.house.representatives[0])
    before = words(desk.coordinator.get(table(pledge_id, "?vong=2")))
    desk.place.clock.forward(days=30)
    after = words(desk.place.visitor(desk.house.coordinator).get(table(pledge_id, "?vong=2")))
    assert "Thống nhất, không có ý kiến (01) Sở Thử nghiệm 1" in before
    assert "Chưa có ý kiến, còn trong hạn (01) Sở Thử nghiệm 2" in before
    assert "Không có ý kiến (quá hạn) (01) Sở Thử nghiệm 2" in after


def test_one_round_or_all(desk: Desk, pledge_id: uuid.UUID) -> None:
    send_again(desk, pledge_id)
    everything, first, second = (words(desk.first.get(table(pledge_id, part))) for part in ("", "?vong=1", "?vong=2"))
    assert "Lấy ý kiến lần 1:" in everything
    assert "Lấy ý kiến lần 2:" in everything
    assert "Lấy ý kiến lần 2:" not in first
    assert "không có góp ý." in second
    assert "– lấy ý kiến lần 2" in second


@pytest.mark.parametrize("query", ["?vong=3", "?vong=x", "?vong=-1", "?vong=99999999", "?vong=tat-ca1"])
@pytest.mark.parametrize("suffix", ["", ".pdf", ".docx"])
def test_a_round_that_never_was_is_not_found(desk: Desk, pledge_id: uuid.UUID, suffix: str, query: str) -> None:
    assert desk.coordinator.get(table(pledge_id, suffix + query)).status_code == 404


def test_the_files_say_the_same(desk: Desk, pledge_id: uuid.UUID, tmp_path: Path) -> None:
    pdf = desk.first.get(table(pledge_id, ".pdf?vong=1"))
    assert (pdf.status_code, pdf.mimetype) == (200, "application/pdf")
    assert "filename*=UTF-8''B%E1%BA%A3ng" in pdf.headers["Content-Disposition"]
    path = tmp_path / "opinions.pdf"
    path.write_bytes(pdf.data)
    printed = raw_text(path)
    word = desk.first.get(table(pledge_id, ".docx"))
    assert word.mimetype == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    document = Document(io.BytesIO(word.data))
    cells = [cell.text for row in document.tables[1].rows for cell in row.cells]
    assert HOSTILE in cells
    for expected in ("Giữ nguyên theo quy chế.", "Tiếp thu"):
        assert expected in printed
        assert expected in cells
    assert "[U+1F600]" in printed


def test_a_pledge_never_sent_has_nothing_to_show_yet(desk: Desk) -> None:
    draft = import_draft(desk.place.app, desk.house)
    assert "chưa có bảng tổng hợp" in words(desk.coordinator.get(table(draft)))
    assert desk.coordinator.get(table(draft, ".pdf")).status_code == 200
    assert desk.first.get(table(draft)).status_code == 404


def test_everybody_who_sees_the_pledge_sees_the_table(desk: Desk, pledge_id: uuid.UUID) -> None:
    administrator, observer = desk.place.visitor(desk.house.administrator), desk.place.visitor(desk.house.observer)
    seen = [visitor.get(table(pledge_id)).status_code for visitor in (desk.first, desk.second, administrator, observer)]
    assert seen == [200, 200, 200, 404]
    link = tree(desk.first.get(page_of(pledge_id))).find("a", href=table(pledge_id))
    assert link is not None
    assert tree(desk.first.get(table(pledge_id))).find("a", href=work(pledge_id)) is None


def test_opening_keeps_the_table_and_names_it_in_the_history(desk: Desk, pledge_id: uuid.UUID, tmp_path: Path) -> None:
    send_again(desk, pledge_id)
    agree_by(desk.place.app, pledge_id, *desk.house.representatives)
    assert desk.stored(pledge_id).state == State.AGREED
    answer_all(desk.place.app, desk.house, pledge_id)
    assert desk.first.get(page_of(pledge_id, "tep/y-kien.pdf")).status_code == 404
    command = open_command(desk.place.app, desk.house, pledge_id)
    with desk.place.app.app_context():
        open_signing(command)
        named = events()[-1]["data"]
    pdf, data = (desk.first.get(page_of(pledge_id, f"tep/y-kien.{kind}")) for kind in ("pdf", "json"))
    assert hashlib.sha256(pdf.data).hexdigest() == named["opinions_sha256"]
    assert hashlib.sha256(data.data).hexdigest() == named["opinions_json_sha256"]
    kept = json.loads(data.data)
    assert [len(one["opinions"]) for one in kept["rounds"]] == [2, 0]
    assert kept["rounds"][1]["rest"] == {"agreed": ["Sở Thử nghiệm 1", "Sở Thử nghiệm 2"]}
    path = tmp_path / "kept.pdf"
    path.write_bytes(pdf.data)
    assert "Giữ nguyên theo quy chế." in raw_text(path)
    assert "Kèm bảng tổng hợp, tiếp thu, giải trình ý kiến" in words(desk.first.get(page_of(pledge_id, "nhat-ky")))
