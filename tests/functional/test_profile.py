"""Hồ sơ cá nhân: password, PIN, signature picture."""

from __future__ import annotations

import io

from bs4 import BeautifulSoup
from PIL import Image, ImageDraw

from tests.factories.signing_house import PASSWORD, PIN
from tests.functional.conftest import Place
from tests.functional.visitor import Visitor

NEW_PASSWORD = "con trâu đi trước cái cày đi sau"


def png(size: tuple[int, int] = (300, 120)) -> bytes:
    """A black scribble on white."""
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).line([(20, 90), (120, 20), (180, 100), (280, 30)], fill="black", width=6)
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()


def change_password(
    visitor: Visitor, current: str = PASSWORD, new: str = NEW_PASSWORD, repeat: str | None = None
) -> int:
    """Send the form; the status."""
    fields = {"current_password": PASSWORD, "new_password": NEW_PASSWORD, "new_password_repeat": NEW_PASSWORD}
    return visitor.post("/ho-so/mat-khau", **fields).status_code


def test_new_password_ends_every_other_session_and_keeps_this_one(place: Place) -> None:
    here, elsewhere = place.visitor(place.house.coordinator), place.visitor(place.house.coordinator)
    thief = place.visitor()
    thief.carry(here.cookie() or "")
    assert change_password(here) == 303
    assert here.get("/ho-so").status_code == 200
    assert elsewhere.get("/ho-so").status_code == 302
    assert thief.get("/ho-so").status_code == 302
    email = here.email_of(place.house.coordinator)
    assert place.visitor().sign_in(email, password=PASSWORD).status_code == 422
    assert place.visitor().sign_in(email, password=NEW_PASSWORD).status_code == 303


def test_unusable_passwords_are_refused_at_their_field(place: Place) -> None:
    visitor = place.visitor(place.house.coordinator)
    for field, fields in {
        "current_password": {"current": "không phải mật khẩu này"},
        "new_password": {"new": "quá ngắn"},
        "new_password_repeat": {"repeat": "một câu khác hẳn câu trước"},
    }.items():
        values = {"current": PASSWORD, "new": NEW_PASSWORD, **fields}
        answer = visitor.post(
            "/ho-so/mat-khau",
            current_password=values["current"],
            new_password=values["new"],
            new_password_repeat=values.get("repeat", values["new"]),
        )
        assert answer.status_code == 422, field
        assert f'id="{field}" name="{field}"' in answer.text
        assert fields_at_fault(answer.text) == [field]
    assert place.visitor(place.house.coordinator).cookie(), "the old password still opens"


def fields_at_fault(html: str) -> list[str]:
    """Names of the fields marked invalid."""
    return [str(field["name"]) for field in BeautifulSoup(html, "html.parser").select("[aria-invalid=true]")]


def test_pin_is_changed_with_the_old_one(place: Place) -> None:
    visitor = place.visitor(place.house.representatives[0])
    wrong = visitor.post("/ho-so/ma-pin", current_pin="950713", new_pin="730264", new_pin_repeat="730264")
    assert wrong.status_code == 422
    assert fields_at_fault(wrong.text) == ["current_pin"]
    assert "950713" not in wrong.text
    done = visitor.post("/ho-so/ma-pin", current_pin=PIN, new_pin="730264", new_pin_repeat="730264")
    assert done.status_code == 303
    old = visitor.post("/ho-so/ma-pin", current_pin=PIN, new_pin="918273", new_pin_repeat="918273")
    assert old.status_code == 422


def test_weak_or_mistyped_pins_are_refused(place: Place) -> None:
    visitor = place.visitor(place.house.representatives[0])
    for new, repeat in (("123456", "123456"), ("111111", "111111"), ("12a456", "12a456"), ("730264", "730265")):
        answer = visitor.post("/ho-so/ma-pin", current_pin=PIN, new_pin=new, new_pin_repeat=repeat)
        assert answer.status_code == 422, new
        assert new not in answer.text


def test_five_wrong_pins_lock_the_key_and_the_page_says_so(place: Place) -> None:
    visitor = place.visitor(place.house.representatives[0])
    wrong = [
        visitor.post("/ho-so/ma-pin", current_pin="950713", new_pin="730264", new_pin_repeat="730264").text
        for _ in range(5)
    ]
    assert "Còn 4 lần thử" in wrong[0]
    assert "tạm khóa đến 09:15" in wrong[4]
    answer = visitor.post("/ho-so/ma-pin", current_pin=PIN, new_pin="730264", new_pin_repeat="730264")
    assert answer.status_code == 403
    assert "Khóa tạm khóa đến 09:15 15/5/2024" in visitor.get("/ho-so").text


def test_uploaded_picture_is_shown_to_its_owner_only(place: Place) -> None:
    owner, other = (place.visitor(actor) for actor in place.house.representatives)
    answer = owner.post("/ho-so/mau-chu-ky", picture=(io.BytesIO(png()), "chu-ky.png"))
    assert answer.status_code == 303
    shown = owner.get("/ho-so/mau-chu-ky.png")
    assert shown.status_code == 200
    assert shown.mimetype == "image/png"
    assert shown.data.startswith(b"\x89PNG")
    assert other.get("/ho-so/mau-chu-ky.png").data != shown.data
    assert "Ảnh tải lên lúc 09:00 15/5/2024" in owner.soup("/ho-so").text


def test_what_is_no_picture_is_refused_with_a_sentence(place: Place) -> None:
    visitor = place.visitor(place.house.representatives[0])
    for content in (b"", b"MZ not a picture", b"\x89PNG\r\n\x1a\n broken", b"<svg onload=alert(1)>"):
        answer = visitor.post("/ho-so/mau-chu-ky", picture=(io.BytesIO(content), "chu-ky.png"))
        assert answer.status_code == 422, content
        assert 'role="alert"' in answer.text
    assert visitor.post("/ho-so/mau-chu-ky").status_code == 422


def test_coordinator_has_no_signing_key_to_manage(place: Place) -> None:
    page = place.visitor(place.house.coordinator).soup("/ho-so")
    assert page.find(id="mat-khau")
    assert not page.find(id="ma-pin")
    assert not page.find(id="mau-chu-ky")


def test_recorded_authority_is_shown_as_it_will_be_printed(place: Place) -> None:
    text = place.visitor(place.house.representatives[0]).soup("/ho-so").text
    assert "GIÁM ĐỐC" in text
    assert "Đang hiệu lực" in text
