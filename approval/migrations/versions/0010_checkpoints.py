"""Stored subtrees of the history, its signed heads, their time stamps and the signatures of witnesses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from approval.domain.merkle import Frontier

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Table → what its rows are known by. Subtrees can be made anew, yet a lost one looks like a forged history until then.
_KEPT = {
    "audit_node": ("level", "position"),
    "audit_checkpoint": ("size",),
    "audit_token": ("size",),
    "audit_cosignature": ("size", "witness"),
}
# A head of a history that is not there, one behind what was signed already, or one with another root.
BACKWARDS = """NEW.size > (SELECT size FROM audit_head WHERE id = 1)
  OR EXISTS (SELECT 1 FROM audit_checkpoint WHERE audit_checkpoint.size > NEW.size)
  OR NEW.root <> coalesce((SELECT prev_root FROM audit_event WHERE seq = NEW.size),
                          (SELECT root FROM audit_head WHERE id = 1))"""
_BACKWARDS_MESSAGE = "audit_checkpoint only moves forward within the history"


def upgrade() -> None:
    """Make the tables, fill the subtrees from the events there are, and put the guards up."""
    op.create_index("ix_audit_event_type_seq", "audit_event", ["type", "seq"])
    nodes = _create_nodes()
    _create_heads()
    _fill(nodes)
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _create_nodes() -> sa.Table:
    return op.create_table(
        "audit_node",
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "length(hash) = 32 AND level > 0 AND position >= 0", name=op.f("ck_audit_node_node_of_a_tree")
        ),
        sa.PrimaryKeyConstraint("level", "position", name=op.f("pk_audit_node")),
    )


def _create_heads() -> None:
    op.create_table(
        "audit_checkpoint",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size > 0 AND length(root) = 32", name=op.f("ck_audit_checkpoint_head_of_a_tree")),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_audit_checkpoint")),
    )
    op.create_table(
        "audit_token",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=False),
        _of_checkpoint("audit_token"),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_audit_token")),
    )
    op.create_table(
        "audit_cosignature",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("witness", sa.String(length=200), nullable=False),
        sa.Column("line", sa.String(length=600), nullable=False),
        sa.Column("cosigned_at", sa.DateTime(timezone=True), nullable=False),
        _of_checkpoint("audit_cosignature"),
        sa.PrimaryKeyConstraint("size", "witness", name=op.f("pk_audit_cosignature")),
    )


def _of_checkpoint(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["size"], ["audit_checkpoint.size"], name=op.f(f"fk_{table}_size_audit_checkpoint"))


def _fill(nodes: sa.Table) -> None:
    leaves = sa.text("SELECT leaf_hash FROM audit_event ORDER BY seq")
    frontier, waiting = Frontier(), []
    for (leaf,) in op.get_bind().execute(leaves):
        frontier, completed = frontier.grow(bytes(leaf))
        waiting += [{"level": node.level, "position": node.index, "hash": node.hash} for node in completed]
    if waiting:
        op.bulk_insert(nodes, waiting)


def _guard_sqlite() -> None:
    for table, key in _KEPT.items():
        for what in ("UPDATE", "DELETE"):
            op.execute(f"""CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table}
                BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END""")
        same = " AND ".join(f"kept.{column} = NEW.{column}" for column in key)
        there = f"SELECT 1 FROM {table} AS kept WHERE ({same}) OR kept.rowid = NEW.rowid"  # noqa: S608 - constants
        op.execute(f"""CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS ({there})
            BEGIN SELECT RAISE(ABORT, '{table} rows are not replaced'); END""")
    op.execute(f"""CREATE TRIGGER audit_checkpoint_forward BEFORE INSERT ON audit_checkpoint WHEN {BACKWARDS}
        BEGIN SELECT RAISE(ABORT, '{_BACKWARDS_MESSAGE}'); END""")


def _guard_postgresql() -> None:
    for table in _KEPT:
        op.execute(f"""CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION audit_refuse()""")
        op.execute(f"""CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""")
    op.execute(f"""CREATE FUNCTION audit_checkpoint_forward() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF {BACKWARDS} THEN
            RAISE EXCEPTION '{_BACKWARDS_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
          END IF;
          RETURN NEW;
        END $$""")
    op.execute("""CREATE TRIGGER audit_checkpoint_forward BEFORE INSERT ON audit_checkpoint
        FOR EACH ROW EXECUTE FUNCTION audit_checkpoint_forward()""")


def downgrade() -> None:
    """Drop the tables, whose triggers go with them, and the index."""
    for table in ("audit_cosignature", "audit_token", "audit_checkpoint", "audit_node"):
        op.drop_table(table)
    op.drop_index("ix_audit_event_type_seq", "audit_event")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_checkpoint_forward()")
