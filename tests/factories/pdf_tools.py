"""Outside PDF programs as judges of our files: poppler and qpdf."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest


def run_tool(name: str, *arguments: str | Path) -> str:
    """Standard output of a program; a failing one fails the test, a missing one skips it (fails in CI)."""
    program = shutil.which(name)
    if program is None:
        message = f"{name} is not installed"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
    return done.stdout


def raw_text(path: Path) -> str:
    """All text in content order with white space folded (`pdftotext -raw`)."""
    return folded(run_tool("pdftotext", "-raw", path, "-"))


def page_text(path: Path, page: int) -> str:
    """Text of one page (counted from 0) with white space folded."""
    number = str(page + 1)
    return folded(run_tool("pdftotext", "-raw", "-f", number, "-l", number, path, "-"))


def folded(text: str) -> str:
    """Every run of white space as one blank."""
    return re.sub(r"\s+", " ", text).strip()
