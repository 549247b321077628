"""Pledges, their parties, revisions, verdicts, signings, signatures, and the outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "pledge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bloc_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("party_count", sa.Integer(), nullable=False),
        sa.Column("agreed_count", sa.Integer(), nullable=False),
        sa.Column("signed_count", sa.Integer(), nullable=False),
        sa.Column("draft_content", sa.LargeBinary(), nullable=False),
        sa.Column("draft_sha256", sa.String(length=64), nullable=False),
        sa.Column("draft_saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_findings", sa.Text(), nullable=False),
        sa.Column("round_reason", sa.Text(), nullable=False),
        sa.Column("review_deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signing_deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("final_sha256", sa.String(length=64), nullable=True),
        sa.Column("finalised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancel_reason IS NOT NULL)", name=op.f("ck_pledge_cancelled_has_reason")
        ),
        sa.CheckConstraint(
            "(state = 'draft') OR state = 'cancelled' OR revision_number >= 1",
            name=op.f("ck_pledge_left_draft_has_revision"),
        ),
        sa.CheckConstraint(
            "(state = 'finalised') = (final_sha256 IS NOT NULL)", name=op.f("ck_pledge_finalised_has_final_file")
        ),
        sa.CheckConstraint(
            "(state = 'finalised') = (finalised_at IS NOT NULL)", name=op.f("ck_pledge_finalised_has_moment")
        ),
        sa.CheckConstraint(
            "(state IN ('finalising', 'finalised')) = (signed_count = party_count)",
            name=op.f("ck_pledge_all_signed_means_every_party"),
        ),
        sa.CheckConstraint(
            "state <> 'in_review' OR review_deadline IS NOT NULL", name=op.f("ck_pledge_review_has_deadline")
        ),
        sa.CheckConstraint(
            "state <> 'signing' OR signing_deadline IS NOT NULL", name=op.f("ck_pledge_signing_has_deadline")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'in_review', 'agreed', 'signing', 'finalising', 'finalised', 'cancelled')",
            name=op.f("ck_pledge_state_known"),
        ),
        sa.CheckConstraint(
            "state IN ('signing', 'finalising', 'finalised') OR signed_count = 0",
            name=op.f("ck_pledge_signed_only_when_signing"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('agreed', 'signing', 'finalising', 'finalised') OR agreed_count = party_count",
            name=op.f("ck_pledge_agreed_means_every_party"),
        ),
        sa.CheckConstraint("agreed_count BETWEEN 0 AND party_count", name=op.f("ck_pledge_agreed_count_range")),
        sa.CheckConstraint(
            "final_sha256 IS NULL OR length(final_sha256) = 64", name=op.f("ck_pledge_final_sha256_length")
        ),
        sa.CheckConstraint("party_count BETWEEN 2 AND 40", name=op.f("ck_pledge_party_count_range")),
        sa.CheckConstraint("round >= 1 AND version >= 1", name=op.f("ck_pledge_counters_from_one")),
        sa.CheckConstraint("signed_count BETWEEN 0 AND party_count", name=op.f("ck_pledge_signed_count_range")),
        sa.ForeignKeyConstraint(["bloc_id"], ["bloc.id"], name=op.f("fk_pledge_bloc_id_bloc")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_pledge_created_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge")),
    )
    op.create_index(op.f("ix_pledge_bloc_id"), "pledge", ["bloc_id"])
    op.create_index(op.f("ix_pledge_state"), "pledge", ["state"])
    op.create_table(
        "pledge_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pledge_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("heading", sa.String(length=300), nullable=False),
        sa.CheckConstraint("position BETWEEN 1 AND 40", name=op.f("ck_pledge_party_position_range")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_pledge_party_agency_id_agency")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pledge_party_person_id_person")),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledge.id"], name=op.f("fk_pledge_party_pledge_id_pledge")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge_party")),
        sa.UniqueConstraint("pledge_id", "agency_id", name=op.f("uq_pledge_party_pledge_id_agency_id")),
        sa.UniqueConstraint("pledge_id", "person_id", name=op.f("uq_pledge_party_pledge_id_person_id")),
        sa.UniqueConstraint("pledge_id", "position", name=op.f("uq_pledge_party_pledge_id_position")),
    )
    op.create_index(op.f("ix_pledge_party_agency_id"), "pledge_party", ["agency_id"])
    op.create_index(op.f("ix_pledge_party_person_id"), "pledge_party", ["person_id"])
    op.create_table(
        "pledge_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pledge_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("submitted_by", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_pledge_revision_sha256_length")),
        sa.CheckConstraint("number >= 1 AND round >= 1", name=op.f("ck_pledge_revision_counters_from_one")),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledge.id"], name=op.f("fk_pledge_revision_pledge_id_pledge")),
        sa.ForeignKeyConstraint(["submitted_by"], ["person.id"], name=op.f("fk_pledge_revision_submitted_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge_revision")),
        sa.UniqueConstraint("pledge_id", "number", name=op.f("uq_pledge_revision_pledge_id_number")),
    )
    op.create_table(
        "verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind = 'agree' OR comment <> ''", name=op.f("ck_verdict_comment_when_not_plain_agreement")),
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
    op.create_index(
        "uq_verdict_current",
        "verdict",
        ["revision_id", "party_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "signing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pledge_id", sa.Uuid(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("printed_content", sa.LargeBinary(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("base_sha256", sa.String(length=64), nullable=False),
        sa.Column("head_sha256", sa.String(length=64), nullable=False),
        sa.Column("head_position", sa.Integer(), nullable=False),
        sa.Column("lease_number", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("(voided_at IS NULL) = (void_reason IS NULL)", name=op.f("ck_signing_void_has_reason")),
        sa.CheckConstraint("head_position >= 0 AND lease_number >= 0", name=op.f("ck_signing_counters_not_negative")),
        sa.CheckConstraint(
            "length(base_sha256) = 64 AND length(head_sha256) = 64", name=op.f("ck_signing_sha256_length")
        ),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_signing_opened_by_person")),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledge.id"], name=op.f("fk_signing_pledge_id_pledge")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["pledge_revision.id"], name=op.f("fk_signing_revision_id_pledge_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing")),
    )
    op.create_index(
        "uq_signing_open",
        "signing",
        ["pledge_id"],
        unique=True,
        sqlite_where=sa.text("voided_at IS NULL"),
        postgresql_where=sa.text("voided_at IS NULL"),
    )
    op.create_table(
        "signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signing_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("authority_lines", sa.String(length=400), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("field_name", sa.String(length=40), nullable=False),
        sa.Column("previous_sha256", sa.String(length=64), nullable=False),
        sa.Column("document_sha256", sa.String(length=64), nullable=False),
        sa.Column("certificate_serial", sa.String(length=64), nullable=False),
        sa.Column("certificate_subject", sa.String(length=300), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("document_sha256 <> previous_sha256", name=op.f("ck_signature_file_moved_on")),
        sa.CheckConstraint(
            "length(document_sha256) = 64 AND length(previous_sha256) = 64", name=op.f("ck_signature_sha256_length")
        ),
        sa.CheckConstraint("position BETWEEN 1 AND 40", name=op.f("ck_signature_position_range")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["signing_authority.id"], name=op.f("fk_signature_authority_id_signing_authority")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["pledge_party.id"], name=op.f("fk_signature_party_id_pledge_party")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_signature_person_id_person")),
        sa.ForeignKeyConstraint(["signing_id"], ["signing.id"], name=op.f("fk_signature_signing_id_signing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("signing_id", "party_id", name=op.f("uq_signature_signing_id_party_id")),
        sa.UniqueConstraint("signing_id", "person_id", name=op.f("uq_signature_signing_id_person_id")),
        sa.UniqueConstraint("signing_id", "position", name=op.f("uq_signature_signing_id_position")),
    )
    op.create_table(
        "decline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signing_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_decline_reason_given")),
        sa.ForeignKeyConstraint(["party_id"], ["pledge_party.id"], name=op.f("fk_decline_party_id_pledge_party")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_decline_person_id_person")),
        sa.ForeignKeyConstraint(["signing_id"], ["signing.id"], name=op.f("fk_decline_signing_id_signing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decline")),
        sa.UniqueConstraint("signing_id", name=op.f("uq_decline_signing_id")),
    )
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("pledge_id", sa.Uuid(), nullable=True),
        sa.Column("party_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
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
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('sent', 'done', 'skipped')", name=op.f("ck_outbox_message_outcome_known")
        ),
        sa.CheckConstraint(
            "topic <> 'mail' OR (person_id IS NOT NULL AND message_id IS NOT NULL)",
            name=op.f("ck_outbox_message_mail_has_recipient"),
        ),
        sa.CheckConstraint("topic IN ('mail', 'finalise')", name=op.f("ck_outbox_message_topic_known")),
        sa.CheckConstraint(
            "(outcome IS NULL) = (closed_at IS NULL)", name=op.f("ck_outbox_message_closed_has_outcome")
        ),
        sa.CheckConstraint("attempts >= 0 AND lease_number >= 0", name=op.f("ck_outbox_message_counters_not_negative")),
        sa.ForeignKeyConstraint(
            ["party_id"], ["pledge_party.id"], name=op.f("fk_outbox_message_party_id_pledge_party")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_outbox_message_person_id_person")),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledge.id"], name=op.f("fk_outbox_message_pledge_id_pledge")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_message_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_message_id")),
    )
    op.create_index(
        "ix_outbox_message_open_due",
        "outbox_message",
        ["topic", "due_at"],
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(op.f("ix_outbox_message_pledge_id"), "outbox_message", ["pledge_id"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("outbox_message")
    op.drop_table("decline")
    op.drop_table("signature")
    op.drop_table("signing")
    op.drop_table("verdict")
    op.drop_table("pledge_revision")
    op.drop_table("pledge_party")
    op.drop_table("pledge")
