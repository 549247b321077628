"""The demo, run as a person runs it, and its results looked at with other people's tools."""

from __future__ import annotations

import json
import subprocess
import sys
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from tests.servers.waiting import required_program

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder a demo left."""
    out = tmp_path_factory.mktemp("demo") / "out"
    done = approval("demo", "--out", str(out))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Mọi điều đều đúng" in done.stdout
    return out


def approval(*words: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("approval")
    return subprocess.run([str(program), *words], capture_output=True, text=True, timeout=380, check=False)


def tool(name: str, *words: str) -> str:
    done = subprocess.run([required_program(name), *words], capture_output=True, text=True, timeout=60, check=False)
    return done.stdout + done.stderr


def test_poppler_finds_seven_valid_signatures(told: Path) -> None:
    report = tool("pdfsig", "-nocert", str(told / "final.pdf"))
    assert report.count("Signature Validation: Signature is Valid.") == 7
    assert "invalid" not in report.lower()


def test_qpdf_finds_no_fault(told: Path) -> None:
    assert "No syntax or stream encoding errors" in tool("qpdf", "--check", str(told / "final.pdf"))


def test_the_text_is_the_corrected_pledge_with_its_date(told: Path) -> None:
    text = " ".join(tool("pdftotext", "-layout", str(told / "final.pdf"), "-").split())
    assert "ngày 15 tháng 5 năm 2024" in text
    for right in ("đẩy mạnh phong trào", "Nâng cao chất lượng", "kịp thời khống chế", "chuyển đổi số"):
        assert right in text
    for wrong in ("đầy mạnh", ". âng cao", "không chế", "chuyên đổi số"):
        assert wrong not in text
    assert all(f" {number}. " in text for number in range(1, 7))


def test_the_file_verifies_with_the_root_that_lies_beside_it(told: Path) -> None:
    done = approval("verify", str(told / "final.pdf"), "--trust", str(told / "root.pem"))
    assert done.returncode == 0, done.stdout
    assert "HỢP LỆ" in done.stdout


def test_a_changed_byte_is_tampering(told: Path, tmp_path: Path) -> None:
    changed = bytearray((told / "final.pdf").read_bytes())
    changed[2000] ^= 1
    (tmp_path / "changed.pdf").write_bytes(changed)
    assert approval("verify", str(tmp_path / "changed.pdf"), "--trust", str(told / "root.pem")).returncode == 1


def test_the_history_is_gapless_and_names_every_step(told: Path) -> None:
    events = [json.loads(line) for line in (told / "audit.jsonl").read_bytes().splitlines()]
    assert [event["seq"] for event in events] == list(range(len(events)))
    kinds = [event["type"] for event in events]
    assert kinds.count("pledge:verdict:given") == 10
    assert kinds.count("pledge:signature:added") == 5
    assert kinds.count("pledge:document:finalised") == 1


def test_every_mail_was_kept(told: Path) -> None:
    mails = [message_from_bytes(path.read_bytes(), policy=default) for path in (told / "mails").glob("*.eml")]
    assert len(mails) == 22
    assert len({mail["Message-ID"] for mail in mails}) == 22
    assert sum("Nội dung đã thay đổi" in mail["Subject"] for mail in mails) == 3


def test_the_transcript_tells_each_step_with_its_time(told: Path) -> None:
    lines = (told / "transcript.txt").read_text(encoding="utf-8").splitlines()
    assert sum("ký số" in line for line in lines) == 5
    assert all(line.lstrip().partition(" s ")[0].replace(".", "").isdigit() for line in lines)
