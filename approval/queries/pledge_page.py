"""Everything the page of one pledge shows, read in a handful of statements."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from approval.adapters.clock import VIETNAM
from approval.domain.date_line import fill
from approval.domain.draft_findings import Stored, still_standing
from approval.domain.pledge_text import PledgeText
from approval.domain.states import AGREEING_VERDICTS, Action, Role, State
from approval.domain.transitions import allowed_actions
from approval.models.agency import Agency
from approval.models.bloc import Bloc
from approval.models.outbox_message import OutboxMessage
from approval.models.pledge import Pledge
from approval.models.pledge_revision import PledgeRevision
from approval.models.signing import Signing
from approval.queries.last_agreement import last_agreed
from approval.queries.pledge_board import BoardRow, load_board
from approval.queries.revision_text import parse_text
from approval.queries.stopped_signings import StoppedSigning, load_stopped_signings
from approval.queries.visible_pledge import Viewer, load_visible_pledge

# A signing that is not void stands behind these states and no other.
_SIGNED_STATES = frozenset({State.SIGNING, State.FINALISING, State.FINALISED})
_REVISIONS = select(
    PledgeRevision.number,
    PledgeRevision.round,
    PledgeRevision.sha256,
    PledgeRevision.submitted_at,
    PledgeRevision.content,
).where(
    PledgeRevision.pledge_id == bindparam("pledge_id"),
    PledgeRevision.number.in_(bindparam("numbers", expanding=True)),
)
_SIGNING = select(Signing.base_sha256, Signing.head_sha256, Signing.opened_at, Signing.printed_content).where(
    Signing.pledge_id == bindparam("pledge_id"), Signing.voided_at.is_(None)
)
_FINALISATION = (
    select(OutboxMessage.attempts, OutboxMessage.last_error)
    .where(OutboxMessage.pledge_id == bindparam("pledge_id"), OutboxMessage.topic == "finalise")
    .order_by(OutboxMessage.id.desc())
    .limit(1)
)


class Comparison(StrEnum):
    """Why a page compares with the revision it compares with."""

    PREVIOUS = "previous"
    MY_AGREEMENT = "my_agreement"
    OPENED = "opened"


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
    """The signing not voided: hashes of the certified base and of the newest file, and the text as printed."""

    base_sha256: str
    head_sha256: str
    opened_at: datetime
    printed: PledgeText


@dataclass(frozen=True, slots=True)
class PledgePage:
    """A pledge as one viewer sees it.

    `text` is the working draft for a coordinator while drafting, else the current revision (from signing on, as
    printed). `compare_to` is, in this order, the revision a refused form was opened on, the one the viewer's agency
    last agreed to, the one before the current; None when there is none.
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
    comparison: Comparison
    board: tuple[BoardRow, ...]
    mine: BoardRow | None
    may_answer: bool
    actions: frozenset[Action]
    signing: SigningView | None
    stopped_signings: tuple[StoppedSigning, ...]
    review_deadline: datetime | None
    signing_deadline: datetime | None
    round_reason: str
    cancel_reason: str | None
    final_sha256: str | None
    finalised_at: datetime | None
    finalise_attempts: int
    finalise_error: str
    import_findings: tuple[Stored, ...]
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

    @property
    def refused_signing(self) -> StoppedSigning | None:
        """The refused signing that opened this round; None when the coordinator reopened the text."""
        return next(
            (found for found in self.stopped_signings if found.refused_by and found.round == self.round - 1), None
        )


def load_pledge_page(
    session: Session, viewer: Viewer, pledge_id: uuid.UUID, *, opened: int | None = None
) -> PledgePage:
    """The page of one pledge; `opened` is the revision number on a form that came too late, to show what changed.

    Raises NotFoundError for a viewer who may not see it.
    """
    pledge, bloc = load_visible_pledge(session, viewer, pledge_id)
    state = State(pledge.state)
    board = load_board(session, pledge_id=pledge.id, revision_number=pledge.revision_number, agency_id=viewer.agency_id)
    mine = next((row for row in board if row.is_mine), None) if viewer.role is Role.REPRESENTATIVE else None
    agreed = _last_agreed(session, pledge, viewer) if mine and state not in _SIGNED_STATES else None
    revisions = _revisions(session, pledge, {opened, agreed})
    current = revisions.get(pledge.revision_number)
    showing_draft = current is None or (state is State.DRAFT and viewer.role is Role.COORDINATOR)
    compare_to, comparison = _compared(pledge, revisions, opened=opened, agreed=agreed, showing_draft=showing_draft)
    signing = _signing(session, pledge) if state in _SIGNED_STATES else None
    attempts, error = _finalisation(session, pledge, state)
    actions = allowed_actions(state, viewer.role)
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
        lead_agency=_lead_agency(session, bloc, board),
        text=_shown_text(pledge, state, None if showing_draft else current, signing, board),
        showing_draft=showing_draft,
        revision=current,
        compare_to=compare_to,
        comparison=comparison,
        board=board,
        mine=mine,
        may_answer=mine is not None and mine.person_id == viewer.person_id and Action.GIVE_VERDICT in actions,
        actions=actions,
        signing=signing,
        stopped_signings=_stopped(session, pledge, state),
        review_deadline=pledge.review_deadline,
        signing_deadline=pledge.signing_deadline,
        round_reason=pledge.round_reason,
        cancel_reason=pledge.cancel_reason,
        final_sha256=pledge.final_sha256,
        finalised_at=pledge.finalised_at,
        finalise_attempts=attempts,
        finalise_error=error,
        import_findings=_findings(pledge, showing_draft=showing_draft),
        created_at=pledge.created_at,
        draft_saved_at=pledge.draft_saved_at,
    )


