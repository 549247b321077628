"""`verify.py`: one file, nothing but the standard library, and the words it says."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from approval.adapters.offline_verifier import verifier_text
from approval.domain.audit_event import leaf_hash
from tests.factories.evidence_bundles import Heads, make_bundle
from tests.factories.evidence_story import change, plain_story
from tests.factories.log_house import LogHouse
from tests.factories.merkle_tree import StoredTree

_MAY_LEAVE_THE_NETWORK = (
    shutil.which("unshare") is not None
    and subprocess.run(["unshare", "-r", "-n", "true"], check=False, capture_output=True).returncode == 0
)


def test_it_imports_the_standard_library_only() -> None:
    tree = ast.parse(verifier_text())
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name for node in found}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names
    assert not names & {"socket", "urllib", "http", "ssl", "subprocess", "ctypes"}


def test_no_name_of_one_chapter_hides_another() -> None:
    tree = ast.parse(verifier_text())
    kinds = (ast.FunctionDef, ast.ClassDef)
    names = [node.name for node in tree.body if isinstance(node, kinds)]
    names += [ast.unparse(node.targets[0]) for node in tree.body if isinstance(node, ast.Assign)]
    assert len(names) == len(set(names))


def test_it_is_python_3_9() -> None:
    ast.parse(verifier_text(), feature_version=(3, 9))


@pytest.fixture
def folder(tmp_path: Path, log_house: LogHouse) -> Path:
    """`verify.py`, a sound bundle `a.zip` and the reader's policy."""
    one = plain_story()
    bundle = make_bundle(log_house, one, Heads([5, 11], log_house.witnesses[:3], [11]))
    (tmp_path / "verify.py").write_text(verifier_text(), encoding="utf-8")
    (tmp_path / "a.zip").write_bytes(bundle)
    (tmp_path / "policy.txt").write_text(log_house.policy_text(quorum=3), encoding="utf-8")
    return tmp_path


def run(folder: Path, *words: str) -> tuple[int, str]:
    """Isolated: no environment, no site packages, no own folder on the path."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", *words], cwd=folder, capture_output=True, check=False, timeout=60
    )
    return done.returncode, (done.stdout + done.stderr).decode("utf-8")


def test_a_sound_bundle_is_said_to_be_one(folder: Path) -> None:
    code, words = run(folder, "a.zip", "--policy", "policy.txt")
    assert code == 0
    assert "PASS witnesses: đủ 3/5 nhân chứng tới sự kiện 10" in words
    assert words.splitlines()[-1].startswith("HỢP LỆ")
    assert "chữ ký trong PDF chưa được kiểm tra ở đây" in words.splitlines()[-1]


@pytest.mark.skipif(not _MAY_LEAVE_THE_NETWORK, reason="this machine lets nobody make a network namespace")
def test_it_needs_no_network(folder: Path) -> None:
    words = ["unshare", "-r", "-n", sys.executable, "-I", "-S", "verify.py", "a.zip", "--policy", "policy.txt"]
    done = subprocess.run(words, cwd=folder, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


def test_without_a_policy_nothing_is_known(folder: Path) -> None:
    code, words = run(folder, "a.zip")
    assert code == 4
    assert "NOT CHECKED keys:" in words
    assert words.splitlines()[-1].startswith("KHÔNG XÁC ĐỊNH")


def test_a_policy_saved_by_notepad_is_read(folder: Path) -> None:
    written = (folder / "policy.txt").read_bytes()
    (folder / "policy.txt").write_bytes(b"\xef\xbb\xbf" + written.replace(b"\n", b"\r\n"))
    assert run(folder, "a.zip", "--policy", "policy.txt")[0] == 0


def test_a_tampered_bundle_is_named_with_its_event(folder: Path, log_house: LogHouse) -> None:
    one = plain_story()
    change(one, 5, data={"kind": "request_changes"})
    (folder / "b.zip").write_bytes(make_bundle(log_house, one))
    code, words = run(folder, "b.zip", "--policy", "policy.txt")
    assert code == 1
    assert "FAIL replay: sự kiện 5 " in words


def test_receipts_are_compared(folder: Path, log_house: LogHouse) -> None:
    (folder / "mail.txt").write_bytes(log_house.head(4, bytes(32)))
    code, words = run(folder, "a.zip", "--policy", "policy.txt", "--receipt", "mail.txt")
    assert code == 1
    assert "FAIL receipts: nhật ký khác với mail.txt" in words


@pytest.mark.parametrize("order", [("an", "binh"), ("binh", "an")])
def test_receipts_of_one_name_are_all_compared(folder: Path, log_house: LogHouse, order: tuple[str, str]) -> None:
    root = StoredTree(map(leaf_hash, plain_story().story.payloads())).root(4)
    words = ["a.zip", "--policy", "policy.txt"]
    for name in order:
        (folder / name).mkdir()
        (folder / name / "mail.txt").write_bytes(log_house.head(4, root if name == "an" else bytes(32)))
        words += ["--receipt", f"{name}/mail.txt"]
    code, said = run(folder, *words)
    assert code == 1
    assert f"FAIL receipts: nhật ký khác với {Path('binh/mail.txt')}" in said


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7"])
def test_another_file_is_unreadable(folder: Path, content: bytes) -> None:
    (folder / "b.zip").write_bytes(content)
    code, words = run(folder, "b.zip")
    assert (code, words.splitlines()[-1].split(":")[0]) == (3, "KHÔNG ĐỌC ĐƯỢC")


def test_a_file_that_is_not_there_is_unreadable(folder: Path) -> None:
    assert run(folder, "none.zip")[0] == 3


@pytest.mark.parametrize("words", [[], ["a.zip", "--policy", "none.txt"], ["a.zip", "--policy", "verify.py"], ["--x"]])
def test_a_wrong_call_is_no_verdict(folder: Path, words: list[str]) -> None:
    assert run(folder, *words)[0] == 64
