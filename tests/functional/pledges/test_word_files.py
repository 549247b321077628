"""Word files of a pledge: who may take which text away, what the file says it is, and the way back."""

from __future__ import annotations

import io
import uuid
from urllib.parse import unquote

import pytest
from docx import Document
from docx.document import Document as WordDocument
from sqlalchemy import select
from werkzeug.test import TestResponse

from approval.adapters.pledge_source import import_source
from approval.domain.commands import FinalisePledge
from approval.domain.pledge_text import Clause, PledgeText
from approval.extensions import db
from approval.models.pledge_revision import PledgeRevision
from approval.services.decline_to_sign import decline_to_sign
from approval.services.finalise_pledge import finalise_pledge
from approval.services.open_signing import open_signing
from approval.services.revise_pledge import revise_pledge
from approval.services.submit_for_review import submit_for_review
from tests.factories.pledge_texts import small_text
from tests.factories.review_house import (
    agree_by,
    draft_text,
    import_draft,
    make_review,
    revise_command,
    reworded,
    save,
    submit_command,
)
from tests.factories.signing_house import decline_command, make_open_pledge, open_command, sign_by
from tests.factories.word_files import edited
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import open_form, tree

DRAFT, FIRST, SECOND = "tep/du-thao.docx", "tep/ban-1.docx", "tep/ban-2.docx"


@pytest.fixture
def reviewed(desk: Desk) -> uuid.UUID:
    """A pledge sent out once."""
    return make_review(desk.place.app, desk.house)


def text_of(answer: TestResponse) -> PledgeText:
    assert answer.status_code == 200
    return import_source(answer.data).text


def word_links(answer: TestResponse) -> list[str]:
    return [str(link["href"]) for link in tree(answer).select("a") if "Tải bản Word" in link.get_text()]


def mark(answer: TestResponse) -> str:
    return str(Document(io.BytesIO(answer.data)).sections[0].header.paragraphs[0].text).strip()


def reopen(desk: Desk, pledge_id: uuid.UUID) -> None:
    """The coordinator opens round 2 and changes the first clause."""
    with desk.place.app.app_context():
        revise_pledge(revise_command(desk.place.app, desk.house, pledge_id))
    save(desk.place.app, desk.house, pledge_id, reworded(draft_text(desk.place.app, pledge_id), "Khoản mới."))


def test_a_draft_goes_to_word_and_comes_back_edited(desk: Desk) -> None:
    pledge_id = import_draft(desk.place.app, desk.house)
    (link,) = word_links(desk.coordinator.get(page_of(pledge_id)))
    assert link == page_of(pledge_id, DRAFT)
    answer = desk.coordinator.get(link)
    assert text_of(answer) == draft_text(desk.place.app, pledge_id)

    def edit(document: WordDocument) -> None:
        clause = next(p for p in document.paragraphs if "thứ 1" in p.text)
        clause.runs[0].text = "Sửa trong Word."

    form = open_form(desk.coordinator, "/van-ban/nhap", "/van-ban/nhap")
    back = form.send(file=(edited(answer.data, edit), "sua.docx"))
    assert back.status_code == 303
    new = draft_text(desk.place.app, uuid.UUID(back.location.rsplit("/", 1)[1]))
    assert new.clauses == (Clause(1, ("Sửa trong Word.",)), small_text().clauses[1])


def test_a_revision_comes_back_with_its_own_hash(desk: Desk, reviewed: uuid.UUID) -> None:
    (link,) = word_links(desk.first.get(page_of(reviewed)))
    assert link == page_of(reviewed, FIRST)
    with desk.place.app.app_context():
        stored = db.session.scalars(select(PledgeRevision.sha256).where(PledgeRevision.pledge_id == reviewed)).one()
    assert text_of(desk.first.get(link)).sha256() == stored


