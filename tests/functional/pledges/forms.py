"""Forms as a browser sends them: every field of the form as it stands on the page, then what the person types."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from tests.functional.visitor import Visitor


@dataclass(frozen=True)
class OpenForm:
    """A form left open in a tab: it can be sent later, when the world has moved on."""

    visitor: Visitor
    action: str
    fields: MultiDict[str, Any]

    def send(self, **typed: Any) -> TestResponse:
        """Send it with these fields filled in.

        A list fills a repeated field, None leaves a field out, (bytes, name) is a chosen file.
        """
        fields = self.fields.copy()
        for name, value in typed.items():
            fields.poplist(name)
            # Not update(): it would take a chosen file's (bytes, name) for two values.
            if value not in (None, []):
                fields.setlist(name, value if isinstance(value, list) else [value])
        if not any(isinstance(value, tuple) for value in fields.values()):
            return self.visitor.client.post(self.action, data=fields)
        files = {
            name: FileStorage(io.BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value
            for name, value in fields.items()
        }
        # As bytes: the test client would spool a large upload to a file and leave that open.
        boundary, body = encode_multipart(files)
        return self.visitor.client.post(
            self.action, data=body, content_type=f'multipart/form-data; boundary="{boundary}"'
        )


def open_form(visitor: Visitor, page: str, action: str) -> OpenForm:
    """The form of `page` that is sent to `action`."""
    return form_on(visitor, visitor.get(page), action)


def form_on(visitor: Visitor, answer: TestResponse, action: str) -> OpenForm:
    """The form of an answer that is sent to `action`."""
    form = tree(answer).find("form", action=action)
    assert isinstance(form, Tag), f"{answer.request.path} ({answer.status_code}) has no form for {action}"
    return OpenForm(visitor, action, MultiDict(_fields(form)))


def tree(answer: TestResponse) -> BeautifulSoup:
    """A page as a tree."""
    return BeautifulSoup(answer.text, "html.parser")


def words(answer: TestResponse) -> str:
    """What a person reads on a page, one space between words."""
    return " ".join(tree(answer).get_text(" ").split())


def refusal(answer: TestResponse) -> str:
    """The sentence of the refusal shown on a page; "" when there is none."""
    alert = tree(answer).select_one("[role=alert] .callout span")
    return " ".join(alert.get_text().split()) if alert else ""


def notice(visitor: Visitor, answer: TestResponse) -> str:
    """The notice on the page a redirect leads to."""
    assert answer.status_code == 303, answer.text
    found = tree(visitor.get(answer.location)).select_one(".notices")
    return " ".join(found.get_text().split()) if found else ""


def text_of(answer: TestResponse, field: str) -> str:
    """What stands in a text area (its first line end is the page's, not the person's)."""
    area = tree(answer).select_one(f"textarea[name={field}]")
    assert area is not None, f"no text area {field}"
    return area.get_text().removeprefix("\n")


def value_of(answer: TestResponse, field: str) -> str:
    """What stands in an input."""
    found = tree(answer).select_one(f"input[name={field}]")
    assert found is not None, f"no input {field}"
    return str(found.get("value", ""))


def _fields(form: Tag) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for element in form.select("input[name], textarea[name]"):
        kind = element.get("type")
        if element.name == "textarea":
            found.append((str(element["name"]), element.get_text().removeprefix("\n")))
        elif kind not in {"radio", "checkbox", "file"} or element.has_attr("checked"):
            found.append((str(element["name"]), str(element.get("value", ""))))
    return found
