"""The demo's browser sends what a real one would."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import pytest

from approval.cli.form_browser import FormBrowser, Page, PageError

HTML = """
<form action="/other" method="post"><input name="q" value="1"></form>
<form action="/van-ban/1/y-kien?x=1" method="post">
  <input type="hidden" name="csrf_token" value="t&amp;k">
  <input type="radio" name="kind" value="agree"><input type="radio" name="kind" value="request" checked>
  <input type="checkbox" name="consent" value="yes">
  <input name="gone" value="1" disabled><input type="submit" name="do" value="x"><button name="do" value="y">z</button>
  <textarea name="clause">
Một &lt;b&gt;
hai</textarea><textarea name="clause"></textarea>
</form>
"""


def page(html: str = HTML) -> Page:
    return Page("http://localhost/van-ban/1", 200, html.encode())


def test_a_form_is_read_as_a_browser_reads_it() -> None:
    form = page().form("/y-kien")
    assert form.action == "http://localhost/van-ban/1/y-kien?x=1"
    assert form.fields == (
        ("csrf_token", "t&k"),
        ("kind", "request"),
        ("clause", "Một <b>\nhai"),
        ("clause", ""),
    )


def test_filling_replaces_and_adds() -> None:
    filled = page().form("/y-kien").filled({"kind": "agree", "consent": "yes"})
    assert ("kind", "agree") in filled.fields
    assert ("consent", "yes") in filled.fields
    assert len([name for name, _ in filled.fields if name == "kind"]) == 1


def test_a_word_is_corrected_in_the_one_field_that_has_it() -> None:
    form = page().form("/y-kien").replaced("clause", "hai", "ba")
    assert ("clause", "Một <b>\nba") in form.fields


def test_a_word_that_stands_nowhere_is_refused() -> None:
    with pytest.raises(PageError, match="stands in 0 fields"):
        page().form("/y-kien").replaced("clause", "nowhere", "x")


def test_a_page_without_the_form_says_so() -> None:
    with pytest.raises(PageError, match="no form to /ky"):
        page().form("/ky")


class Handler(BaseHTTPRequestHandler):
    """Remembers what it was sent; sets a cookie and redirects, or refuses."""

    received: list[tuple[str, bytes, str]] = []  # noqa: RUF012 - one server a test module

    def do_GET(self) -> None:
        status = 404 if self.path == "/missing" else 200
        self.answer(status, f"cookie: {self.headers.get('Cookie')}".encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append((self.headers["Content-Type"], body, self.headers["Referer"]))
        if self.path == "/refuse":
            self.answer(422, "<p>Thiếu <b>lý do</b></p>".encode())
            return
        self.send_response(303)
        self.send_header("Set-Cookie", "form=abc; HttpOnly; SameSite=Lax; Path=/")
        self.send_header("Location", "/done")
        self.end_headers()

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Quiet."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_address[1]}"
    httpd.shutdown()
    thread.join()
    httpd.server_close()


def form_to(server: str, path: str) -> Page:
    html = f'<form action="{path}"><input name="a" value="ế &"><input type="file" name="file"></form>'
    return Page(server + "/start", 200, html.encode())


def test_a_form_is_sent_and_its_redirect_followed_with_cookies(server: str) -> None:
    browser = FormBrowser(server)
    done = browser.send(form_to(server, "/save").form("/save"))
    assert done.url == server + "/done"
    assert done.text == "cookie: form=abc"
    content_type, body, referer = Handler.received[-1]
    assert content_type == "application/x-www-form-urlencoded"
    assert parse_qsl(body.decode()) == [("a", "ế &")]
    assert referer.startswith(server)


def test_a_file_travels_whole(server: str) -> None:
    content = b"\r\n--\x00 any bytes \xff"
    form = form_to(server, "/save").form("/save")
    FormBrowser(server).send_file(form, field="file", filename="a.md", content=content)
    content_type, body, _ = Handler.received[-1]
    message = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    parts = {part.get_param("name", header="content-disposition"): part for part in message.get_payload()}  # type: ignore[union-attr]
    assert parts["a"].get_payload(decode=True).decode() == "ế &"  # type: ignore[union-attr]
    assert parts["file"].get_filename() == "a.md"  # type: ignore[union-attr]
    assert content in body


def test_a_refusal_is_told_in_the_pages_words(server: str) -> None:
    with pytest.raises(PageError, match="answered 422: Thiếu lý do"):
        FormBrowser(server).send(form_to(server, "/refuse").form("/refuse"))


def test_looking_does_not_mind_the_answer(server: str) -> None:
    assert FormBrowser(server).look("/missing").status == 404
