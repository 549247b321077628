"""Reading form fields: whole numbers, Vietnamese dates, and text composed at the edge."""

from __future__ import annotations

import re
from datetime import datetime

from flask import request

from approval.adapters.clock import VIETNAM
from approval.domain.errors import InvalidInputError
from approval.domain.pledge_text import to_nfc
from approval.extensions import parts

_MOMENT = re.compile(r"(?:(\d{1,2}):(\d{2})\s+)?(\d{1,2})/(\d{1,2})/(\d{4})(?:\s+(\d{1,2}):(\d{2}))?")
_EXAMPLES = {"day": "15", "month": "5", "year": "2024"}
_LATEST_HOUR, _LATEST_MINUTE = 17, 0
_LONGEST_WAIT_YEARS = 2


def text_field(name: str) -> str:
    """The field's text: NFC, Unix line ends, without outer white space; "" when missing."""
    return to_nfc(request.form.get(name, "")).replace("\r\n", "\n").replace("\r", "\n").strip()


def line_field(name: str) -> str:
    """The field's text on one line."""
    return " ".join(text_field(name).split())


def number_field(name: str) -> int:
    """A whole number from a hidden field. Raises InvalidInputError when the form was damaged."""
    raw = request.form.get(name, "")
    if not re.fullmatch(r"\d{1,9}", raw):
        raise InvalidInputError(
            "form-damaged",
            "Biểu mẫu gửi lên thiếu thông tin. Tải lại trang rồi gửi lại.",
            "The form is incomplete. Reload the page and send it again.",
            field=name,
        )
    return int(raw)


def optional_number_field(name: str, label: str) -> int | None:
    """A whole number a person typed, None when left blank. Raises InvalidInputError naming the field."""
    return whole_number(line_field(name), name, label)


def whole_number(raw: str, name: str, label: str) -> int | None:
    """The same for words already read."""
    if not raw:
        return None
    if not re.fullmatch(r"\d{1,4}", raw):
        raise InvalidInputError(
            "number-expected",
            f"{label} phải là số, ví dụ {_EXAMPLES.get(name, '5')}. Sửa lại rồi gửi.",
            f"Field {name} must be a number. Correct it and send again.",
            field=name,
        )
    return int(raw)


def deadline_field(name: str) -> datetime:
    """A moment typed as `dd/mm/yyyy` or `17:00 dd/mm/yyyy`, Vietnam time (17:00 when no hour is given); aware.

    Raises InvalidInputError for anything else, and for a year far away.
    """
    match = _MOMENT.fullmatch(line_field(name))
    if match is None:
        raise _bad_deadline(name)
    if int(match[5]) > parts().clock.now().year + _LONGEST_WAIT_YEARS:
        # 20/5/20244 is a slip of the finger, and the calendar of holidays ends somewhere.
        raise _far_deadline(name)
    hour, minute, day, month, year, late_hour, late_minute = match.groups()
    try:
        return datetime(
            int(year),
            int(month),
            int(day),
            int(hour or late_hour or _LATEST_HOUR),
            int(minute or late_minute or _LATEST_MINUTE),
            tzinfo=VIETNAM,
        )
    except ValueError:
        raise _no_such_moment(name, match.group()) from None


def _far_deadline(name: str) -> InvalidInputError:
    return InvalidInputError(
        "deadline-too-far",
        f"Hạn quá xa (quá {_LONGEST_WAIT_YEARS} năm). Kiểm tra lại năm rồi gửi.",
        f"The deadline is more than {_LONGEST_WAIT_YEARS} years away. Check the year and send again.",
        field=name,
    )


def _no_such_moment(name: str, typed: str) -> InvalidInputError:
    return InvalidInputError(
        "deadline-not-in-calendar",
        f"Hạn {typed} không có trên lịch. Kiểm tra lại ngày, giờ rồi gửi.",
        f"There is no {typed} in the calendar. Check day and hour and send again.",
        field=name,
    )


def _bad_deadline(name: str) -> InvalidInputError:
    return InvalidInputError(
        "deadline-unreadable",
        "Hạn phải ghi theo mẫu 17:00 20/5/2024. Sửa lại rồi gửi.",
        "Write the deadline as 17:00 20/5/2024 and send again.",
        field=name,
    )
