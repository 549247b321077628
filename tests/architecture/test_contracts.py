"""The import contracts hold, and each was seen to fail when somebody breaks it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.source_tree import ROOT

# (contract, file to add, its import). More than one for a contract that forbids more than one thing.
_VIOLATIONS = [
    ("rooms", "approval/domain/stray.py", "from approval.config import Settings"),
    ("rooms", "approval/stray_room.py", '"""A module that belongs to no room."""'),
    ("rooms", "approval/services/stray.py", "from approval.queries import pledge_list"),
    ("rooms", "approval/queries/stray.py", "from approval.services import import_pledge"),
    ("rooms", "approval/models/stray.py", "from approval.adapters import clock"),
    ("rooms", "approval/adapters/stray.py", "from approval.models import pledge"),
    ("rooms", "approval/web/stray.py", "from approval.cli import migrate"),
    ("rooms", "approval/services/stray.py", "from approval.app import create_app"),
    ("entries", "approval/services/stray.py", "from worker import celery_app"),
    ("no-celery", "approval/services/stray.py", "import celery"),
    ("pure-domain", "approval/domain/stray.py", "import sqlalchemy"),
    ("pure-domain", "approval/domain/stray.py", "import flask"),
    ("no-flask-below", "approval/models/stray.py", "import flask"),
    ("no-flask-below", "approval/adapters/stray.py", "import flask"),
    ("no-pages-in-services", "approval/services/stray.py", "import flask_wtf"),
    ("tables-protected", "approval/web/stray.py", "from approval.models import pledge"),
    ("commit-protected", "approval/web/stray.py", "from approval.services import unit_of_work"),
    ("libraries-in-adapters", "approval/services/stray.py", "import pyhanko"),
    ("libraries-in-adapters", "approval/web/stray.py", "import smtplib"),
]


def _contracts() -> dict[str, str]:
    """Name by id."""
    settings: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["id"]: contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]}


def _lint(tree: Path, *options: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([program, "--no-cache", *options], cwd=tree, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def copied_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = tmp_path_factory.mktemp("tree")
    shutil.copy(ROOT / "pyproject.toml", tree)
    for room in ("approval", "worker"):
        shutil.copytree(ROOT / room, tree / room, ignore=shutil.ignore_patterns("__pycache__", "static"))
    return tree


def test_all_contracts_are_kept() -> None:
    report = _lint(ROOT)
    assert report.returncode == 0, report.stdout
    assert "0 broken" in report.stdout


@pytest.mark.parametrize(("contract", "file", "statement"), _VIOLATIONS)
def test_contract_breaks_when_violated(copied_tree: Path, contract: str, file: str, statement: str) -> None:
    stray = copied_tree / file
    stray.write_text(f"{statement}\n", encoding="utf-8")
    try:
        report = _lint(copied_tree, "--contract", contract)
    finally:
        stray.unlink()
    assert report.returncode == 1, report.stdout
    assert re.search(rf"^{re.escape(_contracts()[contract])} BROKEN", report.stdout, re.MULTILINE), report.stdout
    assert "stray" in report.stdout


def test_every_contract_has_a_violation_to_fail_on() -> None:
    assert {contract for contract, _, _ in _VIOLATIONS} == set(_contracts())