def _revisions(session: Session, pledge: Pledge, also: set[int | None]) -> dict[int, RevisionView]:
    """The current revision, the one before it and those asked for: not all, a long dispute has many."""
    numbers = {pledge.revision_number, pledge.revision_number - 1, *(number for number in also if number is not None)}
    rows = session.execute(_REVISIONS, {"pledge_id": pledge.id, "numbers": sorted(numbers)})
    return {
        row.number: RevisionView(row.number, row.round, row.sha256, row.submitted_at, parse_text(row.content))
        for row in rows
    }


def _last_agreed(session: Session, pledge: Pledge, viewer: Viewer) -> int | None:
    """The newest earlier revision the viewer's agency agreed to; None when it agreed to the current one or to none."""
    if pledge.revision_number <= 1:
        return None
    number = last_agreed(session, pledge.id, viewer.agency_id)
    return number if number != pledge.revision_number else None


def _compared(
    pledge: Pledge,
    revisions: dict[int, RevisionView],
    *,
    opened: int | None,
    agreed: int | None,
    showing_draft: bool,
) -> tuple[RevisionView | None, Comparison]:
    if opened is not None and opened != pledge.revision_number and opened in revisions:
        return revisions[opened], Comparison.OPENED
    if agreed is not None:
        return revisions.get(agreed), Comparison.MY_AGREEMENT
    return revisions.get(pledge.revision_number - (0 if showing_draft else 1)), Comparison.PREVIOUS


def _lead_agency(session: Session, bloc: Bloc, board: tuple[BoardRow, ...]) -> str:
    if bloc.lead_agency_id is None:
        return ""
    on_board = next((row.agency_name for row in board if row.agency_id == bloc.lead_agency_id), None)
    return on_board or session.get_one(Agency, bloc.lead_agency_id).name


def _signing(session: Session, pledge: Pledge) -> SigningView:
    row = session.execute(_SIGNING, {"pledge_id": pledge.id}).one()
    return SigningView(row.base_sha256, row.head_sha256, row.opened_at, parse_text(row.printed_content))


def _stopped(session: Session, pledge: Pledge, state: State) -> tuple[StoppedSigning, ...]:
    """A first round that goes on has stopped nothing: most pages need not ask."""
    asked = pledge.round > 1 or state is State.CANCELLED
    return load_stopped_signings(session, pledge.id) if asked else ()


def _shown_text(
    pledge: Pledge, state: State, current: RevisionView | None, signing: SigningView | None, board: tuple[BoardRow, ...]
) -> PledgeText:
    """Draft, then revision, then what was printed for signing; the date is filled in once the document is finished."""
    if current is None:
        return parse_text(pledge.draft_content)
    if signing is None:
        return current.text
    if state is not State.FINALISED:
        return signing.printed
    last_signed = max(row.signed_at for row in board if row.signed_at is not None)
    return replace(signing.printed, date=fill(signing.printed.date, last_signed.astimezone(VIETNAM).date()))


def _findings(pledge: Pledge, *, showing_draft: bool) -> tuple[Stored, ...]:
    """What was noticed when the draft was made and still stands in it; only whoever sees the draft sees them."""
    stored = json.loads(pledge.import_findings)
    return still_standing(stored, parse_text(pledge.draft_content)) if stored and showing_draft else ()


def _finalisation(session: Session, pledge: Pledge, state: State) -> tuple[int, str]:
    """Attempts so far and the last cause, only while the pledge waits for its worker."""
    if state is not State.FINALISING:
        return 0, ""
    row = session.execute(_FINALISATION, {"pledge_id": pledge.id}).one_or_none()
    return (row.attempts, row.last_error) if row else (0, "")
