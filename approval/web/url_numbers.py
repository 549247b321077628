"""Whole numbers in paths, no longer than any row's: longer ones are pages that do not exist."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter


class KeyConverter(IntegerConverter):
    """`<int:…>` of every path. Nine digits, as in forms: ten can be more than a database keys rows with."""

    regex = r"\d{1,9}"


def register_url_numbers(app: Flask) -> None:
    """Before the first blueprint: a rule takes the converter there is when it is added."""
    app.url_map.converters["int"] = KeyConverter
