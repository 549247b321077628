"""The process that opens strangers' files: it tells the verdict, and bounds of memory, time and number hold."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from approval.adapters.judging_child import MemoryShortage
from approval.adapters.judging_input import JudgingInput
from approval.adapters.upload_judge import JudgeLimits, UploadJudge, extra_roots
from approval.config import ConfigurationError
from approval.domain.errors import BusyError
from approval.domain.upload_verdict import OVER_LIMIT, UploadVerdict, Word
from tests.factories.signed_pledges import signed_pledge

# A busy machine is no finding; what is bounded is tried on its own below.
PATIENT = JudgeLimits(wall_seconds=60, cpu_seconds=60)
MEBIBYTE = 1024 * 1024


def judge_with(limits: JudgeLimits) -> UploadJudge:
    house = signed_pledge().house
    return UploadJudge(house.authority.trust_roots, house.clock, limits=limits)


def test_the_verdict_comes_from_the_other_process() -> None:
    judge = judge_with(PATIENT)
    assert judge.judge(signed_pledge().final).word is Word.VALID
    assert "không phải PDF" in judge.judge(b"hello").reasons[0]


def test_a_file_that_needs_too_much_memory_is_over_the_limit() -> None:
    small = JudgeLimits(address_space=100 * MEBIBYTE, wall_seconds=60, cpu_seconds=60)
    assert judge_with(small).judge(b"%PDF-1.7" + bytes(40 * MEBIBYTE)) == OVER_LIMIT


# A process counts the memory of the one it was forked from as its own; this one between is small.
LAUNCHER = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
"""


def test_the_largest_upload_stays_below_half_a_gigabyte() -> None:
    """As the operating system counts the process that judged it."""
    house, limits = signed_pledge().house, JudgeLimits()
    told = JudgingInput(house.clock.now(), tuple(house.authority.trust_roots)).to_line()
    judging = [sys.executable, "-I", "-m", "approval.adapters.judging_child", str(limits.address_space), "60"]
    upload = signed_pledge().final + bytes(20 * MEBIBYTE)
    done = subprocess.run(
        [sys.executable, "-I", "-c", LAUNCHER, *judging], input=told + upload, capture_output=True, check=True
    )
    assert UploadVerdict.from_json(done.stdout).word is not Word.VALID
    assert 20 * MEBIBYTE < int(done.stderr) * 1024 <= limits.address_space


def test_a_lack_of_memory_is_seen_behind_a_failed_check() -> None:
    log = logging.getLogger("approval.of_this_test")
    log.setLevel(logging.INFO)
    log.addHandler(shortage := MemoryShortage())
    log.info("nothing failed")
    try:
        raise ValueError("odd file")
    except ValueError:
        log.info("another failure", exc_info=True)
    assert not shortage.seen
    try:
        try:
            raise MemoryError
        except MemoryError as lack:
            raise ValueError("the library's own kind") from lack
    except ValueError:
        log.info("validation failed", exc_info=True)
    assert shortage.seen


def test_a_file_that_takes_too_long_is_over_the_limit() -> None:
    assert judge_with(JudgeLimits(wall_seconds=60, cpu_seconds=0)).judge(signed_pledge().final) == OVER_LIMIT


def test_a_machine_that_is_too_busy_says_nothing_of_the_file() -> None:
    judge = judge_with(JudgeLimits(wall_seconds=0.05))
    with pytest.raises(BusyError) as busy:
        judge.judge(signed_pledge().final)
    assert busy.value.code == "check-slow"
    assert "Chờ ít giây rồi gửi lại tệp" in busy.value.vi


def test_more_files_at_once_than_places_are_told_to_wait() -> None:
    judge = judge_with(JudgeLimits(wall_seconds=60, cpu_seconds=60, wait_seconds=0, at_once=1))
    told: list[object] = []

    def bring() -> None:
        try:
            told.append(judge.judge(signed_pledge().final).word)
        except BusyError as busy:
            told.append(busy.vi)

    signed_pledge()
    people = [threading.Thread(target=bring) for _ in range(3)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert told.count(Word.VALID) == 1
    assert sum("Chờ ít giây" in str(words) for words in told) == 2
    assert judge.judge(b"") != OVER_LIMIT, "the place is free again"


def test_the_other_process_is_told_nothing_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "sitecustomize.py"
    secret.write_text("raise SystemExit(9)", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("APPROVAL_SECRET_KEY", "x" * 40)
    assert judge_with(PATIENT).judge(b"hello").word is Word.UNKNOWN


def test_further_roots_are_read_from_a_file(tmp_path: Path) -> None:
    root = signed_pledge().house.authority.root.certificate
    file = tmp_path / "roots.pem"
    file.write_bytes(root.public_bytes(Encoding.PEM) * 2)
    assert extra_roots(file) == (root, root)
    assert extra_roots(None) == ()


@pytest.mark.parametrize("spoil", [lambda path: path.write_bytes(b"no certificate"), lambda _path: None])
def test_roots_that_cannot_be_read_are_a_fault_of_the_installation(
    tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    file = tmp_path / "roots.pem"
    spoil(file)
    with pytest.raises(ConfigurationError, match="TRUST_ROOTS"):
        extra_roots(file)
