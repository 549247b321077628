"""One word a job: the Makefile explains itself, CI runs what a developer runs, nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT

_PROMISED = {"run", "test", "check", "campaign", "bench", "lint", "format", "types", "imports", "lock", "clean", "help"}
_NEEDY = """
from tests.servers.waiting import required_program

def test_needs_it():
    required_program("no-such-server-anywhere")
"""


def _makefile() -> str:
    return (ROOT / "Makefile").read_text(encoding="utf-8")


def test_help_lists_every_promised_command() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert set(re.findall(r"^  make (\w+)\s+\S", listed, re.MULTILINE)) >= _PROMISED


def test_every_listed_command_is_phony() -> None:
    explained = set(re.findall(r"^(\w+):.*##", _makefile(), re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.*)$", _makefile(), re.MULTILINE)
    assert phony is not None
    assert explained == set(phony[1].split())


def test_continuous_integration_runs_the_tests_and_nothing_cleverer() -> None:
    lines = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line and not line.startswith("#")]
    assert commands == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "export CI=true", "make test"]


@pytest.mark.parametrize("script", [".ci/run", "tests/servers/install.sh", "tests/servers/in_memory.sh"])
def test_scripts_are_executable_and_parse(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)
    subprocess.run(["bash", "-n", ROOT / script], check=True)


@pytest.mark.parametrize("memory", ["/dev/shm", "/no/such/folder"])  # noqa: S108 - where memory is a folder
def test_tests_run_in_memory_or_as_they_are_and_leave_nothing_there(tmp_path: Path, memory: str) -> None:
    command = [str(ROOT / "tests/servers/in_memory.sh"), "sh", "-c", 'echo "$TMPDIR"; touch "$TMPDIR/left"; exit 7']
    environ = {**os.environ, "GIAO_UOC_TEST_MEMORY": memory, "TMPDIR": str(tmp_path)}
    ended = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert ended.returncode == 7
    folder = Path(ended.stdout.strip())
    assert folder == tmp_path or (folder.is_relative_to(memory) and not folder.exists())


def test_uv_is_pinned_by_hash() -> None:
    text = (ROOT / ".ci/uv.txt").read_text(encoding="utf-8")
    assert re.search(r"^uv==\d+\.\d+\.\d+ \\$", text, re.MULTILINE)
    assert text.count("--hash=sha256:") > 10
    assert "--require-hashes --requirement .ci/uv.txt" in _makefile()


@pytest.mark.parametrize(("ci", "outcome"), [("true", "failed"), ("", "skipped")])
def test_a_missing_server_fails_in_ci_and_skips_elsewhere(tmp_path: Path, ci: str, outcome: str) -> None:
    (tmp_path / "test_needy.py").write_text(_NEEDY, encoding="utf-8")
    report = _isolated(tmp_path, ci)
    assert f"1 {outcome}" in report
    assert "no-such-server-anywhere is not available" in report


def _isolated(folder: Path, ci: str) -> str:
    """pytest as a process of its own: CI is a variable of the whole process."""
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "pytest",
        "-ra",
        "-p",
        "no:cacheprovider",
        f"--rootdir={folder}",
        folder,
    ]
    environ = {**os.environ, "CI": ci, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False).stdout
