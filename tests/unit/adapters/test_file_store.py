"""Files under their own hash: found again, never half-written, and damage is noticed."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest

from approval.adapters.file_store import FileDamagedError, FileMissingError, FileStore


def stored_files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_bytes_come_back_under_their_hash(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    name = store.put(b"%PDF-1.7 ...")
    assert name == hashlib.sha256(b"%PDF-1.7 ...").hexdigest()
    assert store.has(name)
    assert store.get(name) == b"%PDF-1.7 ..."
    assert stored_files(tmp_path)[0].relative_to(tmp_path).parts[:2] == (name[:2], name[2:4])


def test_storing_the_same_bytes_twice_keeps_one_file(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    assert store.put(b"a") == store.put(b"a")
    assert len(stored_files(tmp_path)) == 1


def test_a_damaged_file_is_noticed_and_mended_by_storing_it_again(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    name = store.put(b"the signed bytes")
    path = stored_files(tmp_path)[0]
    path.chmod(0o600)
    path.write_bytes(b"the signed bytez")
    with pytest.raises(FileDamagedError):
        store.get(name)
    assert store.put(b"the signed bytes") == name
    assert store.get(name) == b"the signed bytes"


def test_an_unknown_hash_is_missing(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    assert not store.has("0" * 64)
    with pytest.raises(FileMissingError):
        store.get("0" * 64)


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n", "0" * 32 + "/" + "0" * 31]
)
def test_only_a_hash_becomes_a_path(tmp_path: Path, name: str) -> None:
    store = FileStore(tmp_path)
    with pytest.raises(ValueError, match="64"):
        store.get(name)
    with pytest.raises(ValueError, match="64"):
        store.has(name)


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FileStore(tmp_path)

    def no_rename(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", no_rename)
    with pytest.raises(OSError, match="No space"):
        store.put(b"data")
    assert stored_files(tmp_path) == []


def test_many_threads_storing_the_same_file_agree(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    data = b"x" * 100_000
    together = threading.Barrier(8)
    names: list[str] = []

    def put() -> None:
        together.wait()
        names.append(store.put(data))

    threads = [threading.Thread(target=put) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(names)) == 1
    assert len(names) == 8
    assert store.get(names[0]) == data
    assert len(stored_files(tmp_path)) == 1
