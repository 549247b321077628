"""A number in a path that no row can have is a page that does not exist, on every path with a number."""

from __future__ import annotations

import uuid

import pytest
from werkzeug.routing import Rule

from tests.functional.conftest import Place

TOO_LARGE = ("1000000000", "2147483648", "99999999999999999999999", "9" * 5000)


def numbered(place: Place) -> list[Rule]:
    rules = place.app.url_map.iter_rules()
    return [rule for rule in rules if any("<int" in part for part in rule.rule.split("/"))]


@pytest.mark.parametrize("number", TOO_LARGE)
def test_no_path_takes_a_number_beyond_the_database(place: Place, number: str) -> None:
    rules = numbered(place)
    assert len(rules) >= 10
    visitor = place.visitor(place.house.administrator)
    for rule in rules:
        path = "/".join(_filled(part, number) for part in rule.rule.split("/"))
        answer = visitor.get(path) if "GET" in (rule.methods or ()) else visitor.post(path)
        assert answer.status_code == 404, rule.rule


def _filled(part: str, number: str) -> str:
    if "<int" in part:
        head, tail = part.split("<int", maxsplit=1)[0], part.split(">", 1)[1]
        return f"{head}{number}{tail}"
    return str(uuid.UUID(int=7)) if part.startswith("<uuid") else "x" if part.startswith("<") else part


def test_the_largest_number_is_looked_up(place: Place) -> None:
    answer = place.visitor(place.house.administrator).get("/quan-tri/tai-khoan/999999999/khoa")
    assert answer.status_code == 404
    assert "Không có tài khoản này" in answer.text
