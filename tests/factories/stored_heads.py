"""Signed heads in a database, as log signer, time-stamp authority and witnesses would leave them there."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from approval.domain.commands import FinalisePledge
from approval.extensions import db, parts
from approval.models.audit_checkpoint import AuditCheckpoint, AuditCosignature, AuditToken
from approval.models.audit_event import AuditHead
from approval.services.finalise_pledge import finalise_pledge
from approval.services.open_signing import open_signing
from tests.factories.log_house import LogHouse, Signer
from tests.factories.review_comments import comment_by
from tests.factories.review_house import agree_by, answer_all, make_review
from tests.factories.signing_house import SigningHouse, open_command, sign_by


def house_of(app: Flask) -> LogHouse:
    """The installation's authority and clock, with a log key and witnesses of the test's own."""
    with app.app_context():
        found = parts()
        return LogHouse(found.clock, found.authority, found.tsa)  # type: ignore[arg-type]  # tests use these kinds


def store_head(app: Flask, house: LogHouse, *, witnesses: tuple[Signer, ...] = (), stamped: bool = False) -> int:
    """Sign the history as it stands now; returns its size."""
    with app.app_context():
        session = db.session()
        size, root = session.execute(select(AuditHead.size, AuditHead.root)).one()
        now = parts().clock.now()
        note = house.head(size, root)
        session.add(AuditCheckpoint(size=size, root=root, note=note, signed_at=now))
        session.flush()
        text = note.decode().partition("\n\n")[0] + "\n"
        for one in witnesses:
            line = one.cosign(text, int(now.timestamp())).line
            session.add(AuditCosignature(size=size, witness=one.key.name, line=line, cosigned_at=now))
        if stamped:
            session.add(AuditToken(size=size, token=house.stamp(note), stamped_at=now))
        session.commit()
        return size


def stamp_late(app: Flask, house: LogHouse, size: int) -> None:
    """Time-stamp authority and a witness were away and see a stored head only now."""
    with app.app_context():
        session, now, witness = db.session(), parts().clock.now(), house.witnesses[0]
        note = session.get_one(AuditCheckpoint, size).note
        line = witness.cosign(note.decode().partition("\n\n")[0] + "\n", int(now.timestamp())).line
        session.add(AuditCosignature(size=size, witness=witness.key.name, line=line, cosigned_at=now))
        session.add(AuditToken(size=size, token=house.stamp(note), stamped_at=now))
        session.commit()


def finished_pledge(
    app: Flask,
    people: SigningHouse,
    sign_head: Callable[[], object],
    before_seal: Callable[[], object] = lambda: None,
) -> uuid.UUID:
    """From draft to seal through the services; `sign_head` is called where the log signer would sign."""
    pledge_id = make_review(app, people)
    comment_by(app, pledge_id, people.representatives[0], "Đề nghị rà soát khoản này.")
    answer_all(app, people, pledge_id)
    for actor in people.representatives:
        agree_by(app, pledge_id, actor)
        sign_head()
    command = open_command(app, people, pledge_id)
    with app.app_context():
        open_signing(command)
    for actor in people.representatives:
        sign_by(app, pledge_id, actor)
        sign_head()
    with app.app_context():
        before_seal()
        finalise_pledge(FinalisePledge(pledge_id))
    return pledge_id
