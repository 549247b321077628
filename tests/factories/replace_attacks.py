"""SQLite's REPLACE, which deletes a row behind the DELETE triggers' back: SQL for each guard against it.

Some take the key of a row, some another key that is unique with it, some the hidden row number.
"""

from __future__ import annotations

from tests.factories.checkpoint_attacks import CHECKPOINT_REPLACING
from tests.factories.raw_rows import copy_statement

_BY_ID = ("pledge_party", "pledge_revision", "verdict", "comment", "comment_reply", "comment_answer", "draft_text")
_INTEGER_KEYS = (*_BY_ID, "signing", "signature", "decline")
# Columns that give the new row another key, so that it meets the old one on a unique index alone.
_MEETING_ON_AN_INDEX = ("pledge_revision", "verdict", "comment_answer", "draft_text", "signing", "signature", "decline")


def _replacing(statement: str) -> str:
    return statement.replace("INSERT INTO", "INSERT OR REPLACE INTO", 1)


def _over_itself(table: str) -> str:
    return _replacing(copy_statement(table, id="id"))


def _over_hidden_number(table: str, number: str, **changes: str) -> str:
    """A row with a new key and the row number of an old one."""
    statement = _replacing(copy_statement(table, **changes))
    return statement.replace(" (", " (rowid, ", 1).replace("SELECT ", f"SELECT {number}, ", 1)


REPLACING: dict[str, tuple[str, ...]] = {f"{table}_no_replace": (_over_itself(table),) for table in _INTEGER_KEYS}
for _table in _MEETING_ON_AN_INDEX:
    _where = "voided_at IS NULL" if _table == "signing" else "true"
    REPLACING[f"{_table}_no_replace"] += (_replacing(copy_statement(_table, where=_where)),)
_INTO_ANOTHER_PLEDGE = (
    "INSERT OR REPLACE INTO pledge_party (id, pledge_id, agency_id, person_id, position, heading)"
    " SELECT (SELECT min(id) FROM pledge_party), pledge.id, 77, 77, 9, 'x' FROM pledge"
    " WHERE state = 'draft' AND revision_number = 0"
)
REPLACING["pledge_party_no_replace"] += (_INTO_ANOTHER_PLEDGE,)
REPLACING["pledge_no_replace"] = (
    _replacing(copy_statement("pledge", where="state = 'draft' AND revision_number = 0")),
    _over_hidden_number(
        "pledge",
        "(SELECT rowid FROM pledge WHERE state = 'signing')",
        where="state = 'draft' AND revision_number = 0",
        id="{uuid}",
    ),
)
_ROW_OF_ANOTHER = (
    "UPDATE OR REPLACE pledge SET rowid = (SELECT rowid FROM pledge WHERE state = 'signing')"
    " WHERE state = 'draft' AND revision_number = 0"
)
REPLACING["pledge_row_stays"] = (_ROW_OF_ANOTHER,)
_SAME_EVENT = "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event"
_NEXT_EVENT_IN_AN_OLD_ROW = (
    "INSERT OR REPLACE INTO audit_event (rowid, seq, type, pledge_ref, pledge_seq, payload, leaf_hash, prev_root)"
    " SELECT (SELECT min(rowid) FROM audit_event), size, 'x', NULL, NULL, :payload, :leaf, root FROM audit_head"
)
REPLACING["audit_event_no_replace"] = (_SAME_EVENT, _NEXT_EVENT_IN_AN_OLD_ROW)
REPLACING["audit_head_no_replace"] = ("INSERT OR REPLACE INTO audit_head SELECT id, 0, root, peaks FROM audit_head",)
REPLACING |= CHECKPOINT_REPLACING
