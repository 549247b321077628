"""What administrators did to one account: for its owner's page and for the letter about it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.extensions import parts
from approval.models.outbox_message import OutboxMessage
from approval.models.person import Person

ACCOUNT_MAIL = "account-changed"
CHANGE_WORDS = {
    "password-reset": "đặt lại mật khẩu",
    "key-issued": "cấp lại khóa ký và mã PIN",
    "edited": "sửa tên hoặc địa chỉ thư",
}
_NEWEST = 5


@dataclass(frozen=True, slots=True)
class AccountChangeLine:
    """One act of an administrator: in words, and when."""

    words: str
    at: datetime


def list_account_changes(session: Session, person_id: int) -> tuple[AccountChangeLine, ...]:
    """The newest few, newest first."""
    rows = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.person_id == person_id, OutboxMessage.kind == ACCOUNT_MAIL)
        .order_by(OutboxMessage.id.desc())
        .limit(_NEWEST)
    )
    return tuple(_line(row) for row in rows)


def account_letter(message: OutboxMessage, person: Person) -> tuple[AccountChangeLine, dict[str, Any]]:
    """The change a letter tells, and the letter's values but for those every letter has."""
    line = _line(message)
    base_url = parts().settings.public_base_url
    return line, {
        "change": line.words,
        "urgent": False,
        "bloc_name": "Hệ thống Giao Ước",
        "superior": "",
        "site": urlsplit(base_url).netloc,
        "salutation": person.display_name,
        "you": "Ông/Bà",
        "link": f"{base_url}/ho-so",
        "sender_name": "Quản trị hệ thống",
        "sender_line": "",
    }


def _line(message: OutboxMessage) -> AccountChangeLine:
    facts = json.loads(message.facts)
    return AccountChangeLine(CHANGE_WORDS[facts["change"]], datetime.fromisoformat(facts["at"]))