def test_the_file_is_a_download_with_a_name_a_type_and_a_mark(desk: Desk, reviewed: uuid.UUID) -> None:
    answer = desk.first.get(page_of(reviewed, FIRST))
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert "BẢN GIAO ƯỚC THI ĐUA NĂM 2024 (bản lần 1).docx" in unquote(answer.headers["Content-Disposition"])
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert mark(answer).startswith("DỰ THẢO – lần 1 – ngày ")


def test_an_earlier_revision_stays_to_be_had_while_the_next_is_drafted(desk: Desk, reviewed: uuid.UUID) -> None:
    reopen(desk, reviewed)
    assert text_of(desk.first.get(page_of(reviewed, FIRST))).clauses == small_text().clauses
    assert text_of(desk.coordinator.get(page_of(reviewed, DRAFT))).clauses[0].paragraphs == ("Khoản mới.",)
    assert word_links(desk.coordinator.get(page_of(reviewed))) == [page_of(reviewed, DRAFT)]
    assert word_links(desk.first.get(page_of(reviewed))) == [page_of(reviewed, FIRST)]
    assert desk.first.get(page_of(reviewed, SECOND)).status_code == 404, "not sent out yet"


def test_the_draft_is_the_coordinators_alone_and_ends_with_drafting(desk: Desk, reviewed: uuid.UUID) -> None:
    assert desk.coordinator.get(page_of(reviewed, DRAFT)).status_code == 404
    reopen(desk, reviewed)
    assert desk.first.get(page_of(reviewed, DRAFT)).status_code == 403
    assert desk.place.visitor(desk.house.administrator).get(page_of(reviewed, DRAFT)).status_code == 403


@pytest.mark.parametrize("number", ["0", "7", "9999", "99999999999999999999", "-1", "x"])
def test_a_revision_that_is_not_there_is_not_found(desk: Desk, reviewed: uuid.UUID, number: str) -> None:
    assert desk.coordinator.get(page_of(reviewed, f"tep/ban-{number}.docx")).status_code == 404


def test_nobody_gets_a_text_of_a_pledge_not_theirs(desk: Desk) -> None:
    draft = import_draft(desk.place.app, desk.house)
    assert desk.first.get(page_of(draft, FIRST)).status_code == 404
    assert desk.place.visitor().get(page_of(draft, DRAFT)).status_code == 302


def test_a_text_being_signed_does_not_pass_for_a_draft_nor_for_the_signed_document(desk: Desk) -> None:
    pledge_id = make_open_pledge(desk.place.app, desk.house)
    assert mark(desk.first.get(page_of(pledge_id, FIRST))) == "BẢN CHỮ, KHÔNG CÓ CHỮ KÝ"


def _once_more_from_the_draft(desk: Desk, pledge_id: uuid.UUID) -> None:
    """One declines; the same text goes through a second round and is opened again."""
    app, house = desk.place.app, desk.house
    declined = decline_command(app, pledge_id, house.representatives[0])
    with app.app_context():
        decline_to_sign(declined)
    submitted = submit_command(app, house, pledge_id)
    with app.app_context():
        submit_for_review(submitted)
    agree_by(app, pledge_id, *house.representatives)
    opened = open_command(app, house, pledge_id)
    with app.app_context():
        open_signing(opened)


def test_an_observer_reads_the_finished_text_and_not_how_people_came_to_it(desk: Desk) -> None:
    pledge_id = make_open_pledge(desk.place.app, desk.house)
    _once_more_from_the_draft(desk, pledge_id)
    sign_by(desk.place.app, pledge_id, *desk.house.representatives)
    with desk.place.app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))
    observer = desk.place.visitor(desk.house.observer)
    assert word_links(observer.get(page_of(pledge_id))) == [page_of(pledge_id, SECOND)]
    assert [observer.get(page_of(pledge_id, part)).status_code for part in (FIRST, SECOND)] == [404, 200]
    assert desk.first.get(page_of(pledge_id, FIRST)).status_code == 200
