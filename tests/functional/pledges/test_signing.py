"""The signing page: the exact bytes, the capacity, the sentence of consent, the PIN; and every way it can refuse."""

from __future__ import annotations

import re
import uuid

import pytest
from werkzeug.test import TestResponse

from approval.domain.commands import Actor
from approval.domain.states import AuthorityKind
from approval.extensions import db
from approval.models.signature import Signature
from approval.models.signing_authority import SigningAuthority
from approval.models.signing_key import SigningKey
from approval.services.decline_to_sign import decline_to_sign
from tests.factories.signing_house import (
    PIN,
    add_signer,
    current_signing,
    decline_command,
    make_agreed_pledge,
    make_open_pledge,
    sign_by,
)
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import OpenForm, notice, open_form, refusal, tree, words
from tests.functional.visitor import Visitor


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """A pledge open for signing."""
    return make_open_pledge(desk.place.app, desk.house)


def form(visitor: Visitor, pledge_id: uuid.UUID) -> OpenForm:
    """The signing form in a new tab."""
    page = page_of(pledge_id, "ky")
    return open_form(visitor, page, page)


def sign(visitor: Visitor, pledge_id: uuid.UUID, **typed: str | None) -> TestResponse:
    """Tick, type the PIN, press the button."""
    return form(visitor, pledge_id).send(**{"consent": "yes", "pin": PIN, **typed})


def key_of(desk: Desk, actor: Actor) -> SigningKey:
    """The person's key as stored."""
    with desk.place.app.app_context():
        return db.session.query(SigningKey).filter_by(person_id=actor.person_id).one()


def test_page_shows_the_exact_file_and_asks_for_consent_to_it(desk: Desk, pledge_id: uuid.UUID) -> None:
    with desk.place.app.app_context():
        base = current_signing(pledge_id).base_sha256
    page = desk.first.get(page_of(pledge_id, "ky"))
    full = " ".join(base[at : at + 4].upper() for at in range(0, 64, 4))
    assert full in words(page)
    pictures = [str(found["src"]) for found in tree(page).select(".pages img")]
    assert pictures
    for address in pictures:
        picture = desk.first.get(address)
        assert picture.mimetype == "image/png"
        assert picture.data.startswith(b"\x89PNG")
    consent = tree(page).select_one(".consent label")
    assert consent is not None
    assert f"{base[:4].upper()} {base[4:8].upper()}" in consent.get_text()
    assert not tree(page).select_one("#consent[checked]")


def test_signature_is_recorded_and_shown(desk: Desk, pledge_id: uuid.UUID) -> None:
    assert "Đã ký." in notice(desk.first, sign(desk.first, pledge_id))
    page = words(desk.second.get(page_of(pledge_id)))
    assert "Đã ký số" in page
    assert "Đang ký (1/2)" in page
    row = tree(desk.second.get(page_of(pledge_id))).find(id="cq-1")
    assert row is not None
    assert "Đã ký" in row.get_text()


