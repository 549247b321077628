"""A browser that only reads pages and sends their forms: what a person without JavaScript does, for the demo."""

from __future__ import annotations

import http.cookiejar
import secrets
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from http import HTTPStatus
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit

_TIMEOUT_SECONDS = 60
_ENCODING = "utf-8"


class PageError(Exception):
    """The product answered otherwise than the story expects."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form as a browser would send it untouched: successful controls in order (HTML Living Standard §4.10.22.4)."""

    action: str
    fields: tuple[tuple[str, str], ...]

    def filled(self, values: Mapping[str, str]) -> Form:
        """The form with these fields set; a field the page does not have is added (an unchecked radio or box)."""
        known = {name for name, _ in self.fields}
        kept = tuple((name, values.get(name, value)) for name, value in self.fields)
        return replace(self, fields=kept + tuple((name, value) for name, value in values.items() if name not in known))

    def replaced(self, name: str, wrong: str, right: str) -> Form:
        """Correct `wrong` to `right` in the one field called `name` that holds it. Raises PageError."""
        holding = [pair for pair in self.fields if pair[0] == name and pair[1].count(wrong) == 1]
        if len(holding) != 1:
            raise PageError(f"“{wrong}” stands in {len(holding)} fields {name}, not in one")
        corrected = (name, holding[0][1].replace(wrong, right))
        return replace(self, fields=tuple(corrected if pair == holding[0] else pair for pair in self.fields))


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of the product, after redirects."""

    url: str
    status: int
    body: bytes

    @property
    def text(self) -> str:
        """The HTML."""
        return self.body.decode(_ENCODING, errors="replace")

    def form(self, path_end: str) -> Form:
        """The form whose action ends so. Raises PageError when there is none."""
        found = self._find_form(path_end)
        if found is None:
            raise PageError(f"{self.url} has no form to {path_end} (status {self.status})")
        return found

    def has_form(self, path_end: str) -> bool:
        """Whether there is a form whose action ends so."""
        return self._find_form(path_end) is not None

    def _find_form(self, path_end: str) -> Form | None:
        reader = _FormReader()
        reader.feed(self.text)
        for action, fields in reader.forms:
            target = urljoin(self.url, action)
            if urlsplit(target).path.endswith(path_end):
                return Form(target, tuple(fields))
        return None


class FormBrowser:
    """One person's browser with its own cookies."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        # No proxies: the address is this machine's own, whatever the environment says.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies)

    def open(self, path: str) -> Page:
        """Go to a path or address. Raises PageError for any answer but 200."""
        return self._expect_ok(self.look(path))

    def look(self, path: str) -> Page:
        """Go to a path or address, whatever the answer."""
        return self._send(urllib.request.Request(urljoin(self._base_url, path)))  # noqa: S310 - our own base URL

    def send(self, form: Form) -> Page:
        """Send a form and follow the redirect. Raises PageError for any answer but 200."""
        return self._post(form.action, urlencode(form.fields).encode(), "application/x-www-form-urlencoded")

    def send_file(self, form: Form, *, field: str, filename: str, content: bytes) -> Page:
        """Send a form with a chosen file (RFC 7578). Raises PageError for any answer but 200."""
        boundary = secrets.token_hex(16)
        fields = [(f'name="{name}"', value.encode()) for name, value in form.fields if name != field]
        chunks = [*fields, (f'name="{field}"; filename="{filename}"', content)]
        body = b"".join(
            f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode() + value + b"\r\n"
            for disposition, value in chunks
        )
        return self._post(
            form.action, body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
        )

    def _post(self, url: str, body: bytes, content_type: str) -> Page:
        headers = {"Content-Type": content_type, "Referer": url}
        request = urllib.request.Request(url, data=body, headers=headers)  # noqa: S310 - a form of our own page
        return self._expect_ok(self._send(request))

    def _send(self, request: urllib.request.Request) -> Page:
        try:
            with self._opener.open(request, timeout=_TIMEOUT_SECONDS) as answer:
                return Page(answer.url, answer.status, answer.read())
        except HTTPError as error:
            with error:
                return Page(request.full_url, error.code, error.read())

    def _expect_ok(self, page: Page) -> Page:
        if page.status != HTTPStatus.OK:
            raise PageError(f"{page.url} answered {page.status}: {_words(page.text)[:400]}")
        return page


class _FormReader(HTMLParser):
    """Collects each form's action and its successful controls."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[tuple[str, list[tuple[str, str]]]] = []
        self._inside = False
        self._textarea: str | None = None
        self._written = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A form begins, or a control of it."""
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = True
            self.forms.append((values.get("action", ""), []))
        elif self._inside and tag == "input" and _is_sent(values):
            self.forms[-1][1].append((values["name"], values.get("value", "on" if "checked" in values else "")))
        elif self._inside and tag == "textarea" and values.get("name"):
            self._textarea, self._written = values["name"], ""

    def handle_data(self, data: str) -> None:
        """What stands in a text area."""
        if self._textarea is not None:
            self._written += data

    def handle_endtag(self, tag: str) -> None:
        """A text area or a form ends."""
        if tag == "textarea" and self._textarea is not None:
            # The parser of HTML drops one line break right after the start tag.
            self.forms[-1][1].append((self._textarea, self._written.removeprefix("\n")))
            self._textarea = None
        elif tag == "form":
            self._inside = False


def _is_sent(values: Mapping[str, str]) -> bool:
    kind = values.get("type", "text")
    if not values.get("name") or "disabled" in values or kind in {"submit", "button", "image", "reset", "file"}:
        return False
    return kind not in {"radio", "checkbox"} or "checked" in values


class _TextReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def _words(html: str) -> str:
    reader = _TextReader()
    reader.feed(html)
    return " ".join(reader.words)
