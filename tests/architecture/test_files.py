"""The shape of the house: sizes, names, folders, and nothing that only one machine has."""

from __future__ import annotations

import ast
import re

from tests.architecture.source_tree import ROOT, python_files, syntax, tracked_files

_WALL = 300
_ROOMLESS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}
_TOP_LEVEL = {
    ".ci",
    ".dockerignore",
    ".editorconfig",
    ".env.example",
    ".gitignore",
    ".pre-commit-config.yaml",
    "Dockerfile",
    "LICENSE",
    "Makefile",
    "README.md",
    "approval",
    "docker-compose.yml",
    "docs",
    "pyproject.toml",
    "requirements.lock",
    "templates",
    "tests",
    "uv.lock",
    "worker",
    "wsgi.py",
}
# Written in pieces, so that this file does not find itself.
_ELSEWHERE = re.compile(
    "|".join(
        (
            r"(?<![\w.%}-])/wo" + r"rk/",
            r"\.\./sha" + "red",
            r"/opt/(pypi|whe" + "els)",
            r"/tmp/uv" + "boot",  # noqa: S108 - looked for, not used
            r"pypi\.o" + r"rg",
            r"pythonhosted\.o" + r"rg",
            r"(ghcr|quay|docker)\.i" + r"o/",
        )
    )
)
# A lock file names the place each hash came from; that is its format.
_MAY_NAME_REGISTRIES = {"uv.lock"}
_BINARY = {".png", ".ttf", ".woff2", ".pdf", ".ico", ".docx", ".jpg"}


def test_no_python_file_is_longer_than_the_wall() -> None:
    long = {
        str(path): lines
        for path in python_files(tests=True)
        if (lines := len((ROOT / path).read_text(encoding="utf-8").splitlines())) > _WALL
    }
    assert not long, "which second thing has moved in?"


def test_no_module_is_named_after_no_purpose() -> None:
    named = [str(path) for path in tracked_files() if {*path.parts[:-1], path.stem} & _ROOMLESS]
    assert not named


def test_package_files_hold_a_docstring_only() -> None:
    filled = [
        str(path)
        for path in python_files(tests=True)
        if path.name == "__init__.py" and (len(syntax(path).body) != 1 or ast.get_docstring(syntax(path)) is None)
    ]
    assert not filled


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(path) for path in python_files(tests=True) if ast.get_docstring(syntax(path)) is None]
    assert not silent


def test_top_level_holds_the_known_rooms_only() -> None:
    assert {path.parts[0] for path in tracked_files()} <= _TOP_LEVEL


def test_nothing_names_a_place_of_one_machine_or_a_registry() -> None:
    found = []
    for path in tracked_files():
        if str(path) in _MAY_NAME_REGISTRIES or path.suffix in _BINARY:
            continue
        text = (ROOT / path).read_text(encoding="utf-8", errors="replace")
        found += [f"{path}: {match.group()}" for match in _ELSEWHERE.finditer(text)]
    assert not found


def test_every_folder_of_python_files_is_a_package() -> None:
    # Alembic loads its folder by path, and its file names begin with digits.
    loose = {
        str(path.parent)
        for path in python_files(tests=True)
        if path.parent.parts and "migrations" not in path.parts and not (ROOT / path.parent / "__init__.py").exists()
    }
    assert not loose
