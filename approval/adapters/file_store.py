"""Files kept under their own SHA-256: once written they never change, and a damaged one is noticed when read."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
from pathlib import Path

from approval.adapters.durable_file import sync_folder

_NAME = re.compile(r"[0-9a-f]{64}")


class FileMissingError(LookupError):
    """No file with this hash is in the store."""


class FileDamagedError(OSError):
    """The stored bytes do not have the hash they are stored under."""


class FileStore:
    """Content-addressed store below one folder: `ab/cd/abcd….bin`. Safe for several processes at once."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, data: bytes) -> str:
        """Store the bytes and return their lower-case hex SHA-256; on return they survive a power cut."""
        name = hashlib.sha256(data).hexdigest()
        target = self._path(name)
        if not self._holds(target, name):
            self._make_folder(target.parent)
            self._write(target, data)
        return name

    def get(self, sha256: str) -> bytes:
        """The bytes of this hash. Raises FileMissingError, FileDamagedError, or ValueError for what is not a hash."""
        try:
            data = self._path(sha256).read_bytes()
        except FileNotFoundError:
            raise FileMissingError(sha256) from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise FileDamagedError(f"the file stored as {sha256} holds other bytes; restore it from a backup")
        return data

    def has(self, sha256: str) -> bool:
        """Whether a file of this hash is in the store (its bytes are checked only by `get`)."""
        return self._path(sha256).is_file()

    def _path(self, sha256: str) -> Path:
        # Hashes reach us in addresses of pages: nothing else may become a path.
        if not _NAME.fullmatch(sha256):
            raise ValueError("a file is named by 64 lower-case hex digits")
        return self._root / sha256[:2] / sha256[2:4] / f"{sha256}.bin"

    def _holds(self, target: Path, name: str) -> bool:
        """A damaged file is written anew: putting the right bytes again is the way to mend it."""
        try:
            return hashlib.sha256(target.read_bytes()).hexdigest() == name
        except FileNotFoundError:
            return False

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for parent in (folder.parent, folder.parent.parent):
            sync_folder(parent)

    def _write(self, target: Path, data: bytes) -> None:
        """Write beside, flush, rename: readers see no file or the whole file."""
        beside = target.with_name(f".{secrets.token_hex(8)}.tmp")
        try:
            with beside.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.chmod(0o400)
            beside.replace(target)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                beside.unlink()
            raise
        sync_folder(target.parent)
