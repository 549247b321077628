"""Headers on every answer: pages, files, errors, refusals, crashes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from approval.config import KdfCost, Mode
from approval.web.actor import client_address
from approval.web.guards import Policy, policy
from tests.functional.conftest import Place
from tests.functional.visitor import Visitor

REAL_COST = KdfCost(memory_kib=19456, time=2, parallelism=1)
STRICT = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)


def check(answer: TestResponse) -> None:
    """What no answer may lack."""
    headers = answer.headers
    assert headers["Content-Security-Policy"].startswith(STRICT)
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers.get_all("Content-Security-Policy") == [headers["Content-Security-Policy"]]


def test_every_route_and_method_carries_the_headers(place: Place) -> None:
    visitors = [place.visitor(), place.visitor(place.house.coordinator)]
    for rule in place.app.url_map.iter_rules():
        values = {
            "pledge_id": "0" * 8 + "-0000-4000-8000-" + "0" * 12,
            "filename": "theme.css",
            "name": "0-0",
        }
        path = place.app.url_map.bind("localhost").build(
            rule.endpoint, {name: values.get(name, 1) for name in rule.arguments}, force_external=False
        )
        for visitor in visitors:
            for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT"):
                answer = visitor.client.open(path, method=method, buffered=True)
                check(answer)
                is_file = rule.endpoint in {"static", "bootstrap.static"} and answer.status_code == 200
                assert answer.headers["Cache-Control"] == ("public, max-age=3600" if is_file else "no-store"), path


def test_a_crash_shows_no_trace_and_carries_the_headers(place: Place) -> None:
    @policy(Policy.PUBLIC)
    def crash() -> str:
        raise RuntimeError("secret detail 4711")

    place.app.view_functions["health.show"] = crash
    answer = place.visitor().get("/healthz")
    assert answer.status_code == 500
    check(answer)
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    assert "Hệ thống gặp lỗi" in answer.text


@pytest.mark.parametrize("path", ["/khong-co", "/static/khong-co.css", "/static/../approval/config.py", "/%00", "/%ff"])
def test_missing_pages_carry_the_headers(place: Place, path: str) -> None:
    answer = place.visitor().get(path)
    assert answer.status_code == 404
    check(answer)
    assert answer.headers["Cache-Control"] == "no-store"


def test_foreign_host_name_is_refused_without_links(place: Place) -> None:
    """Host header poisoning: nothing we send may name a host that the request made up."""
    answer = place.visitor().get("/dang-nhap", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    check(answer)
    assert "evil.example" not in answer.text


def test_forwarded_headers_are_not_believed_without_a_proxy(place: Place) -> None:
    answer = place.visitor().get("/ho-so", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})
    assert answer.location == "/dang-nhap?next=/ho-so"


def test_production_cookies_and_hsts(app_factory: Callable[..., Flask], sqlite_url: str) -> None:
    app = app_factory(
        mode=Mode.PRODUCTION,
        database_url=sqlite_url,
        public_base_url="https://giao-uoc.bacgiang.example",
        trusted_hosts=("giao-uoc.bacgiang.example",),
        cookie_secure=True,
        password_kdf=REAL_COST,
        pin_kdf=REAL_COST,
    )
    answer = app.test_client().get("/dang-nhap", base_url="https://giao-uoc.bacgiang.example")
    check(answer)
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-")
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(place: Place) -> None:
    visitor = place.visitor()
    answer = visitor.sign_in(visitor.email_of(place.house.coordinator))
    cookie = next(line for line in answer.headers.get_all("Set-Cookie") if line.startswith("session_id="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie
    assert "Expires" not in cookie


def test_pages_hold_no_inline_code_and_nothing_from_elsewhere(place: Place) -> None:
    visitor = place.visitor(place.house.representatives[0])
    for path in ("/dang-nhap", "/viec-can-xu-ly", "/ho-so", "/van-ban/", "/khong-co"):
        _check_own_content(visitor, path)
    _check_own_content(place.visitor(place.house.administrator), "/quan-tri")


def _check_own_content(visitor: Visitor, path: str) -> None:
    page = visitor.soup(path)
    assert not page.find_all(["style", "iframe", "object", "embed"]), path
    assert [str(script.get("src", ""))[:8] for script in page.find_all("script")] == ["/static/"] * (
        path == "/ho-so"
    ), path
    assert not page.select("[style]"), path
    for element in page.find_all(True):
        assert not [name for name in element.attrs if name.startswith("on")], (path, element.name)
    for link in page.select("link[href], img[src]"):
        assert str(link.get("href") or link.get("src")).startswith("/"), path


def test_style_sheet_loads_nothing_from_elsewhere(place: Place) -> None:
    visitor = place.visitor()
    css = visitor.get("/static/theme.css", buffered=True).text
    addresses = re.findall(r"""url\(["']?([^"')]+)""", css)
    assert addresses
    assert all(address.startswith(("./", "../bootstrap/")) for address in addresses), addresses
    assert visitor.get("/bootstrap/static/css/bootstrap.min.css", buffered=True).status_code == 200


def test_callers_address_is_believed_only_from_the_configured_proxy(
    app_factory: Callable[..., Flask], sqlite_url: str
) -> None:
    """The throttle counts by address: whoever could choose it could guess for ever."""
    forwarded = {"X-Forwarded-For": "198.51.100.7, 203.0.113.9"}
    seen = {}
    for hops in (0, 1, 2):
        app = app_factory(database_url=sqlite_url, proxy_hops=hops)
        app.view_functions["health.show"] = policy(Policy.PUBLIC)(client_address)
        seen[hops] = app.test_client().get("/healthz", headers=forwarded).text
    assert seen == {0: "127.0.0.1", 1: "203.0.113.9", 2: "198.51.100.7"}
