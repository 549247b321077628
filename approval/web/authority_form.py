"""The form that records a signing authority: words as typed, and what they mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from approval.adapters.clock import VIETNAM
from approval.domain.errors import InvalidInputError
from approval.domain.pledge_text import to_nfc
from approval.domain.states import AuthorityKind
from approval.web.formatting import vn_date

_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True, slots=True)
class AuthorityForm:
    """Field values as the person typed them, one line each, NFC."""

    person_id: str
    kind: str
    position_title: str
    document_reference: str
    valid_from: str
    valid_to: str

    @classmethod
    def blank(cls, now: datetime) -> AuthorityForm:
        """A new form: in force from today, without end."""
        return cls("", AuthorityKind.HEAD.value, "", "", vn_date(now), "")

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> AuthorityForm:
        """What was sent."""
        return cls(*(" ".join(to_nfc(fields.get(name, "")).split()) for name in cls.__dataclass_fields__))

    def person(self) -> int:
        """The chosen person. Raises InvalidInputError."""
        if not re.fullmatch(r"\d{1,9}", self.person_id):
            raise _refusal("person_id", "Chọn người được ghi nhận thẩm quyền.", "Choose a person.")
        return int(self.person_id)

    def authority_kind(self) -> AuthorityKind:
        """The chosen kind. Raises InvalidInputError."""
        if self.kind not in set(AuthorityKind):
            raise _refusal("kind", "Chọn hình thức ký trong danh sách.", "Choose a kind from the list.")
        return AuthorityKind(self.kind)

    def start(self) -> datetime:
        """First moment in force: 00:00 Vietnam time of the day. Raises InvalidInputError."""
        return _day("valid_from", self.valid_from)

    def end(self) -> datetime | None:
        """First moment no longer in force: the day after the last day; None without end. Raises InvalidInputError."""
        return _day("valid_to", self.valid_to) + timedelta(days=1) if self.valid_to else None


def _day(field: str, typed: str) -> datetime:
    match = _DAY.fullmatch(typed)
    try:
        day, month, year = (int(part) for part in match.groups()) if match else (0, 0, 0)
        return datetime(year, month, day, tzinfo=VIETNAM)
    except ValueError:
        raise _refusal(
            field, "Ghi ngày dạng ngày/tháng/năm, ví dụ 21/5/2024.", "Write the day as dd/mm/yyyy, e.g. 21/5/2024."
        ) from None


def _refusal(field: str, vi: str, en: str) -> InvalidInputError:
    return InvalidInputError("authority-form", vi, en, field=field)
