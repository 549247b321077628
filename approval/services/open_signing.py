"""Freeze the bytes everybody will sign: typeset, prepare, certify, store; then invite the signatures."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.adapters.clock import VIETNAM
from approval.adapters.pledge_print import bloc_header
from approval.adapters.typeset_input import PartyPrint
from approval.domain.audit_event import EventType
from approval.domain.commands import OpenSigning
from approval.domain.errors import InvalidInputError
from approval.domain.opening_date import check_opening_date
from approval.domain.pledge_text import PledgeText
from approval.domain.reminder_policy import Stage
from approval.domain.signing_layout import SigningLayout
from approval.domain.signing_record import HistoryAnchor, RecordedVerdict
from approval.domain.states import Action, State
from approval.domain.transitions import find_transition
from approval.extensions import db, parts
from approval.models.bloc import Bloc
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.models.signing import Signing
from approval.services.already_done import already_done
from approval.services.comment_standing import require_all_answered
from approval.services.kept_opinions import (
    KeptOpinions,
    OpinionPlan,
    keep_opinions,
    plan_opinions,
    require_same_opinions,
)
from approval.services.outbox import queue_mail
from approval.services.reminder_plans import plan_stage
from approval.services.signing_record import read_anchor, read_verdicts, signing_record
from approval.services.signing_standing import (
    open_signing_of,
    require_coordinator_sight,
    require_existing,
    require_revision,
)
from approval.services.stored_text import parse_stored_text
from approval.services.transition_pledge import transition_pledge
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work

_SLOT = "signing"


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be printed, free of the session."""

    revision: PledgeText
    text: PledgeText
    parties: tuple[PartyPrint, ...]
    superior: str
    bloc_name: str
    verdicts: tuple[RecordedVerdict, ...]
    history: HistoryAnchor
    opinions: OpinionPlan


@dataclass(frozen=True, slots=True)
class _Opened:
    """The certified file, the record inside it and the table of opinions, stored."""

    text: PledgeText
    layout: SigningLayout
    sha256: str
    record_sha256: str
    opinions: KeptOpinions


def open_signing(command: OpenSigning) -> None:
    """Move an agreed pledge to `signing`; the file is made before any lock is taken.

    Raises NotFoundError, NotAllowedError, TransitionRefusedError, UnansweredCommentsError, AlreadyDoneError,
    StaleTextError, InvalidInputError (date or deadline), MissingGlyphError, CertificateNotUsableError,
    TimestampUnavailableError. StaleTextError also when an answer to a comment changed while the files were made.
    """
    opened = _make_file(command, _plan(command))
    with unit_of_work() as uow:
        pledge = uow.lock_pledge(command.pledge_id)
        revision = _check(uow.session, command, pledge)
        require_same_opinions(uow.session, pledge, opened.opinions, uow.now)
        state_from = State(pledge.state)
        # The database lets a pledge into `signing` only when its file is there to be seen.
        signing = _add_signing(uow, command, pledge, opened, revision_id=revision)
        transition_pledge(uow, pledge, Action.OPEN_SIGNING, command.actor.role)
        pledge.signing_deadline = command.deadline
        _invite(uow, command, pledge)
        uow.record(_event(command, pledge, opened, state_from, signing))


def _plan(command: OpenSigning) -> _Plan:
    session = db.session()
    pledge = require_existing(session.get(Pledge, command.pledge_id))
    _check(session, command, pledge)
    revision = require_revision(session, pledge, number=command.revision_number, sha256=command.revision_sha256)
    text = parse_stored_text(revision.content)
    _check_dates(command, text)
    bloc = session.get_one(Bloc, pledge.bloc_id)
    return _Plan(
        revision=text,
        text=replace(text, date=command.date, date_policy=command.date_policy),
        parties=tuple(PartyPrint(party.heading) for party in _parties(session, pledge.id)),
        superior=bloc.superior,
        bloc_name=bloc.name,
        verdicts=read_verdicts(session, revision.id),
        history=read_anchor(session, pledge),
        opinions=plan_opinions(session, pledge, parts().clock.now()),
    )


def _check(session: Session, command: OpenSigning, pledge: Pledge) -> int:
    """The revision's row id when this person may open signing on it now."""
    require_coordinator_sight(session, command.actor, pledge)
    _refuse_second_opening(session, command, pledge)
    find_transition(State(pledge.state), Action.OPEN_SIGNING, command.actor.role)
    revision = require_revision(session, pledge, number=command.revision_number, sha256=command.revision_sha256)
    require_all_answered(session, pledge)
    return revision.id


