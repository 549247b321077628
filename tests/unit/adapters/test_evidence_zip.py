"""The archive: one form, read without trusting a word of it."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from approval.adapters.evidence_zip import read_bundle, write_bundle
from approval.adapters.offline import archive as offline
from approval.domain.evidence_report import Outcome

FILES = {"verify.py": b"print()\n", "manifest.json": b"{}", "README.vi.md": b"xin ch\xc3\xa0o"}


def outcome(data: bytes) -> Outcome:
    """What both say."""
    _, check = read_bundle(data)
    _, (theirs, words) = offline.read_zip(data)
    assert (theirs, words) == (check.outcome.value, check.words)
    return check.outcome


def test_the_same_files_give_the_same_bytes_in_both() -> None:
    backwards = dict(reversed(FILES.items()))
    assert write_bundle(FILES) == write_bundle(backwards) == offline.write_zip(backwards)
    with zipfile.ZipFile(io.BytesIO(write_bundle(FILES))) as archive:
        assert archive.namelist() == ["manifest.json", "README.vi.md", "verify.py"]
        assert archive.testzip() is None


def test_what_was_written_reads_back() -> None:
    files, check = read_bundle(write_bundle(FILES))
    assert files == FILES
    assert check.outcome is Outcome.PASS


def test_every_bit_of_the_archive_counts() -> None:
    data = write_bundle(FILES)
    for bit in range(8 * len(data)):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        assert outcome(bytes(flipped)) in {Outcome.TAMPERED, Outcome.UNREADABLE}, f"bit {bit}"


@pytest.mark.parametrize("data", [b"", b"PK\5\6", b"%PDF-1.7", bytes(100)])
def test_what_is_no_archive_is_unreadable(data: bytes) -> None:
    assert outcome(data) is Outcome.UNREADABLE


@pytest.mark.parametrize("size", [0, 1, 30, 200])
def test_a_truncated_archive_is_unreadable(size: int) -> None:
    assert outcome(write_bundle(FILES)[: -size or None][:-1]) is Outcome.UNREADABLE


def made(name: str, data: bytes, kind: int = zipfile.ZIP_STORED, *, ours: bool = True) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as archive:
        if ours:
            archive.writestr("manifest.json", b"{}")
        archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("name", ["../verify.py", "/verify.py", "a/../../x", "Verify.py", "x" * 300, "con\ntrol"])
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    files, _ = read_bundle(made(name, b"x"))
    assert outcome(made(name, b"x")) is Outcome.TAMPERED
    assert not files


@pytest.mark.parametrize("name", ["../verify.py", "[Content_Types].xml", "verify.py"])
def test_somebodys_other_archive_was_not_altered(name: str) -> None:
    assert outcome(made(name, b"x", zipfile.ZIP_DEFLATED, ours=False)) is Outcome.UNREADABLE


def test_a_bomb_is_not_unpacked() -> None:
    bomb = made("log/leaves.bin", bytes(50_000_000), zipfile.ZIP_DEFLATED)
    assert len(bomb) < 60_000
    assert outcome(bomb) is Outcome.TAMPERED


def test_entries_that_overlap_take_no_more_room_than_there_is() -> None:
    data = bytearray(write_bundle({"manifest.json": bytes(1000)}))
    directory = data.index(b"PK\1\2")
    # The directory names the same thousand bytes a hundred times.
    entry = bytes(data[directory : data.index(b"PK\5\6")])
    end = struct.pack("<HHHHLLH", 0, 0, 100, 100, 100 * len(entry), directory, 0)
    assert outcome(bytes(data[:directory]) + entry * 100 + b"PK\5\6" + end) is Outcome.TAMPERED


def test_an_archive_written_by_another_program_is_not_ours() -> None:
    assert outcome(made("verify.py", b"x")) is Outcome.TAMPERED
