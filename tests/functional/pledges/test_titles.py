"""A title in capitals: on pages, in lists and in letters its names keep theirs; on the sheet it stays as it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from approval.domain.pledge_text import Clause
from approval.extensions import db
from approval.models.outbox_message import OutboxMessage
from approval.queries.mail_content import MailContent, load_mail_content
from tests.factories.pledge_texts import small_text
from tests.factories.review_house import make_review
from tests.functional.pledges.conftest import Desk, page_of

TEXT = replace(
    small_text(),
    title="BẢN GIAO ƯỚC THI ĐUA CỦA UBND TỈNH BẮC GIANG",
    clauses=(Clause(1, ("Thực hiện nhiệm vụ được UBND tỉnh giao.",)), Clause(2, ("Cùng thi đua.",))),
)
SPOKEN = "Bản giao ước thi đua của UBND tỉnh Bắc Giang"
UNKNOWN = replace(TEXT, title="BẢN GIAO ƯỚC THI ĐUA CỦA HĐND TỈNH LẠNG SƠN")


@pytest.mark.parametrize(("text", "spoken"), [(TEXT, SPOKEN), (UNKNOWN, UNKNOWN.title)])
def test_names_in_a_title_are_not_made_small(desk: Desk, text: object, spoken: str) -> None:
    assert isinstance(text, type(TEXT))
    pledge_id = make_review(desk.place.app, desk.house, text)
    page = desk.place.visitor(desk.house.representatives[0]).soup(page_of(pledge_id))
    assert page.h1 is not None
    assert page.h1.text == spoken
    assert text.title in page.select_one(".sheet").text  # type: ignore[union-attr]
    for path in ("/viec-can-xu-ly", "/van-ban/"):
        assert spoken in desk.coordinator.get(path).text
    with desk.place.app.app_context():
        invitation = select(OutboxMessage.id).where(OutboxMessage.kind == "review-invitation").limit(1)
        content = load_mail_content(db.session.scalars(invitation).one())
        assert isinstance(content, MailContent)
        assert content.values["title"] == spoken
