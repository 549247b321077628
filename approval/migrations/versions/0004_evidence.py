"""Evidence stays as it was given, and a state needs its evidence: triggers on both databases."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSERT_ONLY = ("pledge_revision", "signature", "decline")
NEVER_DELETED = ("verdict", "signing", "pledge")

VERDICT_CHANGED = """OLD.superseded_at IS NOT NULL OR NEW.superseded_at IS NULL OR NEW.id <> OLD.id
  OR NEW.revision_id <> OLD.revision_id OR NEW.party_id <> OLD.party_id OR NEW.person_id <> OLD.person_id
  OR NEW.kind <> OLD.kind OR NEW.comment <> OLD.comment OR NEW.given_at <> OLD.given_at"""

SIGNING_REWRITTEN = """NEW.id <> OLD.id OR NEW.pledge_id <> OLD.pledge_id OR NEW.revision_id <> OLD.revision_id
  OR NEW.printed_content <> OLD.printed_content OR NEW.layout <> OLD.layout OR NEW.base_sha256 <> OLD.base_sha256
  OR NEW.opened_by <> OLD.opened_by OR NEW.opened_at <> OLD.opened_at
  OR NEW.head_position NOT BETWEEN OLD.head_position AND OLD.head_position + 1
  OR (NEW.head_position = OLD.head_position) <> (NEW.head_sha256 = OLD.head_sha256)
  OR (OLD.voided_at IS NOT NULL AND (NEW.voided_at IS NULL OR NEW.voided_at <> OLD.voided_at
      OR NEW.void_reason <> OLD.void_reason OR NEW.head_position <> OLD.head_position))"""

PLEDGE_OVER = "OLD.state IN ('finalised', 'cancelled')"

AGREED_WITHOUT_VERDICTS = """NEW.state = 'agreed' AND OLD.state <> 'agreed' AND NEW.party_count <>
  (SELECT count(*) FROM verdict JOIN pledge_revision ON pledge_revision.id = verdict.revision_id
   WHERE pledge_revision.pledge_id = NEW.id AND pledge_revision.number = NEW.revision_number
     AND verdict.superseded_at IS NULL AND verdict.kind IN ('agree', 'agree_with_comments'))"""

COMPLETE_WITHOUT_SIGNATURES = """NEW.state = 'finalising' AND OLD.state <> 'finalising' AND NEW.party_count <>
  (SELECT count(*) FROM signature JOIN signing ON signing.id = signature.signing_id
   WHERE signing.pledge_id = NEW.id AND signing.voided_at IS NULL)"""

# name, table, condition under which an UPDATE is refused, message
UPDATE_GUARDS = (
    ("verdict_only_superseded", "verdict", VERDICT_CHANGED, "a verdict can only be superseded, once"),
    ("signing_frozen", "signing", SIGNING_REWRITTEN, "an opened file and its steps cannot be rewritten"),
    ("pledge_over", "pledge", PLEDGE_OVER, "a finished or cancelled pledge cannot change"),
    ("pledge_agreed_by_all", "pledge", AGREED_WITHOUT_VERDICTS, "agreed needs a verdict of every party"),
    ("pledge_signed_by_all", "pledge", COMPLETE_WITHOUT_SIGNATURES, "finalising needs a signature of every party"),
)


def upgrade() -> None:
    """Put the guards up."""
    if op.get_bind().dialect.name == "postgresql":
        _upgrade_postgresql()
    else:
        _upgrade_sqlite()


def _upgrade_sqlite() -> None:
    for table in INSERT_ONLY:
        op.execute(_sqlite(f"{table}_no_update", f"UPDATE ON {table}", "1", f"{table} is insert-only"))
    for table in INSERT_ONLY + NEVER_DELETED:
        op.execute(_sqlite(f"{table}_no_delete", f"DELETE ON {table}", "1", f"{table} rows are kept"))
    for name, table, condition, message in UPDATE_GUARDS:
        op.execute(_sqlite(name, f"UPDATE ON {table}", condition, message))


def _sqlite(name: str, moment: str, condition: str, message: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {moment} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"


def _upgrade_postgresql() -> None:
    op.execute(_function("evidence_refuse", "true", "evidence is kept as it was given"))
    for table in INSERT_ONLY:
        op.execute(_trigger(f"{table}_no_change", f"UPDATE OR DELETE ON {table}", "ROW", "evidence_refuse"))
    for table in NEVER_DELETED:
        op.execute(_trigger(f"{table}_no_delete", f"DELETE ON {table}", "ROW", "evidence_refuse"))
    for table in INSERT_ONLY + NEVER_DELETED:
        op.execute(_trigger(f"{table}_no_truncate", f"TRUNCATE ON {table}", "STATEMENT", "evidence_refuse"))
    for name, table, condition, message in UPDATE_GUARDS:
        op.execute(_function(name, condition, message))
        op.execute(_trigger(name, f"UPDATE ON {table}", "ROW", name))


def _function(name: str, condition: str, message: str) -> str:
    return f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF {condition} THEN
        RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$"""


def _trigger(name: str, moment: str, level: str, function: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {moment} FOR EACH {level} EXECUTE FUNCTION {function}()"


def downgrade() -> None:
    """Take the guards down."""
    if op.get_bind().dialect.name == "postgresql":
        for function in ("evidence_refuse", *(guard[0] for guard in UPDATE_GUARDS)):
            op.execute(f"DROP FUNCTION {function}() CASCADE")
        return
    updates = [f"{table}_no_update" for table in INSERT_ONLY]
    deletes = [f"{table}_no_delete" for table in INSERT_ONLY + NEVER_DELETED]
    for name in (*updates, *deletes, *(guard[0] for guard in UPDATE_GUARDS)):
        op.execute(f"DROP TRIGGER {name}")
