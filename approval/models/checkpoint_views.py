"""The rows behind a receipt, written as views are: pages, mails and the seal read the very same."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from approval.models.audit_checkpoint import AuditCheckpoint, AuditCosignature

NEWEST_SIZE = select(AuditCheckpoint.size).order_by(AuditCheckpoint.size.desc()).limit(1)
# Both take `size`.
NOTE = select(AuditCheckpoint.note).where(AuditCheckpoint.size == bindparam("size"))
COSIGNATURE_LINES = (
    select(AuditCosignature.line).where(AuditCosignature.size == bindparam("size")).order_by(AuditCosignature.witness)
)
