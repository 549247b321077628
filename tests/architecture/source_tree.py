"""The files the guards look at: what git tracks, or everything where there is no git."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_PRODUCT = ("approval", "worker", "wsgi.py")
_UNTRACKED_FOLDERS = {".git", ".venv", ".uv", "__pycache__", ".approval"}


@cache
def tracked_files() -> tuple[Path, ...]:
    """Paths relative to the root, in order."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
        names = [Path(name) for name in listed.stdout.split("\0") if name]
    else:
        names = [path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file()]
    return tuple(sorted(name for name in names if (ROOT / name).is_file() and not _UNTRACKED_FOLDERS & set(name.parts)))


def python_files(*, tests: bool) -> list[Path]:
    """Tracked Python files of the product, and of the tests if asked."""
    rooms = (*_PRODUCT, "tests") if tests else _PRODUCT
    return [path for path in tracked_files() if path.suffix == ".py" and path.parts[0] in rooms]


def templates() -> list[Path]:
    """Tracked page templates: not mails, which carry their own style, nor the Typst document."""
    return [path for path in tracked_files() if path.parts[0] == "templates" and path.suffix == ".html"]


@cache
def syntax(path: Path) -> ast.Module:
    """The parsed file; `path` is relative to the root."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def nodes(path: Path) -> Iterator[ast.AST]:
    """Every node of the file."""
    return ast.walk(syntax(path))


def place(path: Path, node: ast.expr | ast.stmt) -> str:
    """`file:line`, as editors and people read it."""
    return f"{path}:{node.lineno}"
