"""Four digests of one pledge, each under its own name wherever a person reads it."""

from __future__ import annotations

import pytest

from approval.domain.commands import FinalisePledge
from approval.extensions import db
from approval.models.outbox_message import OutboxMessage
from approval.queries.mail_content import MailContent, load_mail_content
from approval.services.finalise_pledge import finalise_pledge
from approval.web.formatting import fingerprint, short_fingerprint
from tests.factories.review_house import make_review
from tests.factories.signing_house import current_revision, current_signing, make_open_pledge, sign_by
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import tree, words


def test_text_in_review_has_its_content_code(desk: Desk) -> None:
    pledge_id = make_review(desk.place.app, desk.house)
    with desk.place.app.app_context():
        code = short_fingerprint(current_revision(pledge_id).sha256)
    page = words(desk.first.get(page_of(pledge_id)))
    assert page.count(f"mã nội dung {code}") == 2
    assert f"mã nội dung {code}" in words(desk.coordinator.get(page_of(pledge_id, "nhat-ky")))


def test_signer_sees_the_opened_file_and_the_file_about_to_be_signed(desk: Desk) -> None:
    pledge_id = make_open_pledge(desk.place.app, desk.house)
    assert "Chưa cơ quan nào ký" in words(desk.second.get(page_of(pledge_id, "ky")))
    sign_by(desk.place.app, pledge_id, desk.house.representatives[0])
    with desk.place.app.app_context():
        signing = current_signing(pledge_id)
        opened, head = short_fingerprint(signing.base_sha256), short_fingerprint(signing.head_sha256)
    assert opened != head
    page = desk.second.get(page_of(pledge_id, "ky"))
    assert f"Mã bản mở ký {opened}" in words(page)
    assert f"Mã tệp sắp ký: {head}" in words(page)
    first, *others = tree(page).select(".pages img")
    assert "loading" not in first.attrs
    assert all(picture["loading"] == "lazy" for picture in others)


def test_invitation_to_sign_names_revision_and_code_of_the_signing_page(desk: Desk) -> None:
    pledge_id = make_open_pledge(desk.place.app, desk.house)
    with desk.place.app.app_context():
        mail = db.session.query(OutboxMessage).filter_by(kind="signing-invitation").first()
        assert mail is not None
        content = load_mail_content(mail.id)
        opened = fingerprint(current_signing(pledge_id).base_sha256)
        number = current_revision(pledge_id).number
    assert isinstance(content, MailContent)
    assert content.values["opened_fingerprint"] == opened
    assert content.values["revision_number"] == number
    assert opened in words(desk.first.get(page_of(pledge_id, "ky")))


@pytest.mark.parametrize("name", ["mã bản mở ký", "mã tệp sau khi ký", "mã tệp hoàn chỉnh"])
def test_history_says_what_each_code_is_of(desk: Desk, name: str) -> None:
    pledge_id = make_open_pledge(desk.place.app, desk.house)
    sign_by(desk.place.app, pledge_id, *desk.house.representatives)
    with desk.place.app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))
    assert name in words(desk.coordinator.get(page_of(pledge_id, "nhat-ky")))
