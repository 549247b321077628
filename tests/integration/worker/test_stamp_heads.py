"""Trusted time stamps of signed heads: after each finalisation, once a day, and when the authority is away."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from sqlalchemy import select

from approval.adapters.asn1 import tsp
from approval.adapters.timestamp_authority import Rfc3161Tsa
from approval.domain.commands import FinalisePledge
from approval.extensions import db, parts
from approval.models.audit_checkpoint import AuditCheckpoint, AuditToken
from approval.services.finalise_pledge import finalise_pledge
from tests.factories.review_house import import_draft
from tests.factories.signed_log import log_signing, sign_log
from tests.factories.signing_house import MovingClock, SigningHouse, make_open_pledge, sign_by
from tests.servers.waiting import free_port
from worker import stamp_heads as sweep
from worker.stamp_heads import stamp_heads


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "_paused_until", [0.0])


def stamped() -> list[int]:
    return list(db.session.scalars(select(AuditToken.size).order_by(AuditToken.size)))


def next_head(app: Flask, house: SigningHouse, clock: MovingClock) -> int:
    """An ordinary event, and the head that covers it."""
    import_draft(app, house)
    clock.forward(minutes=10)
    return sign_log(app)


def test_the_first_head_is_stamped_and_then_one_a_day(app: Flask, house: SigningHouse, clock: MovingClock) -> None:
    with app.app_context():
        assert stamp_heads() == 0
        first = next_head(app, house, clock)
        assert stamp_heads() == 1
        next_head(app, house, clock)
        assert stamp_heads() == 0
        clock.forward(hours=24)
        last = next_head(app, house, clock)
        assert stamp_heads() == 1
        assert stamp_heads() == 0
        assert stamped() == [first, last]


def test_the_first_head_after_each_finalisation_is_stamped(app: Flask, house: SigningHouse, clock: MovingClock) -> None:
    with app.app_context():
        sign_log(app)
        stamp_heads()
        after = []
        for _ in range(2):
            pledge_id = make_open_pledge(app, house)
            sign_by(app, pledge_id, *house.representatives)
            finalise_pledge(FinalisePledge(pledge_id))
            after.append(log_signing().step())
            next_head(app, house, clock)
        assert stamp_heads() == 2
        assert stamped()[1:] == after
        assert stamp_heads() == 0


def test_openssl_reads_the_stamp_as_one_over_the_stored_note(
    app: Flask, house: SigningHouse, clock: MovingClock, tmp_path: Path
) -> None:
    with app.app_context():
        size = sign_log(app)
        stamp_heads()
        note = db.session.get_one(AuditCheckpoint, size).note
        token = db.session.get_one(AuditToken, size).token
        authority = parts().authority
        (tmp_path / "note").write_bytes(note)
        (tmp_path / "token").write_bytes(token)
        for name in ("root", "issuing"):
            certificate = getattr(authority, name).certificate
            (tmp_path / f"{name}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    command: list[str | Path] = ["openssl", "ts", "-verify", "-data", tmp_path / "note", "-in", tmp_path / "token"]
    command += ["-token_in", "-CAfile", tmp_path / "root.pem", "-untrusted", tmp_path / "issuing.pem"]
    command += ["-attime", str(int(clock.now().timestamp()))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout, done.stderr
    (tmp_path / "note").write_bytes(note.replace(b"localhost", b"elsewhere"))
    assert "OK" not in subprocess.run(command, capture_output=True, text=True, check=False).stdout
    content = tsp.ContentInfo.load(token)["content"]["encap_content_info"]["content"].parsed
    assert content["message_imprint"]["hashed_message"].native == hashlib.sha256(note).digest()


def test_an_authority_that_is_away_is_asked_again_later(
    app: Flask, house: SigningHouse, caplog: pytest.LogCaptureFixture
) -> None:
    with app.app_context():
        size = sign_log(app)
        tools = parts()
        own = tools.tsa
        tools.__dict__["tsa"] = Rfc3161Tsa(f"http://127.0.0.1:{free_port()}", timeout=1.0)
        assert stamp_heads() == 0
        assert f"no time stamp for the head of {size} events" in caplog.text
        tools.__dict__["tsa"] = own
        assert stamp_heads() == 0, "not before the pause is over"
        sweep._paused_until[0] = 0.0
        assert stamp_heads() == 1
