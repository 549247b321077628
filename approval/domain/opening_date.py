"""Which date line may be printed when signing opens: the coordinator may complete or blank parts, never change one."""

from __future__ import annotations

import datetime as dt

from approval.domain.date_line import DatePart, blank_parts, can_fall_in, is_possible, render_date_line
from approval.domain.errors import InvalidInputError
from approval.domain.pledge_text import DateLine, DatePolicy


def check_opening_date(
    *,
    drafted: DateLine,
    printed: DateLine,
    policy: DatePolicy,
    place: str,
    today: dt.date,
    deadline_day: dt.date,
) -> None:
    """Refuse a date line that contradicts the agreed text, the calendar, or its own policy.

    With `filled_at_finalisation` the blank parts come from the last signature, so every day from `today` to
    `deadline_day` (Vietnam dates) must fit the parts that are printed. Raises InvalidInputError with `field`.
    """
    _check_parts(drafted, printed, place)
    if policy is DatePolicy.FIXED_AT_OPENING:
        _check_complete(printed, place)
    else:
        _check_fillable(printed, place, today, deadline_day)


def _check_parts(drafted: DateLine, printed: DateLine, place: str) -> None:
    for part in DatePart:
        before, after = getattr(drafted, part.value), getattr(printed, part.value)
        if before is not None and after is not None and before != after:
            raise InvalidInputError(
                "date-changed",
                f"Các cơ quan đã thống nhất “{render_date_line(place, drafted)}”; chỉ được điền phần còn trống hoặc "
                "để trống thêm, không được đổi. Mở lại dự thảo nếu cần ngày khác.",
                f"The parties agreed on “{render_date_line(place, drafted)}”; parts may be filled in or left blank, "
                "not changed. Reopen the draft if another date is needed.",
                field="date",
            )
    if not is_possible(printed):
        raise InvalidInputError(
            "date-impossible",
            f"“{render_date_line(place, printed)}” không có trong lịch. Kiểm tra lại ngày và tháng.",
            f"“{render_date_line(place, printed)}” is not in the calendar. Check day and month.",
            field="date",
        )


def _check_complete(printed: DateLine, place: str) -> None:
    if blank_parts(printed):
        raise InvalidInputError(
            "date-incomplete",
            f"Dòng “{render_date_line(place, printed)}” còn để trống. Ghi đủ ngày, tháng, năm hoặc chọn "
            "điền khi hoàn thiện.",
            f"“{render_date_line(place, printed)}” is incomplete. Give day, month and year, or have them filled in at "
            "the end.",
            field="date",
        )


def _check_fillable(printed: DateLine, place: str, today: dt.date, deadline_day: dt.date) -> None:
    line = render_date_line(place, printed)
    if not can_fall_in(printed, today):
        raise InvalidInputError(
            "date-cannot-fall",
            f"Hôm nay ({today:%d/%m/%Y}) không khớp với “{line}” nên không điền được khi hoàn thiện. Ghi sẵn một ngày "
            "cụ thể, hoặc để trống cả tháng và năm.",
            f"Today ({today.isoformat()}) does not fit “{line}”, so it could not be filled in at the end. Give a day "
            "now, or leave month and year blank as well.",
            field="date",
        )
    if not can_fall_in(printed, deadline_day):
        raise InvalidInputError(
            "deadline-beyond-date",
            f"Hạn ký {deadline_day:%d/%m/%Y} vượt ra ngoài “{line}”; người ký sau ngày đó sẽ không ký được. Chọn hạn "
            "sớm hơn, hoặc để trống cả tháng và năm.",
            f"The deadline {deadline_day.isoformat()} lies outside “{line}”; nobody could sign after that. Choose an "
            "earlier one, or leave month and year blank as well.",
            field="deadline",
        )
