"""Leaves work for the worker as rows of the outbox, in the transaction of the change that causes it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.dialects import postgresql, sqlite

from approval.extensions import parts
from approval.models.outbox_message import OutboxMessage
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.services.unit_of_work import UnitOfWork

# The first 128 bits are enough to be unique and keep the header short.
_MESSAGE_ID_DIGITS = 32
_BLANK = {"attempts": 0, "lease_number": 0, "last_error": "", "note": ""}


def queue_mail(
    uow: UnitOfWork,
    *,
    kind: str,
    pledge: Pledge,
    party: PledgeParty | None,
    person_id: int,
    slot: str = "",
    due_at: datetime | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """One mail to one person; a second one for the same party, round, kind and slot cannot exist.

    `party` is None for people who read along (coordinator, observers). `slot` is "review" or "signing" for reminders.
    `due_at` is aware, by default now. `facts` is JSON data that the rows themselves will not tell any more.
    """
    place = f"person-{person_id}" if party is None else str(party.id)
    key = f"mail:{pledge.id}:{pledge.round}:{place}:{kind}:{slot}"
    insert_once(
        uow,
        {
            "topic": "mail",
            "kind": kind,
            "key": key,
            "pledge_id": pledge.id,
            "party_id": None if party is None else party.id,
            "person_id": person_id,
            "round": pledge.round,
            "facts": json.dumps(dict(facts or {}), ensure_ascii=False, sort_keys=True),
            "message_id": message_id(key),
            "due_at": due_at or uow.now,
        },
    )


def queue_finalisation(uow: UnitOfWork, pledge: Pledge, signing_id: int) -> None:
    """Ask the worker to complete the document of this signing; once, however often it is asked."""
    insert_once(
        uow,
        {
            "topic": "finalise",
            "kind": "finalise",
            "key": f"finalise:{signing_id}",
            "pledge_id": pledge.id,
            "round": pledge.round,
            "facts": json.dumps({"signing_id": signing_id}),
            "due_at": uow.now,
        },
    )


def message_id(key: str) -> str:
    """The Message-ID (RFC 5322 §3.6.4) that every attempt to send this mail carries."""
    return message_id_of(hashlib.sha256(key.encode()).hexdigest()[:_MESSAGE_ID_DIGITS])


def message_id_of(mark: str) -> str:
    """The whole Message-ID of the mark that a mail's link carries."""
    host = urlsplit(parts().settings.public_base_url).hostname or "localhost"
    return f"<{mark}@{host}>"


def insert_once(uow: UnitOfWork, values: Mapping[str, Any]) -> None:
    """A row of the outbox; one of this key stays as it is, also when two processes write it at the same moment."""
    dialect = postgresql if uow.session.get_bind().dialect.name == "postgresql" else sqlite
    # The row may name a party added in this very change.
    uow.session.flush()
    uow.session.execute(
        dialect.insert(OutboxMessage)
        .values(created_at=uow.now, **_BLANK, **values)
        .on_conflict_do_nothing(index_elements=["key"])
    )
