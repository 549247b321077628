"""The linter, the formatter and the type checker find nothing; both lock files say the same."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT, python_files

_BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command", [["ruff", "check", "--no-cache"], ["ruff", "format", "--no-cache", "--check"]], ids=["lint", "format"]
)
def test_ruff_finds_nothing(command: list[str]) -> None:
    program, *options = command
    report = subprocess.run(
        [_BIN / program, *options, *python_files(tests=True)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert report.returncode == 0, report.stdout


@pytest.mark.timeout(600)
def test_types_hold_everywhere() -> None:
    report = subprocess.run([_BIN / "mypy"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert report.returncode == 0, report.stdout


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_hashed_requirements_are_the_lock_without_the_tools() -> None:
    locked = {
        (_normal(package["name"]), package["version"])
        for package in tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
        if "version" in package
    }
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    exported = {(_normal(name), version) for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE)}
    assert exported <= locked, "run `make lock`"
    assert len(exported) > 0
    assert text.count("--hash=sha256:") >= len(exported)
    assert not re.search(r"^--?(index-url|extra-index-url|find-links|i|f)\b", text, re.MULTILINE)


def test_every_direct_requirement_is_exported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    names = {_normal(re.split(r"[\[<>=!~; ]", entry, maxsplit=1)[0]) for entry in project["dependencies"]}
    exported = {_normal(name) for name in re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==", text, re.MULTILINE)}
    assert names <= exported, "run `make lock`"
