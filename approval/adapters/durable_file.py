"""Files that are there whole or not at all, whatever dies when: written beside, flushed, renamed, folder flushed."""

from __future__ import annotations

import os
from pathlib import Path

from approval.adapters.failpoints import failpoint


def replace_durably(path: Path, data: bytes) -> None:
    """Write a file for its owner only; on return it survives a power cut. Only one process may write it at a time."""
    beside = path.with_name(f".{path.name}.new")
    failpoint("durable:1")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data[: len(data) // 2])
        file.flush()
        failpoint("durable:2")
        file.write(data[len(data) // 2 :])
        file.flush()
        os.fsync(file.fileno())
    failpoint("durable:3")
    beside.replace(path)
    failpoint("durable:4")
    sync_folder(path.parent)
    failpoint("durable:5")


def remove_durably(path: Path) -> None:
    """Remove a file, if it is there; it stays removed after a power cut."""
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Names in a folder are on disk only after the folder itself is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
