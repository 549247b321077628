"""A Redis of our own: loopback, a free port, a password, nothing kept on disk."""

from __future__ import annotations

import secrets
import subprocess
from pathlib import Path

import redis

from tests.servers.waiting import free_port, required_program, wait_until


class RedisServer:
    """One redis-server process. `url` ends in database 0; `for_database(n)` names another."""

    def __init__(self, folder: Path) -> None:
        self._program = required_program("redis-server")
        self._folder = folder
        self._password = secrets.token_hex(16)
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where a client connects, password included."""
        return self.for_database(0)

    def for_database(self, number: int) -> str:
        """The same server, another of its 16 databases."""
        return f"redis://:{self._password}@127.0.0.1:{self.port}/{number}"

    def start(self) -> None:
        """Start, and return once it answers."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--requirepass", self._password]
        options += ["--save", "", "--appendonly", "no", "--dir", str(self._folder)]
        self._process = subprocess.Popen([self._program, *options], stdout=subprocess.DEVNULL)
        wait_until(self._answers, what="redis-server")

    def empty(self) -> None:
        """Forget everything, as after a crash without persistence."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def stop(self) -> None:
        """End the process; the port stays reserved in `url` for a later `start`."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=10)
            self._process = None

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_timeout=1) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False
