"""`verify.py` as an outsider runs it (isolated, without packages, without a network) against `approval verify`."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from approval.adapters.evidence_verifier import verify_bundle
from approval.adapters.offline_verifier import verifier_text
from approval.domain.evidence_policy import EvidencePolicy
from approval.domain.evidence_report import exit_code
from tests.factories.log_house import LogHouse
from tests.factories.random_stories import harmed_bundle, honest_bundle

_WITHOUT_NETWORK = ["unshare", "-r", "-n"]
_MAY_LEAVE_THE_NETWORK = (
    shutil.which("unshare") is not None
    and subprocess.run([*_WITHOUT_NETWORK, "true"], check=False, capture_output=True).returncode == 0
)
# Runs the file for many bundles in one process: starting Python a thousand times would measure nothing else.
_MANY = """
import contextlib, io, json, runpy, sys
verifier = runpy.run_path("verify.py")
for name in sys.argv[1:]:
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = verifier["main"]([name, "--policy", "policy.txt"])
    print(json.dumps([code, said.getvalue()]))
"""
_AT_ONCE = 100


@pytest.fixture
def folder(tmp_path: Path, log_house: LogHouse) -> Path:
    """What the outsider has besides bundles."""
    (tmp_path / "verify.py").write_text(verifier_text(), encoding="utf-8")
    (tmp_path / "many.py").write_text(_MANY, encoding="utf-8")
    (tmp_path / "policy.txt").write_text(log_house.policy_text(quorum=3), encoding="utf-8")
    return tmp_path


def verdicts(folder: Path, bundles: list[bytes]) -> list[tuple[int, set[str]]]:
    """Exit code and the names of failed checks, as printed."""
    names = []
    for number, data in enumerate(bundles):
        names.append(f"{number}.zip")
        (folder / names[-1]).write_bytes(data)
    prefix = _WITHOUT_NETWORK if _MAY_LEAVE_THE_NETWORK else []
    words = [*prefix, sys.executable, "-I", "-S", "many.py", *names]
    done = subprocess.run(words, cwd=folder, capture_output=True, check=True, timeout=280)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return [(code, {line.split()[1].rstrip(":") for line in _failures(said)}) for code, said in found]


def _failures(said: str) -> list[str]:
    return [line for line in said.splitlines() if line.startswith("FAIL ")]


def ours(data: bytes, policy: EvidencePolicy) -> tuple[int, set[str]]:
    _, checks = verify_bundle(data, policy, {})
    return exit_code(checks), {check.name for check in checks if check.line.startswith("FAIL ")}


def compare(folder: Path, house: LogHouse, bundles: Iterator[bytes]) -> dict[int, int]:
    """How many bundles got which exit code; asserts that both gave it, for the same failed checks."""
    policy, counted, seen = house.policy(quorum=3), dict[int, int](), 0
    while batch := list(islice(bundles, _AT_ONCE)):
        for data, theirs in zip(batch, verdicts(folder, batch), strict=True):
            found = ours(data, policy)
            assert _alike(*found) == _alike(*theirs), f"bundle {seen}"
            counted[found[0]] = counted.get(found[0], 0) + 1
            seen += 1
    return counted


def _alike(code: int, failed: set[str]) -> tuple[int, set[str]]:
    """Of a certificate that the list of files knows as damaged, the one may still read what the other does not."""
    return code, failed - {"seal", "times"} if "manifest" in failed else failed


def good(house: LogHouse, count: int) -> Iterator[bytes]:
    return (honest_bundle(house, 50_000 + seed) for seed in range(count))


def bad(house: LogHouse, count: int) -> Iterator[bytes]:
    return (harmed_bundle(house, 50_000 + seed) for seed in range(count))


def test_some_bundles_get_the_same_verdict_from_both(folder: Path, log_house: LogHouse) -> None:
    assert compare(folder, log_house, good(log_house, 6)) == {0: 6}
    assert 0 not in compare(folder, log_house, bad(log_house, 12))


@pytest.mark.campaign
def test_a_thousand_good_bundles_are_good_for_both(folder: Path, log_house: LogHouse) -> None:
    assert _MAY_LEAVE_THE_NETWORK, "this machine lets nobody make a network namespace"
    found = compare(folder, log_house, good(log_house, 1000))
    print(f"\n1,000 good bundles by exit code: {found}; verify.py without a network says the same of each")
    assert found == {0: 1000}


@pytest.mark.campaign
def test_a_thousand_bad_bundles_are_bad_for_both(folder: Path, log_house: LogHouse) -> None:
    assert _MAY_LEAVE_THE_NETWORK, "this machine lets nobody make a network namespace"
    found = compare(folder, log_house, bad(log_house, 1000))
    print(f"\n1,000 bad bundles by exit code: {found}; verify.py without a network says the same of each")
    assert set(found) <= {1, 2}
