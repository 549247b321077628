"""Several processes share a folder of messages: each arrives whole and once, and rubbish in it stops nobody."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kombu.connection import Connection
from kombu.entity import Exchange, Queue
from kombu.transport.virtual import BrokerState

from tests.factories.settings import make_settings
from worker.celery_settings import transport_options
from worker.folder_broker import Transport, use_folder_broker

QUEUE = Queue("work", Exchange("work"), routing_key="work")
SENDERS = 3
MESSAGES_EACH = 150

SENDER = """
import sys
from kombu import Connection, Exchange, Queue
from worker.folder_broker import use_folder_broker
use_folder_broker()
folder, control, who, count = sys.argv[1:]
options = {"data_folder_in": folder, "data_folder_out": folder, "control_folder": control}
queue = Queue("work", Exchange("work"), routing_key="work")
with Connection("filesystem://", transport_options=options) as connection, connection.Producer() as producer:
    for number in range(int(count)):
        producer.publish(f"{who}-{number}", exchange=queue.exchange, routing_key="work", declare=[queue])
"""

TAKER = """
import socket, sys
from kombu import Connection, Exchange, Queue
from worker.folder_broker import use_folder_broker
use_folder_broker()
folder, control = sys.argv[1:]
options = {"data_folder_in": folder, "data_folder_out": folder, "control_folder": control, "polling_interval": 0.001}
queue = Queue("work", Exchange("work"), routing_key="work")

def take(body, message):
    message.ack()
    print(body, flush=True)
    if body == "last":
        sys.exit(0)

with Connection("filesystem://", transport_options=options) as connection, connection.Consumer(queue, callbacks=[take]):
    print("ready", flush=True)
    while True:
        connection.drain_events(timeout=60)
"""


@pytest.fixture
def options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    use_folder_broker()
    # kombu remembers for the whole process which queues it has told the folder about.
    monkeypatch.setattr(Transport, "global_state", BrokerState())
    return transport_options(make_settings(tmp_path))


@pytest.fixture
def connection(options: dict[str, Any]) -> Iterator[Connection]:
    with Connection("filesystem://", transport_options=options) as connection:
        yield connection


def _publish(connection: Connection, body: str) -> None:
    with connection.Producer() as producer:
        producer.publish(body, exchange=QUEUE.exchange, routing_key="work", declare=[QUEUE])


def _received(connection: Connection) -> list[str]:
    with connection.SimpleQueue(QUEUE) as simple:
        bodies: list[str] = []
        while True:
            try:
                message = simple.get(block=False)
            except simple.Empty:
                return bodies
            message.ack()
            bodies.append(message.payload)


def _run(script: str, options: dict[str, Any], *words: str) -> subprocess.Popen[str]:
    folders = (options["data_folder_in"], options["control_folder"])
    return subprocess.Popen([sys.executable, "-c", script, *folders, *words], stdout=subprocess.PIPE, text=True)


def test_messages_arrive_in_their_order(connection: Connection) -> None:
    for body in ("một", "hai", "ba"):
        _publish(connection, body)
    assert _received(connection) == ["một", "hai", "ba"]


def test_a_message_passes_through_no_other_folder(
    connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    common = tmp_path / "common"
    common.mkdir(mode=0o500)
    monkeypatch.setattr(tempfile, "tempdir", str(common / "nowhere"))
    _publish(connection, "riêng")
    assert _received(connection) == ["riêng"]


@pytest.mark.parametrize("content", [b"", b'{"body": "cut o', b"\xff\xfe\x00"], ids=["empty", "cut off", "binary"])
def test_rubbish_among_the_messages_is_passed_over(
    connection: Connection, options: dict[str, Any], content: bytes
) -> None:
    _publish(connection, "trước")
    folder = Path(options["data_folder_in"])
    (folder / "0_rubbish.work.msg").write_bytes(content)
    assert _received(connection) == ["trước"]
    assert list(folder.iterdir()) == []


def test_a_message_half_written_is_not_seen(connection: Connection, options: dict[str, Any]) -> None:
    _publish(connection, "xong")
    (Path(options["data_folder_in"]) / ".0_half.work.msg.0123").write_bytes(b"{")
    assert _received(connection) == ["xong"]


def test_every_message_of_every_process_arrives_once(options: dict[str, Any]) -> None:
    takers = [_run(TAKER, options) for _ in range(2)]
    for taker in takers:
        assert taker.stdout is not None
        assert taker.stdout.readline() == "ready\n"
    senders = [_run(SENDER, options, f"sender{number}", str(MESSAGES_EACH)) for number in range(SENDERS)]
    assert [sender.communicate(timeout=60)[0] for sender in senders] == [""] * SENDERS
    assert [sender.returncode for sender in senders] == [0] * SENDERS
    with Connection("filesystem://", transport_options=options) as connection:
        for _ in takers:
            _publish(connection, "last")
    bodies = Counter(line for taker in takers for line in taker.communicate(timeout=60)[0].split())
    assert [taker.returncode for taker in takers] == [0, 0]
    assert bodies.pop("last") == len(takers)
    assert bodies == {f"sender{who}-{number}": 1 for who in range(SENDERS) for number in range(MESSAGES_EACH)}
    assert list(Path(options["data_folder_in"]).iterdir()) == []
