"""What a database shell could write to make a state without its evidence: SQL for each guard of migration 0007.

Written for the database of tests/integration/models: one pledge in each of draft, in_review (one of three agreed),
agreed, signing (one of three signed), and one declined, a draft again.
"""

# ruff: noqa: S608 - raw SQL is the weapon here
from __future__ import annotations

from tests.factories.raw_rows import copy_statement

FRESH = "(SELECT id FROM pledge WHERE state = 'draft' AND revision_number = 0)"
DECLINED = "(SELECT id FROM pledge WHERE state = 'draft' AND revision_number = 1)"
REVIEWED = "(SELECT id FROM pledge WHERE state = 'in_review')"
AGREED = "(SELECT id FROM pledge WHERE state = 'agreed')"
OPEN = "(SELECT id FROM pledge WHERE state = 'signing')"
OPEN_FILE = "(SELECT id FROM signing WHERE voided_at IS NULL)"
FIRST_OPEN, SECOND_OPEN = (f"FROM pledge_party WHERE pledge_id = {OPEN} AND position = {n})" for n in (1, 2))
SECOND_REVIEWED = f"FROM pledge_party WHERE pledge_id = {REVIEWED} AND position = 2)"
OBSERVER = "(SELECT id FROM person WHERE role = 'observer')"
HASH = "'" + "a" * 64 + "'"

SIGN = {
    "party_id": f"(SELECT id {SECOND_OPEN}",
    "person_id": f"(SELECT person_id {SECOND_OPEN}",
    "authority_id": f"(SELECT id FROM signing_authority WHERE person_id = (SELECT person_id {SECOND_OPEN})",
    "position": "2",
    "document_sha256": HASH,
    "previous_sha256": "document_sha256",
}
VERDICT = {"party_id": f"(SELECT id {SECOND_REVIEWED}", "person_id": f"(SELECT person_id {SECOND_REVIEWED}"}
FREEZE = {"pledge_id": FRESH, "sha256": f"(SELECT draft_sha256 FROM pledge WHERE id = {FRESH})"}
OPENING = {
    "pledge_id": AGREED,
    "revision_id": f"(SELECT id FROM pledge_revision WHERE pledge_id = {AGREED})",
    "voided_at": "NULL",
    "void_reason": "NULL",
}
ANOTHER = {"agency_id": "1000", "person_id": "1000", "position": "9"}
MOVED = f"pledge_id = {OPEN}, agency_id = 1000, person_id = 1000, position = 9"
REOPEN = f"UPDATE pledge SET state = 'draft', agreed_count = 0, round = round + 1 WHERE id = {REVIEWED}; "
ASK = "UPDATE pledge SET state = 'in_review', review_deadline = {now}"
DONE = "final_sha256 = draft_sha256, finalised_at = created_at"
ALL = "agreed_count = party_count, signed_count = party_count"

# Another representative of the first agency, who could be named in place of whoever acts for it.
HEIR = copy_statement("person", where=f"id = (SELECT person_id {FIRST_OPEN}", email="'ke-nhiem@x.example'") + "; "
SHUT_HEIR = copy_statement(
    "person", where=f"id = (SELECT person_id {FIRST_OPEN}", email="'ke-nhiem@x.example'", active="(1 = 0)"
)
NAME = "UPDATE pledge_party SET person_id = (SELECT max(id) FROM person), person_since = {{now}}{more} WHERE {where}"


def _hand_over(pledge: str, *, position: int = 1, more: str = "") -> str:
    """To the newest person."""
    return NAME.format(more=more, where=f"pledge_id = {pledge} AND position = {position}")


def _insert(table: str, base: dict[str, str], where: str = "true", **changes: str) -> str:
    return copy_statement(table, where=where, **{**base, **changes})


def _update(pledge: str, changes: str) -> str:
    return f"UPDATE pledge SET {changes} WHERE id = {pledge}"


