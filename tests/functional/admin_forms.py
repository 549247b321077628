"""What an administrator's visitor reads off the answers of the admin pages."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from approval.domain.commands import Actor
from approval.extensions import db
from tests.functional.conftest import Place

NEW_BLOC, NEW_PERSON = "/quan-tri/khoi/moi", "/quan-tri/tai-khoan/moi"
BLOC = {
    "name": "Khối thi đua số 7",
    "short_name": "Khối 7",
    "superior": "UBND TỈNH BẮC GIANG",
    "place": "Bắc Giang",
    "agencies": "Sở Xây dựng | SXD\r\n\r\nSở Tư pháp|STP\r\n",
}


def account(place: Place, /, **changed: str) -> dict[str, str]:
    """A form that makes a second representative of the first agency."""
    usual = {
        "role": "representative",
        "display_name": "Đại diện Sở Thử nghiệm 1",
        "email": "Dai-Dien@bacgiang.example",
        "place": f"{place.house.bloc_id}:{place.house.agencies[0]}",
        "authority": "KT",
        "position_title": "Phó Giám đốc",
        "document_reference": "Quyết định số 12",
    }
    return {**usual, **changed}


def soup(answer: TestResponse) -> BeautifulSoup:
    """An answer as a tree."""
    return BeautifulSoup(answer.text, "html.parser")


def secret(answer: TestResponse, name: str) -> str:
    """A secret shown on the page, "" when there is none."""
    found = soup(answer).select_one(f"[data-secret={name}]")
    return found.text if found else ""


def field_at_fault(answer: TestResponse) -> str:
    """The field that is marked, with the sentence tied to it."""
    page = soup(answer)
    (marked,) = page.select("[aria-invalid=true]")
    hint = page.find(id=str(marked["aria-describedby"]))
    assert isinstance(hint, Tag)
    assert "field-error" in (hint.get("class") or [])
    assert hint.text.strip()
    return str(marked["name"])


def deed(actor: Actor, name: str) -> str:
    """Path of one act on an account."""
    return f"/quan-tri/tai-khoan/{actor.person_id}/{name}"


def count(place: Place, model: type) -> int:
    """How many rows are stored."""
    with place.app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0
