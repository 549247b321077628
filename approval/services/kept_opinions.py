"""Keeps the table of opinions when signing opens: what the agencies said, and its answers, become evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from approval.adapters.clock import VIETNAM
from approval.adapters.opinion_sheet import OpinionSheet, opinion_sheet
from approval.domain.errors import StaleTextError
from approval.domain.opinion_rounds import opinion_rounds
from approval.domain.opinion_table import OpinionTable
from approval.extensions import parts
from approval.models.bloc import Bloc
from approval.models.opinion_views import OPINION_ROWS, REVISION_ROWS, ROUND_EVENT_ROWS, VERDICT_ROWS
from approval.models.pledge import Pledge


@dataclass(frozen=True, slots=True)
class OpinionPlan:
    """The table and how it is to be printed, free of the session."""

    table: OpinionTable
    sheet: OpinionSheet
    created: datetime


@dataclass(frozen=True, slots=True)
class KeptOpinions:
    """Hashes of the stored table: of the PDF, and of the canonical JSON it was made from (64 hex each)."""

    pdf_sha256: str
    json_sha256: str


def plan_opinions(session: Session, pledge: Pledge, now: datetime) -> OpinionPlan:
    """The table of all rounds as it stands."""
    table = _table(session, pledge, now)
    bloc = session.get_one(Bloc, pledge.bloc_id)
    day = now.astimezone(VIETNAM).date()
    sheet = opinion_sheet(table, table.rounds, superior=bloc.superior, bloc_name=bloc.name, place=bloc.place, day=day)
    return OpinionPlan(table, sheet, now)


def keep_opinions(plan: OpinionPlan) -> KeptOpinions:
    """Typeset the table and store it with its data; takes no lock. Raises TypesettingError."""
    tools = parts()
    pdf = tools.typesetter.typeset_opinions(plan.sheet, fixed_created=plan.created)
    return KeptOpinions(tools.file_store.put(pdf), tools.file_store.put(plan.table.canonical_bytes()))


def require_same_opinions(session: Session, pledge: Pledge, kept: KeptOpinions, now: datetime) -> None:
    """Under the lock: what was kept is still all there is. Raises StaleTextError when something was said meanwhile."""
    if _table(session, pledge, now).sha256() != kept.json_sha256:
        raise StaleTextError(
            "opinions-changed",
            "Câu trả lời một góp ý vừa thay đổi nên bảng tổng hợp ý kiến không còn đúng; chưa có gì được ghi. Gửi lại.",
            "An answer to a comment changed meanwhile, so the table of opinions is out of date; send the form again.",
        )


def _table(session: Session, pledge: Pledge, now: datetime) -> OpinionTable:
    asked = {"pledge_id": pledge.id}
    rounds = opinion_rounds(
        revisions=session.execute(REVISION_ROWS, asked),
        verdicts=session.execute(VERDICT_ROWS, asked),
        opinions=session.execute(OPINION_ROWS, asked),
        payloads=session.scalars(ROUND_EVENT_ROWS, {"pledge_ref": str(pledge.id)}),
        now=now,
    )
    return OpinionTable(str(pledge.id), pledge.title, pledge.subject, rounds)