def test_wrong_pin_counts_keeps_the_page_and_never_shows_the_pin(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = sign(desk.first, pledge_id, pin="111999")
    assert answer.status_code == 403
    assert "Mã PIN không đúng" in refusal(answer)
    assert "111999" not in answer.text
    assert tree(answer).select_one("form input[name=pin]")
    assert key_of(desk, desk.house.representatives[0]).failed_attempts == 1
    assert desk.count(Signature) == 0


def test_right_pin_forgets_the_wrong_ones(desk: Desk, pledge_id: uuid.UUID) -> None:
    sign(desk.first, pledge_id, pin="111999")
    sign(desk.first, pledge_id)
    assert key_of(desk, desk.house.representatives[0]).failed_attempts == 0
    assert desk.count(Signature) == 1


@pytest.mark.parametrize("typed", ["", "１１１９９９", "12345", "abcdef"])
def test_what_is_no_pin_burns_no_try(desk: Desk, pledge_id: uuid.UUID, typed: str) -> None:
    answer = sign(desk.first, pledge_id, pin=typed)
    assert answer.status_code == 422
    assert "chưa bị tính là nhập sai" in refusal(answer)
    assert "Còn 4 lần thử" in refusal(sign(desk.first, pledge_id, pin="111999"))


def test_five_wrong_pins_lock_the_key_for_a_while(desk: Desk, pledge_id: uuid.UUID) -> None:
    for left in (4, 3, 2, 1):
        assert f"Còn {left} lần thử" in refusal(sign(desk.first, pledge_id, pin="111999"))
    assert "tạm khóa đến 09:15" in refusal(sign(desk.first, pledge_id, pin="111999"))
    answer = sign(desk.first, pledge_id)
    assert answer.status_code == 403
    assert "tạm khóa đến 09:15" in refusal(answer)
    assert desk.count(Signature) == 0
    desk.place.clock.forward(minutes=16)
    assert sign(desk.first, pledge_id).status_code == 303
    assert desk.count(Signature) == 1


def test_without_consent_nothing_is_signed_and_no_pin_is_counted(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = sign(desk.first, pledge_id, consent=None)
    assert answer.status_code == 422
    assert "đánh dấu vào câu xác nhận" in refusal(answer)
    assert key_of(desk, desk.house.representatives[0]).failed_attempts == 0
    assert desk.count(Signature) == 0


@pytest.mark.parametrize("field", ["document_sha256", "revision_sha256"])
def test_consent_to_another_file_is_refused(desk: Desk, pledge_id: uuid.UUID, field: str) -> None:
    answer = sign(desk.first, pledge_id, **{field: "c" * 64})
    assert answer.status_code == 409
    assert "đã thay đổi" in refusal(answer)
    assert desk.count(Signature) == 0


def test_signing_twice_is_friendly(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = form(desk.first, pledge_id)
    tab.send(consent="yes", pin=PIN)
    events = desk.events()
    answer = tab.send(consent="yes", pin=PIN)
    assert re.search(r"Ông/Bà đã ký văn bản này lúc \d\d:\d\d", notice(desk.first, answer))
    assert answer.location == page_of(pledge_id)
    assert desk.count(Signature) == 1
    assert desk.events() == events


def test_coming_back_to_the_signing_page_says_when_it_was_signed(desk: Desk, pledge_id: uuid.UUID) -> None:
    sign(desk.first, pledge_id)
    answer = desk.first.get(page_of(pledge_id, "ky"))
    assert re.search(r"Quý cơ quan đã ký văn bản này lúc \d\d:\d\d", notice(desk.first, answer))


def test_second_click_of_the_last_signature_is_friendly(desk: Desk, pledge_id: uuid.UUID) -> None:
    sign_by(desk.place.app, pledge_id, desk.house.representatives[0])
    tab = form(desk.second, pledge_id)
    tab.send(consent="yes", pin=PIN)
    assert "Ông/Bà đã ký văn bản này lúc" in notice(desk.second, tab.send(consent="yes", pin=PIN))
    assert desk.stored(pledge_id).state == "finalising"


def test_other_people_s_signatures_do_not_make_an_open_page_stale(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = form(desk.second, pledge_id)
    sign(desk.first, pledge_id)
    assert tab.send(consent="yes", pin=PIN).status_code == 303
    assert desk.stored(pledge_id).state == "finalising"


def test_deputy_signs_for_the_head_with_the_lines_the_decree_wants(desk: Desk) -> None:
    pledge_id = make_agreed_pledge(desk.place.app, desk.house)
    with desk.place.app.app_context():
        agency = desk.house.agencies[1]
        deputy = add_signer(
            desk.house.bloc_id, agency, name="Phó Sở Thử nghiệm 2", kind=AuthorityKind.KT, title="Phó Giám đốc"
        )
        db.session.commit()
    opening = page_of(pledge_id, "mo-ky")
    open_form(desk.coordinator, opening, opening).send(date_choice="fill")
    visitor = desk.place.visitor(deputy)
    page = words(visitor.get(page_of(pledge_id, "ky")))
    assert "KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC" in page
    sign(visitor, pledge_id)
    block = [found.get_text() for found in tree(desk.first.get(page_of(pledge_id))).select(".signature__auth")]
    assert block == ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]


def test_authority_of_somebody_else_is_refused(desk: Desk, pledge_id: uuid.UUID) -> None:
    with desk.place.app.app_context():
        foreign = db.session.query(SigningAuthority.id).filter_by(person_id=desk.house.representatives[1].person_id)
        authority = foreign.scalar()
    answer = sign(desk.first, pledge_id, authority_id=str(authority))
    assert answer.status_code == 403
    assert "Thẩm quyền ký" in refusal(answer)
    assert desk.count(Signature) == 0


def test_without_authority_or_key_the_page_says_whom_to_ask(desk: Desk, pledge_id: uuid.UUID) -> None:
    with desk.place.app.app_context():
        db.session.query(SigningAuthority).update({"revoked_at": desk.place.clock.moment})
        db.session.commit()
    page = desk.first.get(page_of(pledge_id, "ky"))
    assert "Chưa có thẩm quyền ký còn hiệu lực" in words(page)
    assert not tree(page).select("input[name=pin]")


def test_chosen_capacity_is_kept_after_a_wrong_pin(desk: Desk, pledge_id: uuid.UUID) -> None:
    first = desk.house.representatives[0]
    with desk.place.app.app_context():
        db.session.add(
            SigningAuthority(
                person_id=first.person_id,
                agency_id=first.agency_id,
                kind=AuthorityKind.Q.value,
                position_title="Giám đốc",
                valid_from=desk.place.clock.moment,
            )
        )
        db.session.commit()
    choices = [str(found["value"]) for found in tree(desk.first.get(page_of(pledge_id, "ky"))).select("[type=radio]")]
    answer = sign(desk.first, pledge_id, authority_id=choices[1], pin="111999")
    chosen = tree(answer).select_one("input[name=authority_id][checked]")
    assert chosen is not None
    assert chosen["value"] == choices[1]


def test_signing_after_somebody_declined_is_refused_on_the_pledge_s_page(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = form(desk.first, pledge_id)
    command = decline_command(desk.place.app, pledge_id, desk.house.representatives[1])
    with desk.place.app.app_context():
        decline_to_sign(command)
    answer = tab.send(consent="yes", pin=PIN)
    assert answer.status_code == 409
    assert refusal(answer)
    assert "Phiên ký lần 1 đã dừng" in words(answer)
    assert desk.count(Signature) == 0
    assert desk.first.get(page_of(pledge_id, "ky")).status_code == 409


def test_coordinator_has_no_signing_page(desk: Desk, pledge_id: uuid.UUID) -> None:
    assert desk.coordinator.get(page_of(pledge_id, "ky")).status_code == 403
