"""The plan of reminders, its policies and pauses, the office calendar, and another representative of a party."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# A reminder taken into a mail may still be dropped from it while the mail has not left.
MAILED_REMINDER_CHANGED = """NEW.pledge_id <> OLD.pledge_id OR NEW.party_id <> OLD.party_id
  OR NEW.round <> OLD.round OR NEW.stage <> OLD.stage OR NEW.kind <> OLD.kind OR NEW.slot <> OLD.slot
  OR (OLD.outcome = 'mailed' AND (NEW.outcome IS NULL OR NEW.outcome <> 'skipped' OR EXISTS (
    SELECT 1 FROM outbox_message WHERE outbox_message.id = OLD.outbox_id AND outbox_message.closed_at IS NOT NULL)))"""
REMINDER_MESSAGE = "a reminder that was mailed stays as it is"

# As in 0007, but a party that was asked may be represented by somebody else of the same agency until it has signed.
PARTY_GUARD, PARTY_MESSAGE = "pledge_party_changed", "parties of a pledge sent out stay"
_DRAFT = "SELECT 1 FROM pledge WHERE pledge.id = NEW.pledge_id AND pledge.state = 'draft'"
_NEVER_SENT = f"NOT EXISTS ({_DRAFT} AND pledge.revision_number = 0)"
_REPRESENTED = """EXISTS (SELECT 1 FROM person WHERE person.id = NEW.person_id AND person.role = 'representative'
  AND person.active AND person.agency_id = NEW.agency_id)"""
_HANDED_OVER = """NEW.person_id <> OLD.person_id AND NEW.heading = OLD.heading AND NEW.person_since IS NOT NULL
  AND EXISTS (SELECT 1 FROM pledge WHERE pledge.id = NEW.pledge_id
    AND pledge.state IN ('in_review', 'agreed', 'signing'))
  AND NOT EXISTS (SELECT 1 FROM signature JOIN signing ON signing.id = signature.signing_id
    WHERE signature.party_id = NEW.id AND signing.voided_at IS NULL)"""
_PARTY_CHANGED = f"""NEW.id <> OLD.id OR NEW.pledge_id <> OLD.pledge_id OR {{late}}
  OR ((NEW.agency_id <> OLD.agency_id OR NEW.position <> OLD.position) AND {_NEVER_SENT})
  OR ((NEW.agency_id <> OLD.agency_id OR NEW.person_id <> OLD.person_id) AND NOT {_REPRESENTED})"""
OLD_PARTY_CHANGED_LATE = _PARTY_CHANGED.format(late=f"NOT EXISTS ({_DRAFT})")
PARTY_CHANGED_LATE = _PARTY_CHANGED.format(late=f"(NOT EXISTS ({_DRAFT}) AND NOT ({_HANDED_OVER}))")


def upgrade() -> None:
    """Make the tables and put the guards up."""
    _create_calendar_and_superiors()
    _create_policies()
    _create_reminder()
    op.add_column("pledge_party", sa.Column("person_since", sa.DateTime(timezone=True), nullable=True))
    _guard_parties(PARTY_CHANGED_LATE)
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _person(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["person.id"], name=op.f(f"fk_{table}_{column}_person"))


def _create_calendar_and_superiors() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("note <> ''", name=op.f("ck_calendar_day_reason_given")),
        _person("set_by", "calendar_day"),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "agency_superior",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("address = lower(address)", name=op.f("ck_agency_superior_address_lower_case")),
        sa.CheckConstraint("name <> '' AND address <> ''", name=op.f("ck_agency_superior_can_be_written_to")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_agency_superior_agency_id_agency")),
        _person("set_by", "agency_superior"),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_agency_superior")),
    )


def _create_policies() -> None:
    table = "pledge_reminder_policy"
    op.create_table(
        table,
        sa.Column("pledge_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stage IN ('review', 'signing')", name=op.f(f"ck_{table}_stage_known")),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledge.id"], name=op.f(f"fk_{table}_pledge_id_pledge")),
        _person("set_by", table),
        sa.PrimaryKeyConstraint("pledge_id", "stage", name=op.f(f"pk_{table}")),
    )
    op.create_table(
        "reminder_pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("paused_by", sa.Integer(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_reminder_pause_reason_given")),
        sa.ForeignKeyConstraint(
            ["party_id"], ["pledge_party.id"], name=op.f("fk_reminder_pause_party_id_pledge_party")
        ),
        _person("paused_by", "reminder_pause"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_pause")),
    )
    op.create_index(
        "uq_reminder_pause_current",
        "reminder_pause",
        ["party_id"],
        unique=True,
        sqlite_where=sa.text("resumed_at IS NULL"),
        postgresql_where=sa.text("resumed_at IS NULL"),
    )


def _create_reminder() -> None:
    key = ["pledge_id", "party_id", "round", "stage", "kind", "slot"]
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pledge_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("slot", sa.String(length=25), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(outbox_id IS NOT NULL) = (coalesce(outcome, '') = 'mailed')", name=op.f("ck_reminder_mailed_has_mail")
        ),
        sa.CheckConstraint("(outcome IS NULL) = (closed_at IS NULL)", name=op.f("ck_reminder_closed_has_outcome")),
        sa.CheckConstraint(
            "kind IN ('cadence', 'day-before', 'on-the-day', 'late', 'escalation', 'nudge')",
            name=op.f("ck_reminder_kind_known"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome = 'mailed' OR note <> ''", name=op.f("ck_reminder_why_not_mailed")
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('mailed', 'skipped', 'withdrawn')", name=op.f("ck_reminder_outcome_known")
        ),
        sa.CheckConstraint("round >= 1", name=op.f("ck_reminder_round_from_one")),
        sa.CheckConstraint("stage IN ('review', 'signing')", name=op.f("ck_reminder_stage_known")),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox_message.id"], name=op.f("fk_reminder_outbox_id_outbox_message")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["pledge_party.id"], name=op.f("fk_reminder_party_id_pledge_party")),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledge.id"], name=op.f("fk_reminder_pledge_id_pledge")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(*key, name=op.f(f"uq_reminder_{'_'.join(key)}")),
    )
    op.create_index(
        "ix_reminder_open_due",
        "reminder",
        ["due_at", "id"],
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )
    for column in ("outbox_id", "party_id"):
        op.create_index(op.f(f"ix_reminder_{column}"), "reminder", [column])


def _guard_sqlite() -> None:
    op.execute(
        f"CREATE TRIGGER reminder_mailed_stays BEFORE UPDATE ON reminder WHEN {MAILED_REMINDER_CHANGED}"
        f" BEGIN SELECT RAISE(ABORT, '{REMINDER_MESSAGE}'); END"
    )
    op.execute(
        "CREATE TRIGGER reminder_no_delete BEFORE DELETE ON reminder"
        " BEGIN SELECT RAISE(ABORT, 'reminder rows are kept'); END"
    )


def _guard_postgresql() -> None:
    op.execute(
        f"""CREATE FUNCTION reminder_mailed_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF {MAILED_REMINDER_CHANGED} THEN
            RAISE EXCEPTION '{REMINDER_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
          END IF;
          RETURN NEW;
        END $$"""
    )
    for name, moment, level, function in (
        ("reminder_mailed_stays", "UPDATE ON reminder", "ROW", "reminder_mailed_stays"),
        ("reminder_no_delete", "DELETE ON reminder", "ROW", "evidence_refuse"),
        ("reminder_no_truncate", "TRUNCATE ON reminder", "STATEMENT", "evidence_refuse"),
    ):
        op.execute(f"CREATE TRIGGER {name} BEFORE {moment} FOR EACH {level} EXECUTE FUNCTION {function}()")


def _guard_parties(condition: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"""CREATE OR REPLACE FUNCTION {PARTY_GUARD}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF {condition} THEN
                RAISE EXCEPTION '{PARTY_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
              END IF;
              RETURN NULL;
            END $$"""
        )
        return
    op.execute(f"DROP TRIGGER {PARTY_GUARD}")
    op.execute(
        f"CREATE TRIGGER {PARTY_GUARD} AFTER UPDATE ON pledge_party WHEN {condition}"
        f" BEGIN SELECT RAISE(ABORT, '{PARTY_MESSAGE}'); END"
    )


def downgrade() -> None:
    """Take the tables away and let the parties of 0007 stay."""
    # Before the column: no trigger may name one that is gone.
    _guard_parties(OLD_PARTY_CHANGED_LATE)
    op.drop_column("pledge_party", "person_since")
    for table in ("reminder", "reminder_pause", "pledge_reminder_policy", "agency_superior", "calendar_day"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION reminder_mailed_stays()")
