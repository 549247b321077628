"""The sweep finds what is due through its index, however much is open."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, event, text

from approval.extensions import db
from approval.services.mail_due_reminders import mail_due_reminders
from tests.factories.many_reminders import AGENCIES, fill, make_due
from tests.factories.signing_house import MAY_15, MovingClock
from tests.servers.fixtures import AppFactory

Statement = tuple[str, Any]


def listen(engine: Engine, seen: list[Statement]) -> None:
    @event.listens_for(engine, "before_cursor_execute")
    def _(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if "FROM reminder" in statement and statement.startswith("SELECT"):
            seen.append((statement, parameters))


def test_the_sweep_on_postgresql_uses_the_index_of_what_is_open(app_factory: AppFactory, postgres_url: str) -> None:
    app = app_factory(database_url=postgres_url, clock=MovingClock(MAY_15))
    model = fill(app, 20_000)
    make_due(app, model, 1_000)
    seen: list[Statement] = []
    with app.app_context():
        listen(db.engine, seen)
        assert mail_due_reminders(500) == 1_000
        assert mail_due_reminders(500) == 0
        db.session.rollback()
        mails = db.session.scalar(text("SELECT count(*) FROM outbox_message WHERE kind LIKE 'reminder-%'"))
        assert mails == AGENCIES, "a mail a person"
        (first, parameters), *_ = [one for one in seen if "LIMIT" in one[0]]
        plan = "\n".join(row[0] for row in db.session.connection().exec_driver_sql(f"EXPLAIN {first}", parameters))
    assert "ix_reminder_open_due" in plan, plan
    assert "Seq Scan on reminder" not in plan, plan
