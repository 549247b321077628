"""kombu's folder transport, made safe for several processes: a message is there whole or not at all.

kombu 5.7 writes messages and its table of queues in place, so a reader may find an empty file and the worker ends
("Unrecoverable error: JSONDecodeError", celery/kombu issue 1551); and it reads messages by way of the machine's common
temporary folder. Here both are written aside and renamed (rename(2) is atomic), and whoever unlinks a message owns it.
"""

from __future__ import annotations

import fcntl
import logging
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps, loads

log = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    """One channel on two folders of one file system: messages, and the table that says which queue gets what."""

    def _put(self, queue: str, payload: object, **_: object) -> None:  # type: ignore[override]
        # Names sort by time, for first come is first served; kombu's own `_size` and `_purge` know them by their end.
        name = f"{time.time_ns()}_{secrets.token_hex(8)}.{queue}.msg"
        _write_whole(Path(self.data_folder_out) / name, payload)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """The oldest message of `queue`; one that cannot be read is dropped. Raises Empty."""
        for path in sorted(Path(self.data_folder_in).iterdir()):
            if path.name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = _take(path)
            if taken is None:
                continue
            try:
                return loads(taken)
            except ValueError:
                # A message only says "look at the table", and another says it in a second.
                log.warning("message %s is not readable and was dropped", path.name)
        raise Empty

    def _queue_bind(self, exchange: str, routing_key: str | None, pattern: str | None, queue: str | None) -> None:
        binding = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._table_lock():
            table = self._table(exchange)
            if binding not in table:
                _write_whole(self._table_file(exchange), [binding, *table])

    def _delete(
        self, queue: str, exchange: str, routing_key: str | None, pattern: str | None, *_: Any, **__: Any
    ) -> None:
        self._purge(queue)  # type: ignore[no-untyped-call]
        binding = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._table_lock():
            table = self._table(exchange)
            if binding in table:
                _write_whole(self._table_file(exchange), [other for other in table if other != binding])

    def _table(self, exchange: str) -> list[Any]:
        return list(self.get_table(exchange))  # type: ignore[no-untyped-call]

    def _table_file(self, exchange: str) -> Path:
        return Path(self._exchange_file(exchange))  # type: ignore[no-untyped-call]

    @contextmanager
    def _table_lock(self) -> Iterator[None]:
        self.control_folder.mkdir(exist_ok=True)
        with (self.control_folder / ".lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    """What `filesystem://` means in this product once `use_folder_broker` was called."""

    Channel = Channel


def use_folder_broker() -> None:
    """Put this transport in the place of kombu's own. Celery asks for it by the name of the URL's scheme."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"


def _take(message: Path) -> bytes | None:
    """The content, if this process is the one that removed it."""
    try:
        content = message.read_bytes()
        message.unlink()
    except FileNotFoundError:
        return None
    return content


def _write_whole(path: Path, content: object) -> None:
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    aside.write_bytes(dumps(content).encode())
    aside.replace(path)
