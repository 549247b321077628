"""The log's side of witnessing, against real witnesses on loopback: what is stored is checked, what fails is said."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from flask import Flask
from sqlalchemy import select

from approval.adapters.clock import FixedClock
from approval.adapters.ed25519 import NoteSigner, verify_ed25519
from approval.adapters.signer_folder import SignerFolder
from approval.adapters.witness_client import OtherSize, WitnessError, ask_witness
from approval.adapters.witness_station import WitnessStation, witness_signer
from approval.domain.signed_note import KeyType, NoteKey, cosignature_time, parse_note, signed_by
from approval.domain.witness import LONGEST_REQUEST, AddCheckpoint
from approval.domain.witness_address import WitnessAddress
from approval.extensions import db, parts
from approval.models.audit_checkpoint import AuditCosignature
from approval.queries.history_receipt import load_history_receipt
from tests.factories.database_owner import back_up, restore
from tests.factories.forked_log import ForkedLog, leaf
from tests.factories.merkle_tree import StoredTree
from tests.factories.review_house import agree_by, make_review
from tests.factories.signed_log import load_newest_checkpoint, log_key, sign_log
from tests.factories.signing_house import MAY_15, SigningHouse
from tests.servers.waiting import free_port
from worker import witness_heads as sweep
from worker.witness_heads import witness_heads

Application = Callable[[dict[str, Any], Any], list[bytes]]


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_message(self, *args: object) -> None:
        """Nothing."""


@contextmanager
def served(application: Application) -> Iterator[str]:
    """The address of a WSGI application on loopback."""
    server = make_server("127.0.0.1", 0, application, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@dataclass
class Watch:
    """Witnesses of one log, each with its folder."""

    folder: Path
    log: NoteKey
    servers: ExitStack = field(default_factory=ExitStack)

    def witness(self, name: str) -> WitnessAddress:
        """A witness that listens."""
        return self.address(self.station(name))

    def station(self, name: str) -> WitnessStation:
        home = SignerFolder(self.folder / name)
        signer = witness_signer(home, lambda: NoteSigner.generate(name, KeyType.COSIGNATURE))
        return WitnessStation(home, signer, [self.log], FixedClock(MAY_15))

    def address(self, station: WitnessStation) -> WitnessAddress:
        return WitnessAddress(self.servers.enter_context(served(station)), station.witness.key)


@pytest.fixture
def watch(app: Flask, house: SigningHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    monkeypatch.setattr(sweep, "_paused_until", {})
    sign_log(app)
    with app.app_context():
        made = Watch(tmp_path / "witnesses", log_key())
    with made.servers:
        yield made


def configure(*addresses: WitnessAddress) -> None:
    tools = parts()
    tools.settings = replace(tools.settings, witnesses=addresses)


def more(app: Flask, house: SigningHouse) -> int:
    """Another signed head; its size."""
    agree_by(app, make_review(app, house), house.representatives[0])
    return sign_log(app)


def test_heads_are_cosigned_one_after_the_other(app: Flask, house: SigningHouse, watch: Watch) -> None:
    addresses = [watch.witness(name) for name in ("so-noi-vu.example", "so-y-te.example")]
    with app.app_context():
        configure(*addresses)
        assert witness_heads() == 2
        assert witness_heads() == 0
        size = more(app, house)
        assert witness_heads() == 2
        receipt = load_history_receipt(db.session())
        assert (receipt.size, receipt.witnessed) == (size, "2/2 nhân chứng")
        note = parse_note(load_newest_checkpoint(db.session()) or b"")
        for address in addresses:
            line = signed_by(note, address.key, verify_ed25519)
            assert line is not None
            assert cosignature_time(line) == int(MAY_15.timestamp())


def test_one_witness_that_is_away_costs_the_others_nothing(
    app: Flask, house: SigningHouse, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    there = watch.witness("so-noi-vu.example")
    away = WitnessAddress(f"http://127.0.0.1:{free_port()}", watch.station("so-y-te.example").witness.key)
    with app.app_context():
        configure(there, away)
        assert witness_heads() == 1
        assert load_history_receipt(db.session()).witnessed == "1/2 nhân chứng"
        assert "witness so-y-te.example did not sign" in caplog.text
        caplog.clear()
        assert witness_heads() == 0
        assert "so-y-te" not in caplog.text, "asked again only after a pause"
        sweep._paused_until.clear()
        configure(there, watch.witness("so-y-te.example"))
        assert witness_heads() == 1


def test_a_witness_that_signed_while_its_answer_was_lost_is_asked_from_there(
    app: Flask, house: SigningHouse, watch: Watch
) -> None:
    address = watch.witness("so-noi-vu.example")
    with app.app_context():
        note = load_newest_checkpoint(db.session()) or b""
        ask_witness(address, AddCheckpoint(0, (), note))
        size = more(app, house)
        configure(address)
        assert witness_heads() == 1
        assert db.session.scalars(select(AuditCosignature.size)).all() == [size]


def test_an_older_database_gets_no_signature_and_a_line_in_the_log(
    app: Flask, house: SigningHouse, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    address = watch.witness("so-noi-vu.example")
    with app.app_context():
        configure(address)
        older = back_up()
        size = more(app, house)
        assert witness_heads() == 1
        restore(older)
        caplog.clear()
        assert witness_heads() == 0
        assert f"holds a head of {size} events, this history has one of {older.size}" in caplog.text
        assert [record.levelno for record in caplog.records if "went back" in record.message] == [logging.ERROR]


def test_a_witness_that_saw_another_history_does_not_sign_this_one(
    app: Flask, house: SigningHouse, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    station = watch.station("so-noi-vu.example")
    with app.app_context():
        size = more(app, house)
        signer = SignerFolder(parts().settings.log_signer_dir).signer()
        assert signer is not None
        other = ForkedLog(signer)
        fork = StoredTree(leaf(f"x{number}") for number in range(size - 1))
        assert station.add_checkpoint(other.request(fork, old=0).data).status == 200
        configure(watch.address(station))
        assert witness_heads() == 0
        assert "422: the proof does not lead" in caplog.text
        assert db.session.scalars(select(AuditCosignature.size)).all() == []


def _reply(status: str, content_type: str, body: bytes) -> Application:
    def application(environ: dict[str, Any], start: Any) -> list[bytes]:
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start(status, [("Content-Type", content_type), ("Content-Length", str(len(body)))])
        return [body]

    return application


@pytest.mark.parametrize(
    ("status", "content_type", "body"),
    [
        ("200 OK", "text/plain", b""),
        ("200 OK", "text/plain", b"\xff\xff\n"),
        ("200 OK", "text/plain", "— so-noi-vu.example AAAA\n".encode()),
        ("409 Conflict", "text/x.tlog.size", b"many\n"),
        ("409 Conflict", "text/plain", b"3\n"),
        ("500 Internal Server Error", "text/plain", b"oh"),
        ("302 Found", "text/plain", b""),
    ],
)
def test_an_answer_that_proves_nothing_is_no_cosignature(status: str, content_type: str, body: bytes) -> None:
    key = NoteSigner.generate("so-noi-vu.example", KeyType.COSIGNATURE).key
    log = ForkedLog()
    request = log.request(StoredTree([leaf(1)]), old=0)
    with served(_reply(status, content_type, body)) as url, pytest.raises(WitnessError):
        ask_witness(WitnessAddress(url, key), request)


def test_the_signature_of_another_witness_is_no_cosignature(app: Flask, watch: Watch) -> None:
    first, second = watch.witness("so-noi-vu.example"), watch.witness("so-y-te.example")
    with app.app_context():
        note = load_newest_checkpoint(db.session()) or b""
    with pytest.raises(WitnessError, match="not signed with the key"):
        ask_witness(WitnessAddress(first.url, second.key), AddCheckpoint(0, (), note))
    assert ask_witness(first, AddCheckpoint(0, (), note)) == OtherSize(1)


def test_a_witness_answers_nothing_else(watch: Watch) -> None:
    station = watch.station("so-noi-vu.example")
    said: list[str] = []

    def ask(method: str, path: str, body: bytes = b"", length: str = "") -> bytes:
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": BytesIO(body)}
        environ["CONTENT_LENGTH"] = length or str(len(body))
        return station(environ, lambda status, _headers: said.append(status))[0]

    assert ask("GET", "/") == f"{station.witness.key.vkey}\n".encode()
    ask("GET", "/add-checkpoint")
    ask("POST", "/../key")
    ask("POST", "/add-checkpoint", b"x" * (LONGEST_REQUEST + 1))
    ask("POST", "/add-checkpoint", b"x", length="-1")
    ask("POST", "/add-checkpoint", b"x")
    (watch.folder / "so-noi-vu.example" / "state.json").write_bytes(b"{")
    ask("POST", "/add-checkpoint", b"x")
    assert [status[:3] for status in said] == ["200", "404", "404", "413", "413", "400", "500"]
