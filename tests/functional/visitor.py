"""A person with a browser: cookies, forms with their hidden token, nothing a real browser could not send."""

from __future__ import annotations

import re
from typing import Any

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from approval.domain.commands import Actor
from approval.extensions import db
from approval.models.person import Person
from tests.factories.signing_house import PASSWORD

SESSION_COOKIE = "session_id"
# As a tree the whole page would take ten times as long, and every form sent asks for it.
_TOKEN = re.compile(r'<input type="hidden" name="csrf_token" value="([^"]+)">')


class Visitor:
    """One browser on one application."""

    def __init__(self, app: Flask, actor: Actor | None = None) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        if actor is not None:
            answer = self.sign_in(self.email_of(actor))
            assert answer.status_code == 303, answer.text

    def email_of(self, actor: Actor) -> str:
        """The address this person signs in with."""
        with self.app.app_context():
            return db.session.get_one(Person, actor.person_id).email

    def sign_in(self, email: str, password: str = PASSWORD, **more: str) -> TestResponse:
        """Send the sign-in form."""
        return self.post("/dang-nhap", page="/dang-nhap", email=email, password=password, **more)

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, **options)

    def post(self, path: str, *, page: str = "/ho-so", **fields: Any) -> TestResponse:
        """Send a form, with the token found on `page`."""
        return self.client.post(path, data={"csrf_token": self.token(page), **fields})

    def token(self, page: str = "/ho-so") -> str:
        """The form token of a page; "" when it has none."""
        found = _TOKEN.search(self.get(page, follow_redirects=True).text)
        return found[1] if found else ""

    def soup(self, path: str) -> BeautifulSoup:
        """A page as a tree."""
        return BeautifulSoup(self.get(path, follow_redirects=True).text, "html.parser")

    def cookie(self, name: str = SESSION_COOKIE) -> str | None:
        """A cookie's value."""
        found = self.client.get_cookie(name)
        return found.value if found else None

    def carry(self, token: str) -> None:
        """Use a session token copied from elsewhere."""
        self.client.set_cookie(SESSION_COOKIE, token)
