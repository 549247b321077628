"""Signing in and out as people and attackers meet it."""

from __future__ import annotations

from tests.factories.signing_house import PASSWORD
from tests.functional.conftest import Place


def test_right_password_opens_the_task_list(place: Place) -> None:
    visitor = place.visitor()
    answer = visitor.sign_in(visitor.email_of(place.house.coordinator))
    assert answer.status_code == 303
    assert answer.location == "/viec-can-xu-ly"
    assert "Việc cần xử lý" in visitor.get("/viec-can-xu-ly").text


def test_copied_cookie_is_worthless_after_sign_out(place: Place) -> None:
    visitor, thief = place.visitor(place.house.coordinator), place.visitor()
    thief.carry(visitor.cookie() or "")
    assert thief.get("/viec-can-xu-ly").status_code == 200
    answer = visitor.post("/dang-xuat")
    assert answer.status_code == 303
    assert '"cache"' in answer.headers["Clear-Site-Data"]
    assert visitor.cookie() is None
    assert thief.get("/viec-can-xu-ly").status_code == 302


def test_signing_in_again_ends_the_session_before(place: Place) -> None:
    visitor, thief = place.visitor(place.house.coordinator), place.visitor()
    before = visitor.cookie() or ""
    thief.carry(before)
    answer = visitor.client.post(
        "/dang-nhap",
        data={
            "csrf_token": visitor.token(),
            "email": visitor.email_of(place.house.observer),
            "password": PASSWORD,
        },
    )
    assert answer.status_code == 303
    assert visitor.cookie() != before
    assert thief.get("/viec-can-xu-ly").status_code == 302


def test_planted_session_cookie_is_replaced_at_sign_in(place: Place) -> None:
    visitor = place.visitor()
    visitor.carry("planted-by-somebody")
    visitor.sign_in(visitor.email_of(place.house.coordinator))
    assert visitor.cookie() not in {None, "planted-by-somebody"}


def test_unknown_address_and_wrong_password_get_the_same_words(place: Place) -> None:
    visitor = place.visitor()
    unknown = visitor.sign_in("khong-co@bacgiang.example")
    wrong = visitor.sign_in(visitor.email_of(place.house.coordinator), password="sai mật khẩu rồi nhé")
    assert unknown.status_code == wrong.status_code == 422
    assert "Địa chỉ thư hoặc mật khẩu chưa đúng" in unknown.text
    assert "Địa chỉ thư hoặc mật khẩu chưa đúng" in wrong.text
    assert visitor.cookie() is None


def test_password_is_never_sent_back(place: Place) -> None:
    answer = place.visitor().sign_in("khong-co@bacgiang.example", password="mật khẩu gõ nhầm hôm nay")
    assert "mật khẩu gõ nhầm hôm nay" not in answer.text
    assert "khong-co@bacgiang.example" in answer.text


def test_sixth_attempt_is_locked_with_a_time_to_come_back(place: Place) -> None:
    visitor = place.visitor()
    email = visitor.email_of(place.house.coordinator)
    for _ in range(5):
        visitor.sign_in(email, password="sai mật khẩu rồi nhé")
    locked = visitor.sign_in(email)
    assert locked.status_code == 403
    assert "tạm khóa đến 09:15" in locked.text
    place.clock.forward(minutes=16)
    assert visitor.sign_in(email).status_code == 303


def test_sign_in_form_needs_its_token(place: Place) -> None:
    visitor = place.visitor()
    answer = visitor.client.post(
        "/dang-nhap", data={"email": visitor.email_of(place.house.coordinator), "password": PASSWORD}
    )
    assert answer.status_code == 400
    assert visitor.cookie() is None


def test_token_of_another_session_is_refused(place: Place) -> None:
    """A form cookie planted together with its token: bound to the attacker's session, so worth nothing in another."""
    attacker, victim = place.visitor(place.house.observer), place.visitor(place.house.coordinator)
    token, form_cookie = attacker.token(), attacker.cookie("form")
    victim.client.set_cookie("form", form_cookie or "")
    assert victim.client.post("/dang-xuat", data={"csrf_token": token}).status_code == 400
    assert victim.get("/viec-can-xu-ly").status_code == 200


