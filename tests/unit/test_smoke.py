"""Everything can be imported, the command explains itself without settings, and nothing starts without them."""

from __future__ import annotations

import importlib
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import approval
import worker
from tests.architecture.source_tree import ROOT
from tests.factories.settings import make_settings, to_environment

_MODULES = sorted(
    module.name
    for package in (approval, worker)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if ".migrations" not in module.name
)
_COMMANDS = {"run", "demo", "verify", "import", "doctor", "migrate", "mail-sink"}


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    """A child that has this machine's variables but none of the product's."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("APPROVAL_", "FLASK_"))}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=bare,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", _MODULES)
def test_module_can_be_imported(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in to_environment(make_settings(tmp_path)).items():
        monkeypatch.setenv(variable, value)
    assert importlib.import_module(name).__doc__


def test_the_command_explains_itself_without_settings() -> None:
    shown = _run("-c", "import sys; sys.argv = ['approval', '--help']; from approval.app import main; main()")
    assert shown.returncode == 0, shown.stderr
    listed = {line.split()[0] for line in shown.stdout.partition("Commands:")[2].splitlines() if line.strip()}
    assert listed >= _COMMANDS


def test_the_server_refuses_to_start_without_settings() -> None:
    refused = _run("-c", "import wsgi")
    assert refused.returncode != 0
    assert "ConfigurationError: APPROVAL_DATA_DIR is not set" in refused.stderr
