"""The administrator's word about one day: offices work, are closed, or what the public calendar says."""

from __future__ import annotations

from sqlalchemy import select

from approval.domain.audit_event import EventType
from approval.domain.errors import InvalidInputError
from approval.domain.hidden_characters import refuse_hidden
from approval.domain.pledge_text import to_nfc
from approval.domain.reminder_commands import SetCalendarDay
from approval.domain.states import State
from approval.domain.vietnam_time import in_vietnam
from approval.models.calendar_day import CalendarDay
from approval.models.pledge import Pledge
from approval.services.administrator_only import require_administrator
from approval.services.already_done import already_done
from approval.services.reminder_plans import replan
from approval.services.reminder_standing import require_open_stage
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work

_LONGEST_NOTE = 200


def set_calendar_day(command: SetCalendarDay) -> None:
    """Store or remove the entry; reminders of every open stage are planned anew by the new calendar.

    Raises InvalidInputError (day, note), AlreadyDoneError when the same is set, NotAllowedError.
    """
    require_administrator(command.actor)
    note = _note(command)
    with unit_of_work() as uow:
        before = uow.session.get(CalendarDay, command.day)
        _refuse_what_changes_nothing(uow, command, before, note)
        _store(uow, command, before, note)
        _replan_everything(uow)
        data = {
            "day": command.day.isoformat(),
            "from": None if before is None else before.works,
            "to": command.works,
            "note": note,
        }
        uow.record(EventDraft(type=EventType.CALENDAR_DAY_SET, actor=command.actor, data=data))


def _note(command: SetCalendarDay) -> str:
    note = " ".join(to_nfc(command.note).split())
    if command.works is None:
        return ""
    refuse_hidden(note, field="note", label="ô Lý do", code="calendar-note")
    if not 0 < len(note) <= _LONGEST_NOTE:
        raise InvalidInputError(
            "calendar-note",
            f"Lý do cần có từ 1 đến {_LONGEST_NOTE} ký tự, ví dụ “Làm bù ngày 30/4”; hãy ghi rồi lưu lại.",
            f"The reason needs 1 to {_LONGEST_NOTE} characters; give one and save again.",
            field="note",
        )
    return note


def _refuse_what_changes_nothing(
    uow: UnitOfWork, command: SetCalendarDay, before: CalendarDay | None, note: str
) -> None:
    if command.works is None and before is None:
        raise InvalidInputError(
            "calendar-day-not-set",
            "Ngày này không có trong danh sách của Quản trị; lịch chung của Nhà nước đang được dùng.",
            "This day is not on the administrator's list; the public calendar holds.",
            field="day",
        )
    if command.works is not None and command.day < in_vietnam(uow.now).date():
        raise InvalidInputError(
            "calendar-day-past",
            "Ngày này đã qua nên không đổi được lịch nhắc nữa; hãy chọn ngày từ hôm nay trở đi.",
            "This day is over, so it changes no reminder any more; choose today or later.",
            field="day",
        )
    if before is not None and (before.works, before.note) == (command.works, note):
        raise already_done("calendar-day-same", "đặt ngày này", "set this day", done_at=before.set_at)


def _store(uow: UnitOfWork, command: SetCalendarDay, before: CalendarDay | None, note: str) -> None:
    if before is not None:
        uow.session.delete(before)
        uow.session.flush()
    if command.works is not None:
        uow.session.add(
            CalendarDay(
                day=command.day,
                works=command.works,
                note=note,
                set_by=command.actor.person_id or 0,
                set_at=uow.now,
            )
        )
    uow.session.flush()


def _replan_everything(uow: UnitOfWork) -> None:
    """In one order, so that two of these never wait for each other."""
    asked = select(Pledge.id).where(Pledge.state.in_((State.IN_REVIEW, State.SIGNING))).order_by(Pledge.id)
    for pledge_id in uow.session.scalars(asked).all():
        pledge = uow.lock_pledge(pledge_id)
        replan(uow, pledge, require_open_stage(pledge))
