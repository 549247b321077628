"""The append-only history: events, one head row, and triggers that refuse accidents on both databases.

They are a seat belt, not proof: a database owner can drop them. Proof comes from roots kept elsewhere.
"""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SQLITE = (
    """CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event
    BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END""",
    """CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event
    BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END""",
    """CREATE TRIGGER audit_event_gapless BEFORE INSERT ON audit_event
    WHEN NEW.seq IS NOT (SELECT size FROM audit_head WHERE id = 1)
      OR NEW.prev_root IS NOT (SELECT root FROM audit_head WHERE id = 1)
      OR (NEW.pledge_ref IS NOT NULL AND NEW.pledge_seq IS NOT
          (SELECT coalesce(max(pledge_seq) + 1, 0) FROM audit_event WHERE pledge_ref = NEW.pledge_ref))
    BEGIN SELECT RAISE(ABORT, 'audit_event must continue the head'); END""",
    """CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
    BEGIN SELECT RAISE(ABORT, 'audit_head cannot be deleted'); END""",
    """CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_head
    WHEN NEW.id <> OLD.id OR NEW.size <> OLD.size + 1
      OR OLD.root IS NOT (SELECT prev_root FROM audit_event WHERE seq = OLD.size)
    BEGIN SELECT RAISE(ABORT, 'audit_head moves forward one event at a time'); END""",
)

POSTGRESQL = (
    """CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE FUNCTION audit_event_gapless() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE head audit_head%ROWTYPE;
    BEGIN
      SELECT * INTO head FROM audit_head WHERE id = 1;
      IF NEW.seq IS DISTINCT FROM head.size OR NEW.prev_root IS DISTINCT FROM head.root
         OR (NEW.pledge_ref IS NOT NULL AND NEW.pledge_seq IS DISTINCT FROM
             (SELECT coalesce(max(pledge_seq) + 1, 0) FROM audit_event WHERE pledge_ref = NEW.pledge_ref)) THEN
        RAISE EXCEPTION 'audit_event must continue the head' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE FUNCTION audit_head_forward() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.id <> OLD.id OR NEW.size <> OLD.size + 1
         OR OLD.root IS DISTINCT FROM (SELECT prev_root FROM audit_event WHERE seq = OLD.size) THEN
        RAISE EXCEPTION 'audit_head moves forward one event at a time'
          USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_event_gapless BEFORE INSERT ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_event_gapless()""",
    """CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION audit_head_forward()""",
    # SQLite has no SHA-256 of its own.
    r"""ALTER TABLE audit_event ADD CONSTRAINT ck_audit_event_leaf_of_payload
    CHECK (leaf_hash = sha256('\x00'::bytea || payload))""",
)

POSTGRESQL_FUNCTIONS = ("audit_event_gapless", "audit_head_forward", "audit_refuse")


def upgrade() -> None:
    """Make the tables, the head of an empty log, and the guards."""
    op.create_table(
        "audit_event",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("pledge_ref", sa.String(length=36), nullable=True),
        sa.Column("pledge_seq", sa.Integer(), nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.Column("prev_root", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(pledge_ref IS NULL) = (pledge_seq IS NULL)", name=op.f("ck_audit_event_pledge_has_number")
        ),
        sa.CheckConstraint(
            "length(leaf_hash) = 32 AND length(prev_root) = 32", name=op.f("ck_audit_event_hash_length")
        ),
        sa.CheckConstraint("seq >= 0", name=op.f("ck_audit_event_seq_from_zero")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_event")),
        sa.UniqueConstraint("pledge_ref", "pledge_seq", name=op.f("uq_audit_event_pledge_ref_pledge_seq")),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_single_row")),
        sa.CheckConstraint("length(root) = 32", name=op.f("ck_audit_head_hash_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_private",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["audit_event.seq"], name=op.f("fk_audit_private_seq_audit_event")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_private")),
    )

    head = sa.table("audit_head", *(sa.column(name) for name in ("id", "size", "root", "peaks")))
    op.bulk_insert(head, [{"id": 1, "size": 0, "root": hashlib.sha256().digest(), "peaks": b""}])
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Drop the tables; their triggers go with them."""
    op.drop_table("audit_private")
    op.drop_table("audit_head")
    op.drop_table("audit_event")
    if op.get_bind().dialect.name == "postgresql":
        for function in POSTGRESQL_FUNCTIONS:
            op.execute(f"DROP FUNCTION {function}()")
