"""The rows that nearly every letter is about, read with one question.

While the caller keeps what it gets, `session.get` of any of them costs no question of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased, defer

from approval.models.agency import Agency
from approval.models.bloc import Bloc
from approval.models.outbox_message import OutboxMessage
from approval.models.person import Person
from approval.models.pledge import Pledge

_Coordinator, _Lead = aliased(Person), aliased(Agency)
# Built once: building takes longer than asking, and a relay asks for each mail.
_MAIL = (
    select(OutboxMessage, Pledge, Bloc, Person, Agency, _Coordinator, _Lead)
    .outerjoin(Pledge, Pledge.id == OutboxMessage.pledge_id)
    .outerjoin(Bloc, Bloc.id == Pledge.bloc_id)
    .outerjoin(Person, Person.id == OutboxMessage.person_id)
    .outerjoin(Agency, Agency.id == Person.agency_id)
    .outerjoin(_Coordinator, _Coordinator.id == Pledge.created_by)
    .outerjoin(_Lead, _Lead.id == Bloc.lead_agency_id)
    .where(OutboxMessage.id == bindparam("outbox_id"))
    # Whole texts, of which letters say nothing.
    .options(defer(Pledge.draft_content), defer(Pledge.import_findings))
    .execution_options(populate_existing=True)
)


def read_mail_rows(session: Session, outbox_id: int) -> Sequence[Any]:
    """The mail first, then with None for what it has not: pledge, bloc, person, agency, coordinator, lead agency.

    Raises NoResultFound.
    """
    return session.execute(_MAIL, {"outbox_id": outbox_id}).one()
