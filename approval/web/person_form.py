"""The form that makes an account: words as typed, and what they mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from approval.domain.commands import Actor, CreatePerson
from approval.domain.errors import InvalidInputError
from approval.domain.pledge_text import to_nfc
from approval.domain.states import AuthorityKind, Role

ROLES = (Role.REPRESENTATIVE, Role.COORDINATOR, Role.OBSERVER, Role.ADMINISTRATOR)
_PLACE = re.compile(r"(\d{1,9}):(\d{0,9})")


@dataclass(frozen=True, slots=True)
class PersonForm:
    """Field values as the person typed them, one line each, NFC.

    `place` is "bloc id:agency id", or "bloc id:" for somebody who belongs to the bloc as a whole, or "".
    """

    role: str = Role.REPRESENTATIVE.value
    display_name: str = ""
    email: str = ""
    place: str = ""
    authority: str = AuthorityKind.HEAD.value
    position_title: str = ""
    document_reference: str = ""

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> PersonForm:
        """What was sent."""
        return cls(*(" ".join(to_nfc(fields.get(name, "")).split()) for name in cls.__dataclass_fields__))

    def chosen_role(self) -> Role:
        """The role. Raises InvalidInputError."""
        if self.role not in ROLES:
            raise _refusal("role", "Chọn vai trò trong danh sách.", "Choose a role from the list.")
        return Role(self.role)

    def command(self, actor: Actor, *, password: str, pin: str | None) -> CreatePerson:
        """What it asks for; the fields of a representative count for nobody else. Raises InvalidInputError."""
        role = self.chosen_role()
        bloc_id, agency_id = self._place()
        signs = role is Role.REPRESENTATIVE
        return CreatePerson(
            actor=actor,
            display_name=self.display_name,
            email=self.email,
            password=password,
            role=role,
            bloc_id=None if role is Role.ADMINISTRATOR else bloc_id,
            agency_id=agency_id if role in {Role.REPRESENTATIVE, Role.COORDINATOR} else None,
            pin=pin if signs else None,
            authority=self._authority() if signs else AuthorityKind.HEAD,
            position_title=self.position_title if signs else "",
            document_reference=self.document_reference if signs else "",
        )

    def _place(self) -> tuple[int | None, int | None]:
        if not self.place:
            return None, None
        match = _PLACE.fullmatch(self.place)
        if match is None:
            raise _refusal("place", "Chọn khối và cơ quan trong danh sách.", "Choose bloc and agency from the list.")
        bloc, agency = match.groups()
        return int(bloc), int(agency) if agency else None

    def _authority(self) -> AuthorityKind:
        if self.authority not in set(AuthorityKind):
            raise _refusal("authority", "Chọn hình thức ký trong danh sách.", "Choose a kind from the list.")
        return AuthorityKind(self.authority)


def _refusal(field: str, vi: str, en: str) -> InvalidInputError:
    return InvalidInputError("person-form", vi, en, field=field)
