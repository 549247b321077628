"""The folder of who signs heads of histories: a private key, and which head of each history was signed last.

The head is on disk before the signature leaves the process, so no crash makes it sign two heads of one size.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from approval.adapters.durable_file import remove_durably, replace_durably, sync_folder
from approval.adapters.ed25519 import NoteSigner
from approval.domain.checkpoint import Checkpoint
from approval.domain.log_signing import LogRefusedError
from approval.domain.signed_note import NoteError


class SignerFolder:
    """Key, next key and state below one private folder. Everything but `locked` is for the holder of the lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._key, self._next, self._state = path / "key", path / "next-key", path / "state.json"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Make the folder (0700) where there is none, and keep every other process out of it."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.path / "lock").open("ab") as file:
            (self.path / "lock").chmod(0o600)
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def signer(self) -> NoteSigner | None:
        """The key, or None in a new folder. Raises LogRefusedError when it cannot be used."""
        found = self._read_key(self._key)
        if found is not None and not self._state.exists():
            raise _damaged(self._state, "tệp trạng thái không còn", "the state file is gone")
        return found

    def start(self, signer: NoteSigner, heads: Mapping[str, Checkpoint]) -> None:
        """Begin with a key. The state comes first: a key without one is a folder somebody has tampered with."""
        self.write_heads(heads)
        replace_durably(self._key, signer.skey.encode())
        sync_folder(self.path.parent)

    def heads(self) -> dict[str, Checkpoint]:
        """The head signed last, by origin. Raises LogRefusedError when the file cannot be read."""
        try:
            texts = json.loads(self._state.read_bytes())["heads"]
            found = [Checkpoint.from_text(text) for text in texts]
        except FileNotFoundError:
            return {}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _damaged(self._state, "không đọc được", "it cannot be read") from error
        return {head.origin: head for head in found}

    def write_heads(self, heads: Mapping[str, Checkpoint]) -> None:
        """Keep what is about to be signed, before it is."""
        replace_durably(self._state, json.dumps({"heads": [head.text for head in heads.values()]}).encode())

    def next_signer(self) -> NoteSigner | None:
        """The key of a rotation that was begun."""
        return self._read_key(self._next)

    def write_next(self, signer: NoteSigner) -> None:
        """Begin a rotation."""
        replace_durably(self._next, signer.skey.encode())

    def take_next(self) -> None:
        """The next key becomes the key."""
        self._next.replace(self._key)
        sync_folder(self.path)

    def drop_next(self) -> None:
        """Forget a rotation that the history knows nothing of."""
        remove_durably(self._next)

    def _read_key(self, path: Path) -> NoteSigner | None:
        try:
            return NoteSigner.from_skey(path.read_text(encoding="ascii"))
        except FileNotFoundError:
            return None
        except (NoteError, UnicodeDecodeError) as error:
            raise _damaged(path, "không đọc được khóa", "the key cannot be read") from error


def _damaged(path: Path, vi: str, en: str) -> LogRefusedError:
    return LogRefusedError(
        "signer-folder-damaged",
        f"{path}: {vi}. Ngừng ký. Khôi phục thư mục này từ bản sao lưu mới nhất.",
        f"{path}: {en}. Nothing is signed. Restore this folder from its newest backup.",
    )
