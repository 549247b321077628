"""The letter that tells people what an administrator did to their account; no secret is ever in it."""

from __future__ import annotations

import json
from enum import StrEnum

from approval.services.outbox import insert_once, message_id
from approval.services.unit_of_work import UnitOfWork

ACCOUNT_MAIL = "account-changed"


class AccountChange(StrEnum):
    """What was done."""

    PASSWORD_RESET = "password-reset"  # noqa: S105 - a word, not a secret
    KEY_ISSUED = "key-issued"
    EDITED = "edited"


def queue_account_mail(uow: UnitOfWork, person_id: int, change: AccountChange) -> None:
    """One letter for this change; it goes to the address the account has when it is sent."""
    key = f"mail:account:{person_id}:{change}:{uow.now.isoformat()}"
    insert_once(
        uow,
        {
            "topic": "mail",
            "kind": ACCOUNT_MAIL,
            "key": key,
            "person_id": person_id,
            "facts": json.dumps({"change": change, "at": uow.now.isoformat()}, sort_keys=True),
            "message_id": message_id(key),
            "due_at": uow.now,
        },
    )
