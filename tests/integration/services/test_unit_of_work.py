"""One change, one event, one transaction, or nothing at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from approval.domain.audit_event import EventType, private_commitment
from approval.domain.commands import SYSTEM_ACTOR, Actor
from approval.domain.errors import BusyError
from approval.domain.states import Role
from approval.extensions import BUSY_TIMEOUT_MS, db
from approval.models.audit_event import AuditEvent, AuditHead, AuditPrivate
from approval.models.bloc import Bloc
from approval.models.pledge import Pledge
from approval.services.audit_log import AuditLogError, append_event
from approval.services.unit_of_work import EventDraft, UnitOfWork, UnitOfWorkError, housekeeping, unit_of_work
from tests.factories.history import events, require_sound_history
from tests.factories.review_house import import_draft, make_review_house

Scope = Callable[[], AbstractContextManager[UnitOfWork]]

DRAFT = EventDraft(type=EventType.BLOC_CREATED, actor=SYSTEM_ACTOR)


def add_bloc(uow: UnitOfWork, name: str = "Khối") -> None:
    uow.session.add(Bloc(name=name, short_name=name, superior="UBND tỉnh", place="Bắc Giang"))


def blocs() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Bloc.name).order_by(Bloc.id)))


def change(name: str, *drafts: EventDraft, scope: Scope = unit_of_work) -> None:
    with scope() as uow:
        add_bloc(uow, name)
        for draft in drafts:
            uow.record(draft)


def change_with_another_inside() -> None:
    with unit_of_work() as uow:
        add_bloc(uow)
        uow.record(DRAFT)
        change("Trong", scope=housekeeping)


def test_a_change_and_its_event_are_stored_together(app: Flask) -> None:
    with app.app_context():
        change("Khối", DRAFT)
        assert blocs() == ["Khối"]
        assert [event["seq"] for event in events()] == [0]
        require_sound_history()


def test_a_change_without_an_event_is_not_stored(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(UnitOfWorkError):
            change("Khối")
        assert (blocs(), events()) == ([], [])


def test_two_events_in_one_change_are_refused(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(UnitOfWorkError):
            change("Khối", DRAFT, DRAFT)
        assert (blocs(), events()) == ([], [])


def test_housekeeping_leaves_no_event_and_refuses_one(app: Flask) -> None:
    with app.app_context():
        change("Một", scope=housekeeping)
        with pytest.raises(UnitOfWorkError):
            change("Hai", DRAFT, scope=housekeeping)
        assert (blocs(), events()) == (["Một"], [])


def test_a_service_inside_another_s_change_is_refused_and_nothing_is_stored(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(UnitOfWorkError):
            change_with_another_inside()
        assert (blocs(), events()) == ([], [])
        change("Sau", DRAFT)
        assert blocs() == ["Sau"]


def test_a_failed_change_gives_its_number_back(app: Flask) -> None:
    with app.app_context():
        for fails in (False, True, True, False):
            try:
                with unit_of_work() as uow:
                    uow.record(DRAFT)
                    uow.session.flush()
                    append_event(uow.session, DRAFT, uow.now) if fails else None
                    if fails:
                        raise LookupError
            except LookupError:
                pass
        assert [event["seq"] for event in events()] == [0, 1]
        require_sound_history()


def test_a_page_read_before_the_change_does_not_lock_it_out(app: Flask) -> None:
    """The login loader reads first; on SQLite that read transaction could never become a writing one."""
    with app.app_context():
        db.session.scalars(select(Bloc)).all()
        with app.app_context(), unit_of_work() as uow:
            add_bloc(uow, "Người khác")
            uow.record(DRAFT)
        with unit_of_work() as uow:
            add_bloc(uow, "Người này")
            uow.record(DRAFT)
        assert blocs() == ["Người khác", "Người này"]


def test_a_locked_pledge_is_read_anew(app: Flask) -> None:
    house = make_review_house(app)
    pledge_id = import_draft(app, house)
    with app.app_context(), unit_of_work() as uow:
        remembered = uow.session.get_one(Pledge, pledge_id)
        uow.session.execute(
            update(Pledge).where(Pledge.id == pledge_id).values(version=41),
            execution_options={"synchronize_session": False},
        )
        assert remembered.version == 1
        assert uow.lock_pledge(pledge_id).version == 41
        uow.record(replace(DRAFT, pledge=remembered))


def test_personal_details_stay_outside_the_payload_and_can_be_erased(app: Flask) -> None:
    actor = Actor(7, Role.COORDINATOR, None, ip="203.0.113.9", user_agent="Trình duyệt")
    with app.app_context():
        with unit_of_work() as uow:
            uow.record(replace(DRAFT, actor=actor))
        event = db.session.scalars(select(AuditEvent)).one()
        private = db.session.scalars(select(AuditPrivate)).one()
        assert json.loads(private.body) == {"ip": "203.0.113.9", "user_agent": "Trình duyệt"}
        assert b"203.0.113.9" not in event.payload
        assert json.loads(event.payload)["priv"] == private_commitment(private.nonce, private.body).hex()
        db.session.delete(private)
        db.session.flush()
        require_sound_history()


def test_an_event_without_a_person_has_no_personal_part(app: Flask) -> None:
    with app.app_context():
        with unit_of_work() as uow:
            uow.record(DRAFT)
        assert db.session.scalars(select(AuditPrivate)).all() == []
        assert events()[0]["priv"] is None


def test_events_of_one_pledge_are_linked_without_the_others(app: Flask) -> None:
    house = make_review_house(app)
    first, second = import_draft(app, house), import_draft(app, house)
    with app.app_context():
        for pledge_id in (first, second, first):
            with unit_of_work() as uow:
                pledge = uow.lock_pledge(pledge_id)
                uow.record(replace(DRAFT, type=EventType.DRAFT_SAVED, pledge=pledge))
        rows = db.session.scalars(
            select(AuditEvent).where(AuditEvent.pledge_ref == str(first)).order_by(AuditEvent.seq)
        ).all()
        payloads = [json.loads(row.payload) for row in rows]
        assert [payload["pseq"] for payload in payloads] == [0, 1, 2]
        assert [payload["pprev"] for payload in payloads] == [None, *(row.leaf_hash.hex() for row in rows[:-1])]


def test_without_migrations_the_history_says_what_to_run(app: Flask) -> None:
    with app.app_context():
        for statement in (
            ("ALTER TABLE audit_head DISABLE TRIGGER USER", "DELETE FROM audit_head")
            if db.engine.dialect.name == "postgresql"
            else ("DROP TRIGGER audit_head_no_delete", "DELETE FROM audit_head")
        ):
            db.session.execute(text(statement))
        with pytest.raises(AuditLogError, match="approval migrate"):
            append_event(db.session(), DRAFT, datetime(2024, 5, 6, tzinfo=UTC))
        db.session.rollback()


def test_a_head_that_was_tampered_with_stops_the_history(app: Flask) -> None:
    """Rather no new event than one on a forged root; the trigger is out of the way as for a database owner."""
    with app.app_context():
        with unit_of_work() as uow:
            uow.record(DRAFT)
        trigger = "audit_head_forward"
        table = " ON audit_head" if db.engine.dialect.name == "postgresql" else ""
        db.session.execute(text(f"DROP TRIGGER {trigger}{table}"))
        db.session.execute(update(AuditHead).values(peaks=hashlib.sha256(b"").digest() * 2))
        with pytest.raises(ValueError, match="peaks"):
            append_event(db.session(), DRAFT, datetime(2024, 5, 6, tzinfo=UTC))
        db.session.rollback()


def move_blocs(place: str, patience: float) -> None:
    with unit_of_work(patience=patience) as uow:
        uow.session.execute(update(Bloc).values(place=place))
        uow.record(DRAFT)


def test_a_change_with_patience_waits_so_long_for_a_row_and_is_told_so(app: Flask) -> None:
    with app.app_context():
        change("Khối", DRAFT)
        with db.engine.connect() as other, other.begin():
            other.execute(update(Bloc).values(place="Nơi khác"))
            with pytest.raises(BusyError, match="writing-busy"):
                move_blocs("Nơi này", patience=0.02)
        move_blocs("Nơi ấy", patience=10)
        assert db.session.scalars(select(Bloc.place)).all() == ["Nơi ấy"]
        assert [event["seq"] for event in events()] == [0, 1]
        if db.engine.dialect.name == "sqlite":
            assert db.session.execute(text("PRAGMA busy_timeout")).scalar() == BUSY_TIMEOUT_MS


def test_another_fault_is_no_lack_of_patience(app: Flask) -> None:
    with app.app_context(), pytest.raises(DBAPIError), unit_of_work(patience=1) as uow:
        uow.session.execute(text("SELECT * FROM nowhere"))
