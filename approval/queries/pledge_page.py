"""Everything the page of one pledge shows, read in a handful of statements."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.adapters.clock import VIETNAM
from approval.domain.date_line import fill
from approval.domain.pledge_text import PledgeText
from approval.domain.states import AGREEING_VERDICTS, Action, Role, State
from approval.domain.transitions import allowed_actions
from approval.models.agency import Agency
from approval.models.bloc import Bloc
from approval.models.outbox_message import OutboxMessage
from approval.models.pledge import Pledge
from approval.models.pledge_revision import PledgeRevision
from approval.models.signing import Signing
from approval.models.verdict import Verdict
from approval.queries.pledge_board import BoardRow, load_board
from approval.queries.revision_text import parse_text
from approval.queries.visible_pledge import Viewer, load_visible_pledge


@dataclass(frozen=True, slots=True)
class RevisionView:
    """One frozen revision: its number, round, hash (64 hex) and parsed text."""

    number: int
    round: int
    sha256: str
    submitted_at: datetime
    text: PledgeText


@dataclass(frozen=True, slots=True)
class SigningView:
    """The signing not voided: hashes of the certified base and of the newest file."""

    base_sha256: str
    head_sha256: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class PledgePage:
    """A pledge as one viewer sees it.

    `text` is the working draft for a coordinator while drafting, else the current revision (from signing on, as
    printed). `compare_to` is the revision the viewer's agency last agreed to, else the one before the current; None
    when there is none.
    """

    id: uuid.UUID
    state: State
    round: int
    version: int
    title: str
    subject: str
    bloc_name: str
    bloc_short_name: str
    superior: str
    lead_agency: str
    text: PledgeText
    showing_draft: bool
    revision: RevisionView | None
    compare_to: RevisionView | None
    compare_is_my_agreement: bool
    board: tuple[BoardRow, ...]
    mine: BoardRow | None
    actions: frozenset[Action]
    signing: SigningView | None
    review_deadline: datetime | None
    signing_deadline: datetime | None
    round_reason: str
    cancel_reason: str | None
    final_sha256: str | None
    finalised_at: datetime | None
    finalise_attempts: int
    finalise_error: str
    import_findings: tuple[dict[str, str], ...]
    created_at: datetime
    draft_saved_at: datetime

    @property
    def agreed_count(self) -> int:
        """How many parties agree to the current revision."""
        return sum(1 for row in self.board if row.verdict in AGREEING_VERDICTS)

    @property
    def signed_count(self) -> int:
        """How many parties signed in the current signing."""
        return sum(1 for row in self.board if row.signed_at is not None)


def load_pledge_page(session: Session, viewer: Viewer, pledge_id: uuid.UUID) -> PledgePage:
    """The page of one pledge. Raises NotFoundError for a viewer who may not see it."""
    pledge, bloc = load_visible_pledge(session, viewer, pledge_id)
    state = State(pledge.state)
    revisions = _revisions(session, pledge)
    current = revisions.get(pledge.revision_number)
    showing_draft = current is None or (state is State.DRAFT and viewer.role is Role.COORDINATOR)
    board = load_board(session, pledge_id=pledge.id, revision_number=pledge.revision_number, agency_id=viewer.agency_id)
    mine = next((row for row in board if row.is_mine), None) if viewer.role is Role.REPRESENTATIVE else None
    agreed_number = _last_agreed(session, revisions, mine) if mine else None
    compare_to = revisions.get(agreed_number or pledge.revision_number - (0 if showing_draft else 1))
    signing = _signing(session, pledge)
    attempts, error = _finalisation(session, pledge, state)
    return PledgePage(
        id=pledge.id,
        state=state,
        round=pledge.round,
        version=pledge.version,
        title=pledge.title,
        subject=pledge.subject,
        bloc_name=bloc.name,
        bloc_short_name=bloc.short_name,
        superior=bloc.superior,
        lead_agency=_lead_agency(session, bloc),
        text=_shown_text(pledge, state, None if showing_draft else current, signing, board),
        showing_draft=showing_draft,
        revision=current,
        compare_to=compare_to,
        compare_is_my_agreement=agreed_number is not None,
        board=board,
        mine=mine,
        actions=allowed_actions(state, viewer.role),
        signing=SigningView(signing.base_sha256, signing.head_sha256, signing.opened_at) if signing else None,
        review_deadline=pledge.review_deadline,
        signing_deadline=pledge.signing_deadline,
        round_reason=pledge.round_reason,
        cancel_reason=pledge.cancel_reason,
        final_sha256=pledge.final_sha256,
        finalised_at=pledge.finalised_at,
        finalise_attempts=attempts,
        finalise_error=error,
        import_findings=tuple(json.loads(pledge.import_findings)),
        created_at=pledge.created_at,
        draft_saved_at=pledge.draft_saved_at,
    )


def _revisions(session: Session, pledge: Pledge) -> dict[int, RevisionView]:
    rows = session.scalars(select(PledgeRevision).where(PledgeRevision.pledge_id == pledge.id))
    return {
        row.number: RevisionView(row.number, row.round, row.sha256, row.submitted_at, parse_text(row.content))
        for row in rows
    }


def _last_agreed(session: Session, revisions: dict[int, RevisionView], mine: BoardRow) -> int | None:
    """The newest earlier revision the viewer's agency agreed to; None when it agreed to the current one or to none."""
    number = session.scalar(
        select(PledgeRevision.number)
        .join(Verdict, Verdict.revision_id == PledgeRevision.id)
        .where(
            Verdict.party_id == mine.party_id,
            Verdict.superseded_at.is_(None),
            Verdict.kind.in_([kind.value for kind in AGREEING_VERDICTS]),
        )
        .order_by(PledgeRevision.number.desc())
        .limit(1)
    )
    return number if number is not None and number != max(revisions, default=0) else None


def _lead_agency(session: Session, bloc: Bloc) -> str:
    if bloc.lead_agency_id is None:
        return ""
    agency = session.get(Agency, bloc.lead_agency_id)
    return agency.name if agency else ""


def _signing(session: Session, pledge: Pledge) -> Signing | None:
    return session.scalar(select(Signing).where(Signing.pledge_id == pledge.id, Signing.voided_at.is_(None)))


def _shown_text(
    pledge: Pledge, state: State, current: RevisionView | None, signing: Signing | None, board: tuple[BoardRow, ...]
) -> PledgeText:
    """Draft, then revision, then what was printed for signing; the date is filled in once the document is finished."""
    if current is None:
        return parse_text(pledge.draft_content)
    if signing is None or state is State.CANCELLED:
        return current.text
    printed = parse_text(signing.printed_content)
    if state is not State.FINALISED:
        return printed
    last_signed = max(row.signed_at for row in board if row.signed_at is not None)
    return replace(printed, date=fill(printed.date, last_signed.astimezone(VIETNAM).date()))


def _finalisation(session: Session, pledge: Pledge, state: State) -> tuple[int, str]:
    """Attempts so far and the last cause, only while the pledge waits for its worker."""
    if state is not State.FINALISING:
        return 0, ""
    row = session.execute(
        select(OutboxMessage.attempts, OutboxMessage.last_error)
        .where(OutboxMessage.pledge_id == pledge.id, OutboxMessage.topic == "finalise")
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    ).one_or_none()
    return (row.attempts, row.last_error) if row else (0, "")
