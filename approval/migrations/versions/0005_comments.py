"""Comments on parts of a revision, the exchange below them, and their answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEPT = ("comment", "comment_reply", "comment_answer")
OLD_VERDICT_CHECK = "kind = 'agree' OR comment <> ''"
NEW_VERDICT_CHECK = f"{OLD_VERDICT_CHECK} OR comment_count > 0"

COMMENT_CHANGED = """OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL OR NEW.id <> OLD.id
  OR NEW.pledge_id <> OLD.pledge_id OR NEW.revision_id <> OLD.revision_id OR NEW.party_id <> OLD.party_id
  OR NEW.person_id <> OLD.person_id OR NEW.anchor <> OLD.anchor OR NEW.quote <> OLD.quote
  OR coalesce(NEW.quote_start, -1) <> coalesce(OLD.quote_start, -1)
  OR coalesce(NEW.replacement, '') <> coalesce(OLD.replacement, '')
  OR (NEW.replacement IS NULL) <> (OLD.replacement IS NULL) OR NEW.body <> OLD.body
  OR NEW.verdict_words <> OLD.verdict_words OR NEW.created_at <> OLD.created_at"""
ANSWERED_COMMENT_WITHDRAWN = """NEW.withdrawn_at IS NOT NULL AND EXISTS (SELECT 1 FROM comment_answer
  WHERE comment_answer.comment_id = NEW.id AND comment_answer.superseded_at IS NULL)"""
ANSWER_CHANGED = """OLD.superseded_at IS NOT NULL OR NEW.superseded_at IS NULL OR NEW.id <> OLD.id
  OR NEW.comment_id <> OLD.comment_id OR NEW.person_id <> OLD.person_id OR NEW.kind <> OLD.kind
  OR NEW.words <> OLD.words OR coalesce(NEW.place, '') <> coalesce(OLD.place, '') OR NEW.taken <> OLD.taken
  OR NEW.answered_at <> OLD.answered_at"""
VERDICT_CHANGED = """OLD.superseded_at IS NOT NULL OR NEW.superseded_at IS NULL OR NEW.id <> OLD.id
  OR NEW.revision_id <> OLD.revision_id OR NEW.party_id <> OLD.party_id OR NEW.person_id <> OLD.person_id
  OR NEW.kind <> OLD.kind OR NEW.comment <> OLD.comment OR NEW.given_at <> OLD.given_at"""
VERDICT_REWRITTEN = f"{VERDICT_CHANGED} OR NEW.comment_count <> OLD.comment_count"
SENT_UNANSWERED = """OLD.state = 'draft' AND NEW.state = 'in_review' AND EXISTS (SELECT 1 FROM comment
  WHERE comment.pledge_id = NEW.id AND comment.withdrawn_at IS NULL AND NOT EXISTS (SELECT 1 FROM comment_answer
    WHERE comment_answer.comment_id = comment.id AND comment_answer.superseded_at IS NULL))"""

# name, table, condition under which an UPDATE is refused, message
UPDATE_GUARDS = (
    ("comment_only_withdrawn", "comment", COMMENT_CHANGED, "a comment can only be withdrawn, once"),
    ("comment_answered_stays", "comment", ANSWERED_COMMENT_WITHDRAWN, "an answered comment cannot be withdrawn"),
    ("comment_answer_only_superseded", "comment_answer", ANSWER_CHANGED, "an answer can only be superseded, once"),
    ("comment_reply_no_update", "comment_reply", None, "comment_reply is insert-only"),
    ("pledge_sent_when_answered", "pledge", SENT_UNANSWERED, "a round opens only when every comment has an answer"),
)
VERDICT_MESSAGE = "a verdict can only be superseded, once"


def upgrade() -> None:
    """Make the tables, let a verdict count its comments, put the guards up."""
    _create_comment()
    _create_reply()
    _create_answer()
    if op.get_bind().dialect.name == "postgresql":
        op.add_column("verdict", sa.Column("comment_count", sa.Integer(), nullable=False, server_default="0"))
        op.alter_column("verdict", "comment_count", server_default=None)
        op.drop_constraint(op.f("ck_verdict_comment_when_not_plain_agreement"), "verdict")
        op.create_check_constraint(op.f("ck_verdict_comment_when_not_plain_agreement"), "verdict", NEW_VERDICT_CHECK)
        op.create_check_constraint(op.f("ck_verdict_comment_count_not_negative"), "verdict", "comment_count >= 0")
        op.execute(_function("verdict_only_superseded", VERDICT_REWRITTEN, VERDICT_MESSAGE))
        _guard_postgresql()
    else:
        _rebuild_verdict(NEW_VERDICT_CHECK, VERDICT_REWRITTEN, counted=True)
        _guard_sqlite()
    _comments_from_open_verdicts()


def _create_comment() -> None:
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pledge_id", sa.Uuid(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("anchor", sa.String(length=20), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("quote_start", sa.Integer(), nullable=True),
        sa.Column("replacement", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("verdict_words", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(quote = '') = (quote_start IS NULL)", name=op.f("ck_comment_quote_has_place")),
        sa.CheckConstraint("quote_start IS NULL OR quote_start >= 0", name=op.f("ck_comment_quote_start_not_negative")),
        sa.CheckConstraint(
            "replacement IS NULL OR (quote <> '' AND replacement <> quote)", name=op.f("ck_comment_suggestion_replaces")
        ),
        sa.CheckConstraint("body <> '' OR replacement IS NOT NULL", name=op.f("ck_comment_says_something")),
        sa.CheckConstraint(
            "NOT verdict_words OR (anchor = 'whole' AND quote = '')", name=op.f("ck_comment_verdict_words_on_whole")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["pledge_party.id"], name=op.f("fk_comment_party_id_pledge_party")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_comment_person_id_person")),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledge.id"], name=op.f("fk_comment_pledge_id_pledge")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["pledge_revision.id"], name=op.f("fk_comment_revision_id_pledge_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    for column in ("party_id", "pledge_id", "revision_id"):
        op.create_index(op.f(f"ix_comment_{column}"), "comment", [column])


def _create_reply() -> None:
    op.create_table(
        "comment_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("body <> ''", name=op.f("ck_comment_reply_says_something")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_comment_reply_comment_id_comment")),
        sa.ForeignKeyConstraint(["party_id"], ["pledge_party.id"], name=op.f("fk_comment_reply_party_id_pledge_party")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_comment_reply_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_reply")),
    )
    op.create_index(op.f("ix_comment_reply_comment_id"), "comment_reply", ["comment_id"])


def _create_answer() -> None:
    op.create_table(
        "comment_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=20), nullable=True),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('accepted', 'partly_accepted', 'explained')", name=op.f("ck_comment_answer_kind_known")
        ),
        sa.CheckConstraint("kind = 'accepted' OR words <> ''", name=op.f("ck_comment_answer_reasons_given")),
        sa.CheckConstraint(
            "NOT taken OR (kind = 'accepted' AND place IS NOT NULL)", name=op.f("ck_comment_answer_taken_is_accepted")
        ),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_comment_answer_comment_id_comment")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_comment_answer_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_answer")),
    )
    op.create_index(
        "uq_comment_answer_current",
        "comment_answer",
        ["comment_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )


def _comments_from_open_verdicts() -> None:
    """Words given with an answer to a text still under discussion wait for an answer of their own from now on."""
    op.execute(
        "INSERT INTO comment (pledge_id, revision_id, party_id, person_id, anchor, quote, body, verdict_words,"
        " created_at) SELECT pledge.id, verdict.revision_id, verdict.party_id, verdict.person_id, 'whole', '',"
        " verdict.comment, true, verdict.given_at FROM verdict"
        " JOIN pledge_revision ON pledge_revision.id = verdict.revision_id"
        " JOIN pledge ON pledge.id = pledge_revision.pledge_id AND pledge.revision_number = pledge_revision.number"
        " WHERE verdict.superseded_at IS NULL AND verdict.comment <> '' AND pledge.state IN ('draft', 'in_review')"
    )


def _rebuild_verdict(check: str, guard: str, *, counted: bool) -> None:
    """SQLite cannot alter a CHECK. The pledge's trigger names the table, so it steps aside meanwhile."""
    bind = op.get_bind()
    by_name = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = 'pledge_agreed_by_all'")
    asking = bind.execute(by_name).scalar_one()
    op.execute("DROP TRIGGER pledge_agreed_by_all")
    op.drop_index("uq_verdict_current", "verdict")
    count = [sa.Column("comment_count", sa.Integer(), nullable=False)] if counted else []
    counts = [sa.CheckConstraint("comment_count >= 0", name=op.f("ck_verdict_comment_count_not_negative"))]
    op.create_table(
        "verdict_rebuilt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        *count,
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(check, name=op.f("ck_verdict_comment_when_not_plain_agreement")),
        *(counts if counted else []),
        sa.CheckConstraint(
            "kind IN ('agree', 'agree_with_comments', 'request_changes')", name=op.f("ck_verdict_kind_known")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["pledge_party.id"], name=op.f("fk_verdict_party_id_pledge_party")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_verdict_person_id_person")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["pledge_revision.id"], name=op.f("fk_verdict_revision_id_pledge_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict")),
    )
    op.execute(_copied_verdicts(counted=counted))
    op.drop_table("verdict")
    op.rename_table("verdict_rebuilt", "verdict")
    op.create_index(
        "uq_verdict_current",
        "verdict",
        ["revision_id", "party_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
    )
    op.execute(asking)
    op.execute(_sqlite("verdict_only_superseded", "UPDATE ON verdict", guard, VERDICT_MESSAGE))
    op.execute(_sqlite("verdict_no_delete", "DELETE ON verdict", "1", "verdict rows are kept"))


def _copied_verdicts(*, counted: bool) -> str:
    if counted:
        return (
            "INSERT INTO verdict_rebuilt (id, revision_id, party_id, person_id, kind, comment, comment_count, given_at,"
            " superseded_at) SELECT id, revision_id, party_id, person_id, kind, comment, 0, given_at, superseded_at"
            " FROM verdict"
        )
    # Going down: an answer that only pointed at comments must say something by itself again.
    return (
        "INSERT INTO verdict_rebuilt (id, revision_id, party_id, person_id, kind, comment, given_at, superseded_at)"
        " SELECT id, revision_id, party_id, person_id, kind, CASE WHEN comment = '' AND kind <> 'agree' THEN '…'"
        " ELSE comment END, given_at, superseded_at FROM verdict"
    )


def _guard_sqlite() -> None:
    for table in KEPT:
        op.execute(_sqlite(f"{table}_no_delete", f"DELETE ON {table}", "1", f"{table} rows are kept"))
    for name, table, condition, message in UPDATE_GUARDS:
        op.execute(_sqlite(name, f"UPDATE ON {table}", condition or "1", message))


def _sqlite(name: str, moment: str, condition: str, message: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {moment} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"


def _guard_postgresql() -> None:
    for table in KEPT:
        op.execute(_trigger(f"{table}_no_delete", f"DELETE ON {table}", "ROW", "evidence_refuse"))
        op.execute(_trigger(f"{table}_no_truncate", f"TRUNCATE ON {table}", "STATEMENT", "evidence_refuse"))
    for name, table, condition, message in UPDATE_GUARDS:
        op.execute(_function(name, condition or "true", message))
        op.execute(_trigger(name, f"UPDATE ON {table}", "ROW", name))


def _function(name: str, condition: str, message: str) -> str:
    return f"""CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF {condition} THEN
        RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$"""


def _trigger(name: str, moment: str, level: str, function: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {moment} FOR EACH {level} EXECUTE FUNCTION {function}()"


def downgrade() -> None:
    """Take the tables away; a verdict keeps its own words."""
    if op.get_bind().dialect.name == "postgresql":
        for name, *_ in UPDATE_GUARDS:
            op.execute(f"DROP FUNCTION {name}() CASCADE")
        op.execute(_function("verdict_only_superseded", VERDICT_CHANGED, VERDICT_MESSAGE))
        op.execute("ALTER TABLE verdict DISABLE TRIGGER verdict_only_superseded")
        op.execute("UPDATE verdict SET comment = '…' WHERE comment = '' AND kind <> 'agree'")
        op.execute("ALTER TABLE verdict ENABLE TRIGGER verdict_only_superseded")
        op.drop_column("verdict", "comment_count")
        op.create_check_constraint(op.f("ck_verdict_comment_when_not_plain_agreement"), "verdict", OLD_VERDICT_CHECK)
    else:
        op.execute("DROP TRIGGER pledge_sent_when_answered")
        _rebuild_verdict(OLD_VERDICT_CHECK, VERDICT_CHANGED, counted=False)
    for table in ("comment_answer", "comment_reply", "comment"):
        op.drop_table(table)
