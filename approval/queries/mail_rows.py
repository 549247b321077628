"""The rows that nearly every letter is about, read with one question.

While the caller keeps what it gets, `session.get` of any of them costs no question of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session, aliased, defer

from approval.models.agency import Agency
from approval.models.audit_event import AuditHead
from approval.models.bloc import Bloc
from approval.models.outbox_message import OutboxMessage
from approval.models.person import Person
from approval.models.pledge import Pledge

_Coordinator, _Lead, _Waiting = aliased(Person), aliased(Agency), aliased(OutboxMessage)
# Built once: building takes longer than asking, and a relay asks for each mail.
_ROWS = (
    select(OutboxMessage, Pledge, Bloc, Person, Agency, _Coordinator, _Lead)
    .outerjoin(Pledge, Pledge.id == OutboxMessage.pledge_id)
    .outerjoin(Bloc, Bloc.id == Pledge.bloc_id)
    .outerjoin(Person, Person.id == OutboxMessage.person_id)
    .outerjoin(Agency, Agency.id == Person.agency_id)
    .outerjoin(_Coordinator, _Coordinator.id == Pledge.created_by)
    .outerjoin(_Lead, _Lead.id == Bloc.lead_agency_id)
    # Whole texts, of which letters say nothing.
    .options(defer(Pledge.draft_content), defer(Pledge.import_findings))
    .execution_options(populate_existing=True)
)
_MAIL = _ROWS.where(OutboxMessage.id == bindparam("outbox_id"))
_FIRST_WAITING = (
    select(_Waiting.id)
    .where(
        _Waiting.topic == "mail",
        _Waiting.closed_at.is_(None),
        _Waiting.due_at <= bindparam("now"),
        or_(_Waiting.lease_until.is_(None), _Waiting.lease_until <= bindparam("now")),
    )
    .order_by(_Waiting.due_at, _Waiting.id)
    .limit(1)
    .scalar_subquery()
)
_HISTORY_SIZE = select(AuditHead.size).where(AuditHead.id == 1).scalar_subquery()
_NEXT = _ROWS.add_columns(_HISTORY_SIZE).where(OutboxMessage.id == _FIRST_WAITING)


@dataclass(frozen=True, slots=True)
class NextMail:
    """`rows` as `read_mail_rows` gives them, and the number of events in the history at that moment."""

    rows: Sequence[Any]
    history_size: int


def read_mail_rows(session: Session, outbox_id: int) -> Sequence[Any]:
    """The mail first, then with None for what it has not: pledge, bloc, person, agency, coordinator, lead agency.

    Raises NoResultFound.
    """
    return session.execute(_MAIL, {"outbox_id": outbox_id}).one()


def read_next_mail_rows(session: Session, *, now: datetime) -> NextMail | None:
    """The same of the oldest mail that is due and nobody's."""
    row = session.execute(_NEXT, {"now": now}).one_or_none()
    return None if row is None else NextMail(row[:-1], row[-1])
