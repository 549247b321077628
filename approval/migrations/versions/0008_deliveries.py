"""What became of each mail, and when the background was last seen alive."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OLD_OUTCOMES = "outcome IS NULL OR outcome IN ('sent', 'done', 'skipped')"
NEW_OUTCOMES = "outcome IS NULL OR outcome IN ('sent', 'done', 'skipped', 'refused', 'uncertain', 'bounced')"
OLD_RECIPIENT = "topic <> 'mail' OR (person_id IS NOT NULL AND message_id IS NOT NULL)"
NEW_RECIPIENT = "topic <> 'mail' OR (message_id IS NOT NULL AND (person_id IS NOT NULL OR to_address IS NOT NULL))"


def upgrade() -> None:
    """Widen the outbox, make the tables, put the guards up."""
    _widen_outbox()
    _create_delivery()
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for moment, level, name in (("UPDATE OR DELETE", "ROW", "no_change"), ("TRUNCATE", "STATEMENT", "no_truncate")):
            op.execute(
                f"CREATE TRIGGER delivery_event_{name} BEFORE {moment} ON delivery_event FOR EACH {level}"
                " EXECUTE FUNCTION evidence_refuse()"
            )
        return
    for moment in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER delivery_event_no_{moment} BEFORE {moment.upper()} ON delivery_event"
            " BEGIN SELECT RAISE(ABORT, 'delivery_event is insert-only'); END"
        )


def _person(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["person.id"], name=op.f(f"fk_{table}_{column}_person"))


def _create_delivery() -> None:
    op.create_table(
        "delivery_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=12), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "step IN ('attempted', 'sent', 'deferred', 'refused', 'uncertain', 'bounced', 'opened', 'resent',"
            " 'skipped')",
            name=op.f("ck_delivery_event_step_known"),
        ),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox_message.id"], name=op.f("fk_delivery_event_outbox_id_outbox_message")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_event")),
    )
    op.create_index(op.f("ix_delivery_event_outbox_id"), "delivery_event", ["outbox_id"])


def _widen_outbox() -> None:
    if op.get_bind().dialect.name != "postgresql":
        _rebuild_outbox(NEW_OUTCOMES, NEW_RECIPIENT, wide=True)
        return
    op.add_column("outbox_message", sa.Column("to_name", sa.String(length=200), nullable=True))
    op.add_column("outbox_message", sa.Column("to_address", sa.String(length=254), nullable=True))
    op.add_column("outbox_message", sa.Column("waited_for", sa.Boolean(), nullable=False, server_default="false"))
    op.alter_column("outbox_message", "waited_for", server_default=None)
    _replace_checks(NEW_OUTCOMES, NEW_RECIPIENT)


def _replace_checks(outcomes: str, recipient: str) -> None:
    for name, condition in (("outcome_known", outcomes), ("mail_has_recipient", recipient)):
        op.drop_constraint(op.f(f"ck_outbox_message_{name}"), "outbox_message")
        op.create_check_constraint(op.f(f"ck_outbox_message_{name}"), "outbox_message", condition)


def _rebuild_outbox(outcomes: str, recipient: str, *, wide: bool) -> None:
    """SQLite cannot alter a CHECK: the table is made anew around its rows."""
    more = [
        sa.Column("to_name", sa.String(length=200), nullable=True),
        sa.Column("to_address", sa.String(length=254), nullable=True),
        sa.Column("waited_for", sa.Boolean(), nullable=False, server_default=sa.text("0")),
    ]
    for index in ("ix_outbox_message_open_due", "ix_outbox_message_pledge_id"):
        op.drop_index(index, "outbox_message")
    op.create_table(
        "outbox_rebuilt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("pledge_id", sa.Uuid(), nullable=True),
        sa.Column("party_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        *(more if wide else []),
        sa.Column("round", sa.Integer(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_number", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(outcomes, name=op.f("ck_outbox_message_outcome_known")),
        sa.CheckConstraint(recipient, name=op.f("ck_outbox_message_mail_has_recipient")),
        sa.CheckConstraint("topic IN ('mail', 'finalise')", name=op.f("ck_outbox_message_topic_known")),
        sa.CheckConstraint(
            "(outcome IS NULL) = (closed_at IS NULL)", name=op.f("ck_outbox_message_closed_has_outcome")
        ),
        sa.CheckConstraint("attempts >= 0 AND lease_number >= 0", name=op.f("ck_outbox_message_counters_not_negative")),
        sa.ForeignKeyConstraint(
            ["party_id"], ["pledge_party.id"], name=op.f("fk_outbox_message_party_id_pledge_party")
        ),
        _person("person_id", "outbox_message"),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledge.id"], name=op.f("fk_outbox_message_pledge_id_pledge")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_message_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_message_id")),
    )
    op.execute(_COPY_ROWS)
    op.drop_table("outbox_message")
    op.rename_table("outbox_rebuilt", "outbox_message")
    op.create_index(
        "ix_outbox_message_open_due", "outbox_message", ["topic", "due_at"], sqlite_where=sa.text("closed_at IS NULL")
    )
    op.create_index(op.f("ix_outbox_message_pledge_id"), "outbox_message", ["pledge_id"])


# Going down, an outcome that the older rules do not know counts as skipped, and mail to outsiders is left out.
_COPY_ROWS = (
    "INSERT INTO outbox_rebuilt (id, topic, kind, key, pledge_id, party_id, person_id, round, facts, message_id,"
    " created_at, due_at, attempts, lease_number, lease_until, last_error, closed_at, outcome, note)"
    " SELECT id, topic, kind, key, pledge_id, party_id, person_id, round, facts, message_id, created_at, due_at,"
    " attempts, lease_number, lease_until, last_error, closed_at,"
    " CASE WHEN outcome IN ('refused', 'uncertain', 'bounced') THEN 'skipped' ELSE outcome END, note"
    " FROM outbox_message WHERE topic <> 'mail' OR person_id IS NOT NULL"
)


def downgrade() -> None:
    """Take the tables away and narrow the outbox again."""
    op.drop_table("heartbeat")
    op.drop_table("delivery_event")
    if op.get_bind().dialect.name != "postgresql":
        _rebuild_outbox(OLD_OUTCOMES, OLD_RECIPIENT, wide=False)
        return
    op.execute("DELETE FROM outbox_message WHERE topic = 'mail' AND person_id IS NULL")
    op.execute("UPDATE outbox_message SET outcome = 'skipped' WHERE outcome IN ('refused', 'uncertain', 'bounced')")
    for column in ("waited_for", "to_address", "to_name"):
        # The check that names the column goes with it.
        op.drop_column("outbox_message", column)
    _restore_checks()


def _restore_checks() -> None:
    op.drop_constraint(op.f("ck_outbox_message_outcome_known"), "outbox_message")
    op.create_check_constraint(op.f("ck_outbox_message_outcome_known"), "outbox_message", OLD_OUTCOMES)
    op.create_check_constraint(op.f("ck_outbox_message_mail_has_recipient"), "outbox_message", OLD_RECIPIENT)
