"""Whom to tell when an agency stays silent."""

from __future__ import annotations

from approval.domain.audit_event import EventType
from approval.domain.errors import InvalidInputError, NotFoundError
from approval.domain.hidden_characters import refuse_hidden
from approval.domain.pledge_text import to_nfc
from approval.domain.reminder_commands import SetSuperior
from approval.models.agency import Agency
from approval.models.agency_superior import AgencySuperior
from approval.services.account_words import clean_address
from approval.services.administrator_only import require_administrator
from approval.services.already_done import already_done
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work

_LONGEST_WORDS = 200


def set_superior(command: SetSuperior) -> None:
    """Store or, with an empty address, remove the entry. The history names the agency only, never an address.

    Raises InvalidInputError (`name`, `title`, `address`), AlreadyDoneError when the same is set, NotFoundError,
    NotAllowedError.
    """
    require_administrator(command.actor)
    wanted = _wanted(command)
    with unit_of_work() as uow:
        before = uow.session.get(AgencySuperior, command.agency_id)
        _check(uow, command, before, wanted)
        if before is not None:
            uow.session.delete(before)
            uow.session.flush()
        if wanted is not None:
            name, title, address = wanted
            uow.session.add(
                AgencySuperior(
                    agency_id=command.agency_id,
                    name=name,
                    title=title,
                    address=address,
                    set_by=command.actor.person_id or 0,
                    set_at=uow.now,
                )
            )
        data = {"agency": command.agency_id, "named": wanted is not None}
        uow.record(EventDraft(type=EventType.SUPERIOR_SET, actor=command.actor, data=data))


def _wanted(command: SetSuperior) -> tuple[str, str, str] | None:
    """Name, title and address, cleaned; None to remove."""
    if not command.address.strip():
        return None
    name = _words(command.name, field="name", label="Họ tên", required=True)
    title = _words(command.title, field="title", label="Chức vụ", required=False)
    try:
        return name, title, clean_address(command.address)
    except InvalidInputError as error:
        raise InvalidInputError(error.code, error.vi, error.en, field="address") from error


def _words(raw: str, *, field: str, label: str, required: bool) -> str:
    words = " ".join(to_nfc(raw).split())
    refuse_hidden(words, field=field, label=f"ô {label}", code="superior-words")
    if len(words) > _LONGEST_WORDS or (required and not words):
        raise InvalidInputError(
            "superior-words",
            f"{label} của cấp trên cần có từ 1 đến {_LONGEST_WORDS} ký tự; hãy sửa rồi lưu lại.",
            f"The superior's {field} needs 1 to {_LONGEST_WORDS} characters; correct it and save again.",
            field=field,
        )
    return words


def _check(
    uow: UnitOfWork, command: SetSuperior, before: AgencySuperior | None, wanted: tuple[str, str, str] | None
) -> None:
    if uow.session.get(Agency, command.agency_id) is None:
        raise NotFoundError(
            "agency-not-found",
            "Không tìm thấy cơ quan này. Mở lại trang Quản trị và chọn lại.",
            "No such agency. Open the administration page again and choose once more.",
        )
    if wanted is None and before is None:
        raise InvalidInputError(
            "superior-address",
            "Cơ quan này chưa có cấp trên nào được ghi; hãy nhập địa chỉ thư của người cần báo.",
            "No superior is named for this agency; enter the mail address of the person to tell.",
            field="address",
        )
    if before is not None and wanted == (before.name, before.title, before.address):
        raise already_done(
            "superior-same", "ghi cấp trên này của cơ quan", "named this superior", done_at=before.set_at
        )
