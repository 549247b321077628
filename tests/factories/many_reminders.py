"""A province's worth of open parties on PostgreSQL, written by the database itself."""

from __future__ import annotations

import uuid

from flask import Flask
from sqlalchemy import text

from approval.extensions import db, parts
from approval.models.all_tables import Base
from tests.factories.review_house import make_review, make_review_house

AGENCIES = 40
_PLEDGES = """INSERT INTO pledge ({columns}) SELECT {values} FROM pledge, generate_series(1, {count})
  WHERE pledge.id = :pledge"""
_PARTIES = """INSERT INTO pledge_party (pledge_id, agency_id, person_id, position, heading)
  SELECT pledge.id, agency_id, person_id, position, heading FROM pledge, pledge_party
  WHERE pledge_party.pledge_id = :pledge AND pledge.id <> :pledge"""
_ROWS = """INSERT INTO reminder (pledge_id, party_id, round, stage, kind, slot, due_at, planned_at, note)
  SELECT pledge_id, id, 1, 'review', 'cadence', 'later', :now + interval '1 day', :now, ''
  FROM pledge_party WHERE pledge_id <> :pledge"""
_DUE = """INSERT INTO reminder (pledge_id, party_id, round, stage, kind, slot, due_at, planned_at, note)
  SELECT pledge_id, id, 1, 'review', 'cadence', :slot, :now, :now, ''
  FROM pledge_party WHERE pledge_id <> :pledge ORDER BY pledge_id, id LIMIT :count"""


def fill(app: Flask, parties: int) -> uuid.UUID:
    """So many open parties in pledges of forty agencies, each with a reminder for tomorrow; the model pledge's id."""
    house = make_review_house(app, AGENCIES)
    pledge_id = make_review(app, house)
    with app.app_context():
        # A province is written at once; the guards ask each pledge for its whole life.
        db.session.execute(text("SET LOCAL session_replication_role = replica"))
        columns = [column.name for column in Base.metadata.tables["pledge"].columns]
        values = ", ".join("gen_random_uuid()" if name == "id" else f"pledge.{name}" for name in columns)
        clone = _PLEDGES.format(columns=", ".join(columns), values=values, count=parties // AGENCIES)
        for statement in (clone, _PARTIES, _ROWS):
            named = {"pledge": pledge_id, "now": parts().clock.now()}
            db.session.execute(text(statement), {key: value for key, value in named.items() if f":{key}" in statement})
        db.session.commit()
        db.session.execute(text("ANALYZE"))
        db.session.commit()
    return pledge_id


def make_due(app: Flask, pledge_id: uuid.UUID, count: int) -> None:
    """One more reminder for `count` parties, due now."""
    with app.app_context():
        named = {"pledge": pledge_id, "now": parts().clock.now(), "slot": uuid.uuid4().hex[:25], "count": count}
        db.session.execute(text(_DUE), named)
        db.session.commit()
