"""Makes a bloc and its member agencies."""

from __future__ import annotations

from sqlalchemy import select

from approval.domain.agency_names import name_key
from approval.domain.audit_event import EventType
from approval.domain.commands import BlocAgency, CreateBloc
from approval.domain.errors import InvalidInputError
from approval.domain.hidden_characters import refuse_hidden
from approval.domain.pledge_text import to_nfc
from approval.models.agency import Agency
from approval.models.bloc import Bloc, BlocMember
from approval.services.administrator_only import require_administrator
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work

_FIELD_NAMES = {
    "name": ("Tên khối", "The bloc's name"),
    "short_name": ("Tên viết tắt của khối", "The bloc's short name"),
    "superior": ("Tên cơ quan cấp trên", "The superior body"),
    "place": ("Địa danh", "The place"),
    "agencies": ("Tên đầy đủ, tên viết tắt của từng cơ quan", "Each name of an agency"),
}


def create_bloc(command: CreateBloc) -> int:
    """Store the bloc and return its id; agencies that exist under this name already are taken as they are.

    Raises InvalidInputError for a name that is taken or an agency named twice, NotAllowedError for everybody but an
    administrator.
    """
    require_administrator(command.actor)
    _check_words(command)
    _refuse_twins(command)
    with unit_of_work() as uow:
        _refuse_known_name(uow, command)
        bloc = Bloc(
            name=_clean(command.name),
            short_name=_clean(command.short_name),
            superior=_clean(command.superior),
            place=_clean(command.place),
        )
        uow.session.add(bloc)
        uow.session.flush()
        members = [_member(uow, agency) for agency in command.agencies]
        for position, agency_id in enumerate(members, start=1):
            uow.session.add(BlocMember(bloc_id=bloc.id, agency_id=agency_id, position=position))
        bloc.lead_agency_id = members[0]
        data = {"bloc": bloc.id, "name": bloc.name, "agencies": members}
        uow.record(EventDraft(type=EventType.BLOC_CREATED, actor=command.actor, data=data))
        return bloc.id


def _check_words(command: CreateBloc) -> None:
    """The columns' lengths: PostgreSQL would refuse longer words without saying so to people."""
    words = [
        ("name", command.name, 300),
        ("short_name", command.short_name, 60),
        ("superior", command.superior, 300),
        ("place", command.place, 100),
    ]
    words += [("agencies", agency.name, 300) for agency in command.agencies]
    words += [("agencies", agency.short_name, 40) for agency in command.agencies]
    for field, text, longest in words:
        clean = _clean(text)
        refuse_hidden(clean, field=field, label=f"ô {_FIELD_NAMES[field][0]}", code="bloc-words")
        if not 0 < len(clean) <= longest:
            raise _unusable_words(field, longest)


def _unusable_words(field: str, longest: int) -> InvalidInputError:
    vi, en = _FIELD_NAMES[field]
    return InvalidInputError(
        "bloc-words",
        f"{vi} cần có từ 1 đến {longest} ký tự, không có ký tự điều khiển; hãy sửa lại.",
        f"{en} needs 1 to {longest} characters and no control characters; correct it.",
        field=field,
    )


def _refuse_twins(command: CreateBloc) -> None:
    names = {name_key(_clean(agency.name)) for agency in command.agencies}
    if not command.agencies or len(names) < len(command.agencies):
        raise InvalidInputError(
            "bloc-agencies",
            "Khối cần có ít nhất một cơ quan và không cơ quan nào được nêu hai lần; hãy kiểm tra danh sách.",
            "A bloc needs at least one agency and none twice; check the list.",
            field="agencies",
        )


def _refuse_known_name(uow: UnitOfWork, command: CreateBloc) -> None:
    if uow.session.scalar(select(Bloc.id).where(Bloc.name == _clean(command.name))) is not None:
        raise InvalidInputError(
            "bloc-exists",
            "Đã có khối thi đua mang tên này; hãy chọn tên khác.",
            "There is a bloc of this name already; choose another name.",
            field="name",
        )


def _member(uow: UnitOfWork, agency: BlocAgency) -> int:
    known = uow.session.scalar(select(Agency.id).where(Agency.name == _clean(agency.name)))
    if known is not None:
        return known
    if uow.session.scalar(select(Agency.id).where(Agency.short_name == _clean(agency.short_name))) is not None:
        raise InvalidInputError(
            "agency-short-name-taken",
            f"Tên viết tắt “{_clean(agency.short_name)}” đã dùng cho cơ quan khác; hãy chọn tên viết tắt khác.",
            f"The short name “{_clean(agency.short_name)}” belongs to another agency; choose another one.",
            field="agencies",
        )
    row = Agency(name=_clean(agency.name), short_name=_clean(agency.short_name))
    uow.session.add(row)
    uow.session.flush()
    return row.id


def _clean(words: str) -> str:
    return " ".join(to_nfc(words).split())