def _refuse_second_opening(session: Session, command: OpenSigning, pledge: Pledge) -> None:
    signing = open_signing_of(session, pledge)
    if signing is None or signing.opened_by != command.actor.person_id:
        return
    raise already_done(
        "already-opened", "mở ký văn bản này", "opened this document for signature", done_at=signing.opened_at
    )


def _check_dates(command: OpenSigning, text: PledgeText) -> None:
    now = parts().clock.now()
    if command.deadline <= now:
        raise InvalidInputError(
            "deadline-past",
            "Hạn ký phải ở sau thời điểm hiện tại. Chọn ngày giờ khác.",
            "The deadline must lie in the future. Choose another day or time.",
            field="deadline",
        )
    check_opening_date(
        drafted=text.date,
        printed=command.date,
        policy=command.date_policy,
        place=text.place,
        today=_vietnam_day(now),
        deadline_day=_vietnam_day(command.deadline),
    )


def _make_file(command: OpenSigning, plan: _Plan) -> _Opened:
    tools = parts()
    opinions = keep_opinions(plan.opinions)
    record = signing_record(
        command,
        revision=plan.revision,
        printed=plan.text,
        verdicts=plan.verdicts,
        history=plan.history,
        opinions=(plan.opinions, opinions),
    ).canonical_bytes()
    header = bloc_header(superior=plan.superior, bloc_name=plan.bloc_name, test_notice=tools.authority.is_test)
    document = tools.typesetter.typeset_pledge(
        plan.text, parties=plan.parties, header=header, mark=None, fixed_created=tools.clock.now(), record=record
    )
    certified = tools.signer.open(document, reason=f"Mở ký {plan.text.title}")
    stored = tools.file_store
    return _Opened(plan.text, SigningLayout.of(document), stored.put(certified), stored.put(record), opinions)


def _add_signing(
    uow: UnitOfWork, command: OpenSigning, pledge: Pledge, opened: _Opened, *, revision_id: int
) -> Signing:
    signing = Signing(
        pledge_id=pledge.id,
        revision_id=revision_id,
        printed_content=opened.text.canonical_bytes(),
        layout=opened.layout.to_json(),
        base_sha256=opened.sha256,
        head_sha256=opened.sha256,
        head_position=0,
        lease_number=0,
        opened_by=command.actor.person_id,
        opened_at=uow.now,
    )
    uow.session.add(signing)
    uow.session.flush()
    return signing


def _invite(uow: UnitOfWork, command: OpenSigning, pledge: Pledge) -> None:
    facts = {"deadline": command.deadline.isoformat(), "revision": command.revision_number}
    parties = _parties(uow.session, pledge.id)
    for party in parties:
        queue_mail(
            uow,
            kind="signing-invitation",
            pledge=pledge,
            party=party,
            person_id=party.person_id,
            slot=_SLOT,
            facts=facts,
        )
    plan_stage(uow, pledge, Stage.SIGNING, parties=parties, invited_at=uow.now)


def _event(command: OpenSigning, pledge: Pledge, opened: _Opened, state_from: State, signing: Signing) -> EventDraft:
    return EventDraft(
        type=EventType.SIGNING_OPENED,
        actor=command.actor,
        pledge=pledge,
        state_from=state_from,
        state_to=State(pledge.state),
        doc_sha256=opened.sha256,
        revision=command.revision_number,
        data={
            "date": opened.text.as_dict()["date"],
            "date_policy": opened.text.date_policy.value,
            "deadline": command.deadline.isoformat(),
            "opinions_json_sha256": opened.opinions.json_sha256,
            "opinions_sha256": opened.opinions.pdf_sha256,
            "printed_sha256": opened.text.sha256(),
            "record_sha256": opened.record_sha256,
            "revision_sha256": command.revision_sha256,
            "signing": signing.id,
        },
    )


def _parties(session: Session, pledge_id: uuid.UUID) -> list[PledgeParty]:
    query = select(PledgeParty).where(PledgeParty.pledge_id == pledge_id).order_by(PledgeParty.position)
    return list(session.scalars(query))


def _vietnam_day(moment: datetime) -> date:
    return moment.astimezone(VIETNAM).date()