# guard → statements it must refuse ("; " between several, all but the last accepted).
EVIDENCE_ATTACKS: dict[str, tuple[str, ...]] = {
    "pledge_starts_as_draft": (
        copy_statement("pledge", where="state = 'signing'", id="{uuid}"),
        copy_statement("pledge", where="state = 'in_review'", id="{uuid}"),
        copy_statement("pledge", where="state = 'draft' AND revision_number = 1", id="{uuid}"),
        copy_statement("pledge", where="state = 'draft' AND revision_number = 0", id="{uuid}", agreed_count="1"),
    ),
    "pledge_moves_by_table": (
        _update(FRESH, f"state = 'finalised', {ALL}, revision_number = 1, {DONE}"),
        _update(FRESH, "state = 'signing', agreed_count = 3, signing_deadline = created_at, revision_number = 1"),
        _update(OPEN, f"state = 'finalised', {ALL}, {DONE}"),
        _update(AGREED, "state = 'in_review'"),
        _update(AGREED, f"state = 'finalised', {ALL}, {DONE}"),
        _update(OPEN, "state = 'agreed', signed_count = 0"),
        _update(REVIEWED, "state = 'signing', agreed_count = 3, signing_deadline = created_at"),
    ),
    "pledge_stays_itself": (
        *(
            _update(FRESH, change)
            for change in (
                "id = {uuid}",
                "created_by = created_by + 1",
                "created_at = {later}",
                "bloc_id = bloc_id + 1",
            )
        ),
        *(_update(DECLINED, change) for change in ("round = 1", "version = 1", "revision_number = 0")),
    ),
    "pledge_parties_counted": (
        _update(REVIEWED, "party_count = 2"),
        _update(OPEN, "state = 'finalising', party_count = 2, agreed_count = 2, signed_count = 2"),
        f"DELETE FROM pledge_party WHERE pledge_id = {FRESH} AND position = 3; "
        + _insert("pledge_revision", FREEZE, number="1", round="1")
        + f"; {ASK}, revision_number = 1 WHERE id = {FRESH}",
    ),
    "pledge_on_its_revision": (
        f"{ASK}, revision_number = 1 WHERE id = {FRESH}",
        f"{ASK} WHERE id = {DECLINED}",
        _update(REVIEWED, "revision_number = 2"),
        _update(REVIEWED, "round = 2"),
        _update(OPEN, f"draft_sha256 = {HASH}"),
    ),
    "pledge_agreement_counted": (
        _update(REVIEWED, "agreed_count = 2"),
        _update(REVIEWED, "agreed_count = 0"),
        _update(REVIEWED, "state = 'agreed', agreed_count = 3"),
        _update(FRESH, "agreed_count = 1"),
    ),
    "pledge_signatures_counted": (
        _update(OPEN, "signed_count = 2"),
        _update(OPEN, "signed_count = 0"),
        _update(OPEN, "state = 'finalising', signed_count = 3"),
        _update(AGREED, "state = 'signing', signing_deadline = created_at"),
        _insert("signing", OPENING) + "; " + _update(AGREED, "title = 'x'"),
        # Back to a draft with the file left open, and out again.
        f"UPDATE pledge SET state = 'draft', agreed_count = 0, signed_count = 0, round = 2 WHERE id = {OPEN}; "
        + _insert(
            "pledge_revision",
            {},
            f"pledge_id = (SELECT pledge_id FROM signing WHERE id = {OPEN_FILE})",
            number="2",
            round="2",
        )
        + f"; {ASK}, revision_number = 2 WHERE id = (SELECT pledge_id FROM signing WHERE id = {OPEN_FILE})",
    ),
    "pledge_party_added": (
        _insert("pledge_party", ANOTHER, f"pledge_id = {REVIEWED}"),
        f"DELETE FROM pledge_party WHERE pledge_id = {FRESH} AND position = 3; "
        + _insert("pledge_party", {"pledge_id": FRESH}, f"pledge_id = {OPEN} AND position = 3", person_id=OBSERVER),
    ),
    "pledge_party_removed": (
        f"DELETE FROM pledge_party WHERE pledge_id = {REVIEWED} AND position = 3",
        f"DELETE FROM pledge_party WHERE pledge_id = {DECLINED}",
    ),
    "pledge_party_changed": (
        f"UPDATE pledge_party SET person_id = {OBSERVER} WHERE position = 1",
        f"UPDATE pledge_party SET person_id = {OBSERVER} WHERE pledge_id = {FRESH} AND position = 1",
        f"UPDATE pledge_party SET heading = 'x' WHERE pledge_id = {OPEN}",
        f"UPDATE pledge_party SET {MOVED} WHERE pledge_id = {FRESH} AND position = 1",
        f"UPDATE pledge_party SET position = position + 10 WHERE pledge_id = {DECLINED}",
        f"UPDATE pledge_party SET id = id + 1000 WHERE pledge_id = {FRESH}",
        # The agency has signed.
        HEIR + _hand_over(OPEN),
        # Of another agency, of no agency, without a moment, with something else besides, or nobody new.
        HEIR + _hand_over(REVIEWED, position=2),
        f"{SHUT_HEIR}; " + _hand_over(REVIEWED),
        HEIR + _hand_over(REVIEWED).replace("{now}", "NULL"),
        HEIR + _hand_over(REVIEWED, more=", heading = 'x'"),
        HEIR + _hand_over(REVIEWED, more=", position = 9"),
        f"UPDATE pledge_party SET person_since = {{now}} WHERE pledge_id = {REVIEWED}",
        _hand_over(AGREED).replace("(SELECT max(id) FROM person)", OBSERVER),
        # The pledge is over.
        HEIR
        + f"UPDATE pledge SET state = 'cancelled', cancel_reason = 'x' WHERE id = {REVIEWED}; "
        + _hand_over("(SELECT id FROM pledge WHERE state = 'cancelled')"),
    ),
    "pledge_revision_of_draft": (
        _insert("pledge_revision", {"pledge_id": REVIEWED}, number="2"),
        _insert("pledge_revision", FREEZE, number="2", round="1"),
        _insert("pledge_revision", FREEZE, number="1", round="2"),
        _insert("pledge_revision", FREEZE, number="1", round="1", sha256=HASH),
    ),
    "verdict_in_round": (
        _insert("verdict", VERDICT, party_id=f"(SELECT id {SECOND_OPEN}"),
        _insert("verdict", VERDICT, person_id=OBSERVER),
        _insert("verdict", {}, "id > 1", superseded_at="{now}"),
        f"{REOPEN}" + _insert("verdict", {}, superseded_at="{now}"),
    ),
    "verdict_changed_in_round": ("UPDATE verdict SET superseded_at = {now} WHERE id > 1",),
    "comment_in_round": (
        _insert("comment", VERDICT, party_id=f"(SELECT id {SECOND_OPEN}"),
        _insert("comment", VERDICT, person_id=OBSERVER),
        _insert("comment", {}, pledge_id=OPEN),
        f"{REOPEN}" + _insert("comment", {}),
    ),
    "comment_reply_by_party": (_insert("comment_reply", {}, party_id=f"(SELECT id {FIRST_OPEN}"),),
    "signing_of_agreed_text": (
        _insert("signing", OPENING, pledge_id=REVIEWED),
        _insert("signing", OPENING, revision_id="1"),
        _insert("signing", OPENING, head_position="1"),
        _insert("signing", OPENING, head_sha256=HASH),
        _insert("signing", OPENING, voided_at="{now}", void_reason="'x'"),
    ),
    "signing_moves_by_signature": (
        f"UPDATE signing SET head_sha256 = {HASH}, head_position = head_position + 1 WHERE id = {OPEN_FILE}",
    ),
    "signing_void_when_left": (f"UPDATE signing SET voided_at = {{now}}, void_reason = 'x' WHERE id = {OPEN_FILE}",),
    "signature_by_party": (
        _insert("signature", SIGN, party_id=f"(SELECT id {SECOND_REVIEWED}"),
        _insert("signature", SIGN, authority_id="(SELECT authority_id FROM signature)"),
        _insert("signature", SIGN, person_id=OBSERVER),
        _insert("signature", SIGN, position="3"),
        _insert("signature", SIGN, previous_sha256="previous_sha256"),
        _insert("signature", SIGN, signing_id="(SELECT id FROM signing WHERE voided_at IS NOT NULL)"),
    ),
    "decline_by_party": (
        _insert("decline", {"signing_id": OPEN_FILE}),
        _insert("decline", {"signing_id": OPEN_FILE, "party_id": f"(SELECT id {FIRST_OPEN}"}),
    ),
}

