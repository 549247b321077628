"""Where a person belongs: only to blocs and agencies that exist, and to an agency only as a member of the bloc."""

from __future__ import annotations

from sqlalchemy import select

from approval.domain.commands import CreatePerson
from approval.domain.errors import InvalidInputError
from approval.domain.states import Role
from approval.extensions import db
from approval.models.bloc import Bloc, BlocMember


def require_place(command: CreatePerson) -> None:
    """Raise InvalidInputError naming `bloc_id` or `agency_id`.

    Everybody but an administrator acts within one bloc. Blocs and their members are only ever added, so what holds here
    still holds when the account is stored.
    """
    if command.bloc_id is None and command.agency_id is None and command.role is Role.ADMINISTRATOR:
        return
    if command.bloc_id is None or db.session.get(Bloc, command.bloc_id) is None:
        raise InvalidInputError(
            "bloc-missing",
            "Chưa chọn khối thi đua, hoặc không có khối này; hãy chọn trong danh sách.",
            "No bloc was chosen, or there is no such bloc; choose one from the list.",
            field="bloc_id",
        )
    if command.agency_id is not None and not _is_member(command.bloc_id, command.agency_id):
        raise InvalidInputError(
            "agency-missing",
            "Cơ quan này không thuộc khối đã chọn; hãy chọn cơ quan của khối đó.",
            "This agency is not a member of the chosen bloc; choose one of its agencies.",
            field="agency_id",
        )


def _is_member(bloc_id: int, agency_id: int) -> bool:
    query = select(BlocMember.id).where(BlocMember.bloc_id == bloc_id, BlocMember.agency_id == agency_id)
    return db.session.scalar(query) is not None
