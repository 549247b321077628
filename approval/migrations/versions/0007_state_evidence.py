"""A state stands on its evidence at every change, not only when it is entered; and nothing kept can be replaced.

0004 guards single rows. These guards tie rows to each other: moves to the state table, counts to the rows they count,
parties to their pledge. They run AFTER the change, so that CHECK and unique rules answer by their own names first.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# The pairs of approval/domain/transitions.py; a test compares them.
MOVES = (
    ("draft", "in_review"),
    ("draft", "cancelled"),
    ("in_review", "agreed"),
    ("in_review", "draft"),
    ("in_review", "cancelled"),
    ("agreed", "signing"),
    ("agreed", "draft"),
    ("agreed", "cancelled"),
    ("signing", "draft"),
    ("signing", "finalising"),
    ("signing", "cancelled"),
    ("finalising", "finalised"),
)
_PAIRS = ", ".join(f"'{source}>{target}'" for source, target in MOVES)

NOT_A_NEW_DRAFT = "NEW.state <> 'draft' OR NEW.revision_number <> 0 OR NEW.agreed_count <> 0"
NO_SUCH_MOVE = f"NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN ({_PAIRS})"
ANOTHER_PLEDGE = """NEW.id <> OLD.id OR NEW.bloc_id <> OLD.bloc_id OR NEW.created_by <> OLD.created_by
  OR NEW.created_at <> OLD.created_at OR NEW.round < OLD.round OR NEW.version < OLD.version
  OR NEW.revision_number < OLD.revision_number"""
PARTIES_MISCOUNTED = """NEW.state <> 'draft' AND NEW.party_count <>
  (SELECT count(*) FROM pledge_party WHERE pledge_party.pledge_id = NEW.id)"""
# The text under discussion is the newest revision, of this round, and what the draft says.
NOT_ON_ITS_REVISION = """NEW.state NOT IN ('draft', 'cancelled') AND NOT EXISTS (SELECT 1 FROM pledge_revision
  WHERE pledge_revision.pledge_id = NEW.id AND pledge_revision.number = NEW.revision_number
    AND pledge_revision.round = NEW.round AND pledge_revision.sha256 = NEW.draft_sha256
    AND pledge_revision.number = (SELECT max(newest.number) FROM pledge_revision AS newest
      WHERE newest.pledge_id = NEW.id))"""
AGREEMENT_MISCOUNTED = """(NEW.state = 'draft' AND NEW.agreed_count <> 0)
  OR (NEW.state NOT IN ('draft', 'cancelled') AND NEW.agreed_count <>
    (SELECT count(*) FROM verdict JOIN pledge_revision ON pledge_revision.id = verdict.revision_id
     WHERE pledge_revision.pledge_id = NEW.id AND pledge_revision.number = NEW.revision_number
       AND verdict.superseded_at IS NULL AND verdict.kind IN ('agree', 'agree_with_comments')))"""
# −1: no file is open for signature, so that no number of signatures is right.
SIGNATURES_MISCOUNTED = """(NEW.state IN ('signing', 'finalising', 'finalised') AND NEW.signed_count <> coalesce(
    (SELECT count(signature.id) FROM signing
     JOIN pledge_revision ON pledge_revision.id = signing.revision_id
     LEFT JOIN signature ON signature.signing_id = signing.id
     WHERE signing.pledge_id = NEW.id AND signing.voided_at IS NULL AND pledge_revision.number = NEW.revision_number
     GROUP BY signing.id), -1))
  OR (NEW.state IN ('in_review', 'agreed') AND EXISTS (SELECT 1 FROM signing
    WHERE signing.pledge_id = NEW.id AND signing.voided_at IS NULL))"""

_PARTY_OF = "SELECT 1 FROM pledge WHERE pledge.id = {row}.pledge_id AND pledge.state = 'draft'"
_NEVER_SENT = f"NOT EXISTS ({_PARTY_OF} AND pledge.revision_number = 0)"
_REPRESENTED = """EXISTS (SELECT 1 FROM person WHERE person.id = NEW.person_id AND person.role = 'representative'
  AND person.active AND person.agency_id = NEW.agency_id)"""
PARTY_ADDED_LATE = f"{_NEVER_SENT.format(row='NEW')} OR NOT {_REPRESENTED}"
PARTY_REMOVED_LATE = _NEVER_SENT.format(row="OLD")
PARTY_CHANGED_LATE = f"""NEW.id <> OLD.id OR NEW.pledge_id <> OLD.pledge_id OR NOT EXISTS ({_PARTY_OF.format(row="NEW")})
  OR ((NEW.agency_id <> OLD.agency_id OR NEW.position <> OLD.position) AND {_NEVER_SENT.format(row="NEW")})
  OR ((NEW.agency_id <> OLD.agency_id OR NEW.person_id <> OLD.person_id) AND NOT {_REPRESENTED})"""

NOT_THE_DRAFT = """NOT EXISTS (SELECT 1 FROM pledge WHERE pledge.id = NEW.pledge_id AND pledge.state = 'draft'
    AND pledge.round = NEW.round AND pledge.draft_sha256 = NEW.sha256)
  OR NEW.number <> 1 + (SELECT coalesce(max(earlier.number), 0) FROM pledge_revision AS earlier
    WHERE earlier.pledge_id = NEW.pledge_id AND earlier.id <> NEW.id)"""

_OPEN_ROUND = """SELECT 1 FROM pledge
  JOIN pledge_revision ON pledge_revision.pledge_id = pledge.id AND pledge_revision.number = pledge.revision_number
  JOIN pledge_party ON pledge_party.pledge_id = pledge.id
  WHERE pledge.state = 'in_review' AND pledge_revision.id = NEW.revision_id AND pledge_party.id = NEW.party_id"""
VERDICT_OF_A_STRANGER = f"NOT EXISTS ({_OPEN_ROUND} AND pledge_party.person_id = NEW.person_id)"
VERDICT_CHANGED_LATE = f"NOT EXISTS ({_OPEN_ROUND})"
COMMENT_OF_A_STRANGER = f"""NOT EXISTS ({_OPEN_ROUND} AND pledge_party.person_id = NEW.person_id
  AND pledge.id = NEW.pledge_id)"""
REPLY_OF_A_STRANGER = """NEW.party_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM comment
  JOIN pledge_party ON pledge_party.pledge_id = comment.pledge_id
  WHERE comment.id = NEW.comment_id AND pledge_party.id = NEW.party_id)"""

OPENED_WITHOUT_AGREEMENT = """NEW.head_position <> 0 OR NEW.head_sha256 <> NEW.base_sha256 OR NEW.voided_at IS NOT NULL
  OR NOT EXISTS (SELECT 1 FROM pledge JOIN pledge_revision ON pledge_revision.pledge_id = pledge.id
    WHERE pledge.id = NEW.pledge_id AND pledge.state = 'agreed' AND pledge_revision.id = NEW.revision_id
      AND pledge_revision.number = pledge.revision_number)"""
HEAD_WITHOUT_SIGNATURE = """NEW.head_position <> OLD.head_position AND NOT EXISTS (SELECT 1 FROM signature
  WHERE signature.signing_id = NEW.id AND signature.position = NEW.head_position
    AND signature.previous_sha256 = OLD.head_sha256 AND signature.document_sha256 = NEW.head_sha256)"""
# The pledge leaves first: at no moment may it claim signatures whose file is void.
VOID_WHILE_COUNTED = """OLD.voided_at IS NULL AND NEW.voided_at IS NOT NULL AND EXISTS (SELECT 1 FROM pledge
  WHERE pledge.id = NEW.pledge_id AND pledge.state IN ('signing', 'finalising', 'finalised'))"""
SIGNATURE_OF_A_STRANGER = """NOT EXISTS (SELECT 1 FROM signing JOIN pledge ON pledge.id = signing.pledge_id
  JOIN pledge_party ON pledge_party.pledge_id = pledge.id
  JOIN signing_authority ON signing_authority.agency_id = pledge_party.agency_id
  WHERE signing.id = NEW.signing_id AND signing.voided_at IS NULL AND pledge.state = 'signing'
    AND pledge_party.id = NEW.party_id AND signing_authority.id = NEW.authority_id
    AND signing_authority.person_id = NEW.person_id
    AND NEW.position = signing.head_position + 1 AND NEW.previous_sha256 = signing.head_sha256)"""
DECLINE_OF_A_STRANGER = """NOT EXISTS (SELECT 1 FROM signing JOIN pledge_party
    ON pledge_party.pledge_id = signing.pledge_id
    WHERE signing.id = NEW.signing_id AND pledge_party.id = NEW.party_id)
  OR EXISTS (SELECT 1 FROM signature
    WHERE signature.signing_id = NEW.signing_id AND signature.party_id = NEW.party_id)"""

# name, the change it follows, condition under which that is refused, message
GUARDS = (
    ("pledge_starts_as_draft", "INSERT ON pledge", NOT_A_NEW_DRAFT, "a pledge begins as a draft"),
    ("pledge_moves_by_table", "UPDATE ON pledge", NO_SUCH_MOVE, "the state table has no such move"),
    ("pledge_stays_itself", "UPDATE ON pledge", ANOTHER_PLEDGE, "a pledge keeps its origin and counts forward"),
    ("pledge_parties_counted", "UPDATE ON pledge", PARTIES_MISCOUNTED, "party_count must count the parties"),
    ("pledge_on_its_revision", "UPDATE ON pledge", NOT_ON_ITS_REVISION, "a round needs the newest text, frozen for it"),
    ("pledge_agreement_counted", "UPDATE ON pledge", AGREEMENT_MISCOUNTED, "agreed_count must count the verdicts"),
    ("pledge_signatures_counted", "UPDATE ON pledge", SIGNATURES_MISCOUNTED, "signed_count must count the signatures"),
    ("pledge_party_added", "INSERT ON pledge_party", PARTY_ADDED_LATE, "parties are set in a draft nobody has seen"),
    ("pledge_party_removed", "DELETE ON pledge_party", PARTY_REMOVED_LATE, "parties of a pledge sent out stay"),
    ("pledge_party_changed", "UPDATE ON pledge_party", PARTY_CHANGED_LATE, "parties of a pledge sent out stay"),
    ("pledge_revision_of_draft", "INSERT ON pledge_revision", NOT_THE_DRAFT, "a revision freezes the draft as it is"),
    ("verdict_in_round", "INSERT ON verdict", VERDICT_OF_A_STRANGER, "only a party of an open round answers"),
    ("verdict_changed_in_round", "UPDATE ON verdict", VERDICT_CHANGED_LATE, "only a party of an open round answers"),
    ("comment_in_round", "INSERT ON comment", COMMENT_OF_A_STRANGER, "only a party of an open round comments"),
    ("comment_reply_by_party", "INSERT ON comment_reply", REPLY_OF_A_STRANGER, "only a party of the pledge replies"),
    ("signing_of_agreed_text", "INSERT ON signing", OPENED_WITHOUT_AGREEMENT, "signing opens on the agreed text"),
    ("signing_moves_by_signature", "UPDATE ON signing", HEAD_WITHOUT_SIGNATURE, "only a signature moves the file on"),
    ("signing_void_when_left", "UPDATE ON signing", VOID_WHILE_COUNTED, "a file whose signatures count is not void"),
    ("signature_by_party", "INSERT ON signature", SIGNATURE_OF_A_STRANGER, "only a party of the open file signs"),
    ("decline_by_party", "INSERT ON decline", DECLINE_OF_A_STRANGER, "only a party that has not signed declines"),
)

# table → what makes a new row take the place of one that is there. SQLite's REPLACE deletes that one silently unless
# the client has asked for recursive triggers, as ours does and others do not. A table whose key is not an integer has
# a hidden row number besides.
REPLACED = {
    "audit_event": "kept.rowid = NEW.rowid OR kept.seq = NEW.seq",
    "audit_head": "1",
    "pledge": "kept.rowid = NEW.rowid OR kept.id = NEW.id",
    "pledge_party": "kept.id = NEW.id",
    "pledge_revision": "kept.id = NEW.id OR (kept.pledge_id = NEW.pledge_id AND kept.number = NEW.number)",
    "verdict": """kept.id = NEW.id OR (kept.revision_id = NEW.revision_id AND kept.party_id = NEW.party_id
      AND kept.superseded_at IS NULL AND NEW.superseded_at IS NULL)""",
    "comment": "kept.id = NEW.id",
    "comment_reply": "kept.id = NEW.id",
    "comment_answer": """kept.id = NEW.id OR (kept.comment_id = NEW.comment_id
      AND kept.superseded_at IS NULL AND NEW.superseded_at IS NULL)""",
    "draft_text": "kept.id = NEW.id OR (kept.pledge_id = NEW.pledge_id AND kept.version = NEW.version)",
    "signing": """kept.id = NEW.id OR (kept.pledge_id = NEW.pledge_id
      AND kept.voided_at IS NULL AND NEW.voided_at IS NULL)""",
    "signature": """kept.id = NEW.id OR (kept.signing_id = NEW.signing_id
      AND (kept.party_id = NEW.party_id OR kept.person_id = NEW.person_id OR kept.position = NEW.position))""",
    "decline": "kept.id = NEW.id OR kept.signing_id = NEW.signing_id",
}


def upgrade() -> None:
    """Put the guards up."""
    if op.get_bind().dialect.name == "postgresql":
        for name, change, condition, message in GUARDS:
            op.execute(_function(name, condition, message))
            op.execute(f"CREATE TRIGGER {name} AFTER {change} FOR EACH ROW EXECUTE FUNCTION {name}()")
        return
    for name, change, condition, message in GUARDS:
        op.execute(_sqlite(name, f"AFTER {change}", condition, message))
    for table, same in REPLACED.items():
        there = f"EXISTS (SELECT 1 FROM {table} AS kept WHERE {same})"  # noqa: S608 - constants of this file
        op.execute(_sqlite(f"{table}_no_replace", f"BEFORE INSERT ON {table}", there, f"{table} rows are not replaced"))
    op.execute(
        _sqlite("pledge_row_stays", "AFTER UPDATE ON pledge", "NEW.rowid <> OLD.rowid", "pledge rows are not replaced")
    )


def _function(name: str, condition: str, message: str) -> str:
    return f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF {condition} THEN
        RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NULL;
    END $$"""


def _sqlite(name: str, moment: str, condition: str, message: str) -> str:
    return f"CREATE TRIGGER {name} {moment} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"


def downgrade() -> None:
    """Take the guards down."""
    if op.get_bind().dialect.name == "postgresql":
        for name, *_ in GUARDS:
            op.execute(f"DROP FUNCTION {name}() CASCADE")
        return
    for name in (*(guard[0] for guard in GUARDS), *(f"{table}_no_replace" for table in REPLACED), "pledge_row_stays"):
        op.execute(f"DROP TRIGGER {name}")
