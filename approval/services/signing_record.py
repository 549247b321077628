"""Gathers the record of what came before the signatures; it travels inside the PDF, locked by the first signature."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.commands import OpenSigning
from approval.domain.pledge_text import PledgeText
from approval.domain.signing_record import HistoryAnchor, RecordedVerdict, SigningRecord
from approval.domain.states import VerdictKind
from approval.models.agency import Agency
from approval.models.audit_event import AuditEvent, AuditHead
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.models.verdict import Verdict
from approval.services.kept_opinions import KeptOpinions, OpinionPlan


def read_verdicts(session: Session, revision_id: int) -> tuple[RecordedVerdict, ...]:
    """The standing answers to one revision, in protocol order."""
    query = (
        select(PledgeParty.position, Agency.name, Verdict.kind, Verdict.given_at)
        .join(PledgeParty, PledgeParty.id == Verdict.party_id)
        .join(Agency, Agency.id == PledgeParty.agency_id)
        .where(Verdict.revision_id == revision_id, Verdict.superseded_at.is_(None))
        .order_by(PledgeParty.position)
    )
    return tuple(
        RecordedVerdict(row.position, row.name, VerdictKind(row.kind), row.given_at) for row in session.execute(query)
    )


def read_anchor(session: Session, pledge: Pledge) -> HistoryAnchor:
    """Where the history stands; read without its lock, as of this transaction."""
    head = session.execute(select(AuditHead.size, AuditHead.root)).one()
    last = session.execute(
        select(AuditEvent.pledge_seq, AuditEvent.leaf_hash)
        .where(AuditEvent.pledge_ref == str(pledge.id), AuditEvent.seq < head.size)
        .order_by(AuditEvent.pledge_seq.desc())
        .limit(1)
    ).one_or_none()
    seq, leaf = (None, None) if last is None else (last.pledge_seq, last.leaf_hash)
    return HistoryAnchor(head.size, bytes(head.root), seq, leaf)


def signing_record(
    command: OpenSigning,
    *,
    revision: PledgeText,
    printed: PledgeText,
    verdicts: tuple[RecordedVerdict, ...],
    history: HistoryAnchor,
    opinions: tuple[OpinionPlan, KeptOpinions],
) -> SigningRecord:
    """The record of one opening; the services that call compare opinions and revision again under their lock."""
    plan, kept = opinions
    return SigningRecord(
        made_at=plan.created,
        deadline=command.deadline,
        revision_number=command.revision_number,
        revision=revision,
        printed=printed,
        verdicts=verdicts,
        opinions=plan.table,
        opinions_pdf_sha256=kept.pdf_sha256,
        history=history,
    )
