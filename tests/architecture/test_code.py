"""Habits that no linter knows: one commit, one place that moves a state, one clock, no hidden imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source_tree import nodes, place, python_files, syntax

_ONLY_COMMIT = Path("approval/services/unit_of_work.py")
_ONLY_STATE = Path("approval/services/transition_pledge.py")
_CLOCK = Path("approval/adapters/clock.py")
# Each of these may import late; the reason stands in the file.
_LATE_IMPORTS = {
    Path("approval/adapters/broker.py"): "a third of a second of import that only the doctor needs",
    Path("approval/adapters/parts.py"): "pyHanko, Typst and fontTools cost most of a second at the first import",
    Path("approval/cli/bundle_verdict.py"): "the other commands should not wait for pyHanko",
    Path("approval/cli/verify.py"): "the other commands should not wait for pyHanko",
    Path("tests/servers/postgres.py"): "the package reads its environment when it is imported",
}
_WALL_CLOCK = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "localtime"),
    ("time", "time"),
}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _calls(path: Path) -> Iterator[tuple[ast.Call, str, str]]:
    """Every `owner.name(...)` with the last word of the owner."""
    for node in nodes(path):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            word = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            yield node, word, node.func.attr


def _late_imports(path: Path) -> list[str]:
    return [
        place(path, inner)
        for function in nodes(path)
        if isinstance(function, _FUNCTIONS)
        for inner in ast.walk(function)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]


def test_no_function_imports_unless_listed_with_a_reason() -> None:
    late = [where for path in python_files(tests=True) if path not in _LATE_IMPORTS for where in _late_imports(path)]
    assert not late


@pytest.mark.parametrize("path", sorted(_LATE_IMPORTS), ids=str)
def test_listed_late_imports_still_exist(path: Path) -> None:
    assert _late_imports(path), "strike it off the list"


def test_only_the_unit_of_work_commits() -> None:
    sites = [
        place(path, call)
        for path in python_files(tests=False)
        for call, owner, name in _calls(path)
        if name == "commit" or (name == "begin" and owner in {"engine", "session"})
    ]
    assert len(sites) == 1
    assert sites[0].startswith(f"{_ONLY_COMMIT}:")


def test_only_one_service_moves_a_state() -> None:
    """Replays of the history count states of their own, in rooms that import contracts keep away from any pledge."""
    assigned = [
        place(path, node)
        for path in python_files(tests=False)
        for node in nodes(path)
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        and "state" in _assigned_attributes(node)
        and not path.is_relative_to("approval/domain")
        and not path.is_relative_to("approval/adapters/offline")
    ]
    assert [where.split(":")[0] for where in assigned] == [str(_ONLY_STATE)]


def _assigned_attributes(node: ast.Assign | ast.AugAssign | ast.AnnAssign) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    flat = [part for target in targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])]
    return {part.attr for part in flat if isinstance(part, ast.Attribute)}


def test_no_statement_moves_a_state_behind_the_service() -> None:
    behind = [
        place(path, call)
        for path in python_files(tests=False)
        if "migrations" not in path.parts
        for call, _, name in _calls(path)
        if name == "values" and any(keyword.arg == "state" for keyword in call.keywords)
    ]
    behind += [
        place(path, node)
        for path in python_files(tests=False)
        for node in nodes(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and _writes_state_by_name(node, node.func.id)
    ]
    assert not behind


def _writes_state_by_name(call: ast.Call, function: str) -> bool:
    names = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
    return function in {"exec", "eval"} or (function == "setattr" and "state" in names)


def test_only_the_clock_reads_the_time() -> None:
    read = [
        place(path, call)
        for path in python_files(tests=False)
        if path != _CLOCK
        for call, owner, name in _calls(path)
        if (owner, name) in _WALL_CLOCK
    ]
    assert not read


def test_no_test_sleeps() -> None:
    asleep = [
        place(path, call)
        for path in python_files(tests=True)
        if path.parts[0] == "tests"
        for call, owner, name in _calls(path)
        if (owner, name) == ("time", "sleep")
    ]
    asleep += [
        place(path, node)
        for path in python_files(tests=True)
        if path.parts[0] == "tests"
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.ImportFrom) and node.module == "time" and "sleep" in {name.name for name in node.names}
    ]
    assert not asleep, "wait for a condition (tests/servers/waiting.py)"


def test_nobody_imports_the_entry_point() -> None:
    importers = [
        place(path, node)
        for path in python_files(tests=False)
        for node in nodes(path)
        if (isinstance(node, ast.Import) and any(name.name == "wsgi" for name in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == "wsgi")
    ]
    assert not importers


def test_no_html_is_declared_safe_by_hand() -> None:
    trusted = [
        place(path, node)
        for path in python_files(tests=False)
        for node in nodes(path)
        if isinstance(node, ast.Name | ast.Attribute)
        and (node.id if isinstance(node, ast.Name) else node.attr) in {"Markup", "render_template_string"}
    ]
    assert not trusted
