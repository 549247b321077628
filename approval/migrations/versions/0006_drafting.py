"""What the draft editor remembers: every text a draft has had, what is typed and not saved, findings let stand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; the texts that drafts have now are the first ones remembered."""
    op.create_table(
        "draft_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pledge_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_draft_text_sha256_length")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_draft_text_version_from_one")),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledge.id"], name=op.f("fk_draft_text_pledge_id_pledge")),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_draft_text_saved_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_text")),
        sa.UniqueConstraint("pledge_id", "version", name=op.f("uq_draft_text_pledge_id_version")),
    )
    op.create_table(
        "working_copy",
        sa.Column("pledge_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("edit_number", sa.Integer(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("edit_number >= 1 AND base_version >= 1", name=op.f("ck_working_copy_counters_from_one")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_working_copy_person_id_person")),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledge.id"], name=op.f("fk_working_copy_pledge_id_pledge")),
        sa.PrimaryKeyConstraint("pledge_id", "person_id", name=op.f("pk_working_copy")),
    )
    _create_dismissal()
    op.execute(
        "INSERT INTO draft_text (pledge_id, version, content, sha256, saved_by, saved_at)"
        " SELECT id, version, draft_content, draft_sha256, created_by, draft_saved_at FROM pledge"
    )
    _guard()


def _create_dismissal() -> None:
    op.create_table(
        "finding_dismissal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pledge_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=10), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("dismissed_by", sa.Integer(), nullable=False),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(fingerprint) = 64", name=op.f("ck_finding_dismissal_fingerprint_length")),
        sa.ForeignKeyConstraint(["dismissed_by"], ["person.id"], name=op.f("fk_finding_dismissal_dismissed_by_person")),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledge.id"], name=op.f("fk_finding_dismissal_pledge_id_pledge")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_dismissal")),
    )
    op.create_index(
        "uq_finding_dismissal_current",
        "finding_dismissal",
        ["pledge_id", "fingerprint"],
        unique=True,
        sqlite_where=sa.text("restored_at IS NULL"),
        postgresql_where=sa.text("restored_at IS NULL"),
    )


def _guard() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for moment, level in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            name = "draft_text_no_change" if level == "ROW" else "draft_text_no_truncate"
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {moment} ON draft_text FOR EACH {level}"
                " EXECUTE FUNCTION evidence_refuse()"
            )
        return
    for moment in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER draft_text_no_{moment} BEFORE {moment.upper()} ON draft_text"
            " BEGIN SELECT RAISE(ABORT, 'draft_text is insert-only'); END"
        )


def downgrade() -> None:
    """Forget them."""
    for table in ("finding_dismissal", "working_copy", "draft_text"):
        op.drop_table(table)