# The controls: what the product itself does, in its order.
EVIDENCE_MOVES: dict[str, str] = {
    "a round opens": _insert("pledge_revision", FREEZE, number="1", round="1")
    + f"; {ASK}, revision_number = 1 WHERE id = {FRESH}",
    "a verdict": _insert("verdict", VERDICT) + "; " + _update(REVIEWED, "agreed_count = 2"),
    "signing opens": _insert("signing", OPENING)
    + "; "
    + _update(AGREED, "state = 'signing', signing_deadline = created_at"),
    "a signature": _insert("signature", SIGN, where="true")
    + f"; UPDATE signing SET head_sha256 = {HASH}, head_position = 2 WHERE id = {OPEN_FILE}; "
    + _update(OPEN, "signed_count = 2"),
    "a decline": "UPDATE pledge SET state = 'draft', agreed_count = 0, signed_count = 0, round = 2"
    f" WHERE id = {OPEN}; UPDATE signing SET voided_at = {{now}}, void_reason = 'x' WHERE id = {OPEN_FILE}",
    "another representative of an agency that is asked": HEIR + _hand_over(REVIEWED),
    "another representative before signing": HEIR + _hand_over(AGREED),
    "another representative of an agency that has not signed": HEIR.replace(FIRST_OPEN, SECOND_OPEN)
    + _hand_over(OPEN, position=2),
    "another representative in a draft": f"UPDATE pledge_party SET person_id = person_id WHERE pledge_id = {DECLINED}",
}