def test_token_from_before_signing_in_is_refused_after(place: Place) -> None:
    visitor = place.visitor()
    token = visitor.token("/dang-nhap")
    visitor.sign_in(visitor.email_of(place.house.coordinator))
    assert visitor.client.post("/dang-xuat", data={"csrf_token": token}).status_code == 400


def test_idle_session_ends(place: Place) -> None:
    visitor = place.visitor(place.house.coordinator)
    place.clock.forward(minutes=29)
    assert visitor.get("/viec-can-xu-ly").status_code == 200
    place.clock.forward(minutes=29)
    assert visitor.get("/viec-can-xu-ly").status_code == 200
    place.clock.forward(minutes=31)
    assert visitor.get("/viec-can-xu-ly").status_code == 302


def test_used_session_still_ends_after_twelve_hours(place: Place) -> None:
    visitor = place.visitor(place.house.coordinator)
    for _ in range(30):
        place.clock.forward(minutes=25)
        last = visitor.get("/viec-can-xu-ly")
    assert last.status_code == 302


def test_signing_in_leads_to_the_page_asked_for(place: Place) -> None:
    visitor = place.visitor()
    sent = visitor.get("/ho-so")
    assert sent.status_code == 302
    assert sent.location == "/dang-nhap?next=/ho-so"
    answer = visitor.sign_in(visitor.email_of(place.house.coordinator), next="/ho-so")
    assert answer.location == "/ho-so"


HOSTILE_TARGETS = [
    "//evil.example",
    "///evil.example",
    "////evil.example/ho-so",
    "/\\evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "\\/evil.example",
    "https://evil.example",
    "http:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "HTTPS://evil.example/ho-so",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,evil",
    "vbscript:evil",
    "/%2f/evil.example",
    "/%5cevil.example",
    "/%2e%2e//evil.example",
    "/ho-so%0d%0aLocation:%20https://evil.example",
    "/ho-so\r\nLocation: https://evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/ //evil.example",
    "//evil.example@localhost/ho-so",
    "http://localhost@evil.example",
    "//localhost.evil.example",
    "/ho-so/../../evil",
    "/..//evil.example",
    "/.//evil.example",
    "ho-so",
    "@evil.example",
    ":80",
    "?next=//evil.example",
    "#//evil.example",
    "／／evil.example",
    "/ho-so?x=//evil.example",
    "/ho-so;//evil.example",
    "/khong-co-trang-nay",
    "/dang-xuat",
    "/" + "a" * 600,
    "\x00//evil.example",
    "/\u2028/evil.example",
    "http://localhost/ho-so",
]


def test_hostile_next_leads_to_the_task_list(place: Place) -> None:
    visitor = place.visitor(place.house.coordinator)
    followed = {}
    for target in HOSTILE_TARGETS:
        answer = visitor.get("/dang-nhap", query_string={"next": target})
        followed[target] = (answer.status_code, answer.location)
    assert set(followed.values()) == {(303, "/viec-can-xu-ly")}, followed


def test_hostile_next_in_the_form_leads_to_the_task_list(place: Place) -> None:
    for target in HOSTILE_TARGETS[::8]:
        visitor = place.visitor()
        answer = visitor.sign_in(visitor.email_of(place.house.coordinator), next=target)
        assert (answer.status_code, answer.location) == (303, "/viec-can-xu-ly"), target


def test_hostile_next_is_not_repeated_on_the_form(place: Place) -> None:
    visitor = place.visitor()
    for target in HOSTILE_TARGETS:
        html = visitor.get("/dang-nhap", query_string={"next": target}).text
        assert 'name="next"' not in html, target
        assert "evil" not in html, target


def test_who_forgot_the_password_is_sent_to_the_one_who_can_reset_it(place: Place) -> None:
    assert "Quên mật khẩu hoặc đổi người đại diện: liên hệ Quản trị hệ thống." in place.visitor().get("/dang-nhap").text
