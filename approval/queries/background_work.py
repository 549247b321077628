"""Whether the work in the background goes on: beat, worker and mail, each in a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from approval.domain.working_calendar import WorkingCalendar
from approval.models.heartbeat import Heartbeat
from approval.models.outbox_message import OutboxMessage
from approval.models.reminder import Reminder

# A sweep comes every few seconds and leaves its mark every fifteen: two minutes of silence are no accident.
LATE = timedelta(minutes=2)
_SWEEP, _RELAY, _FINALISE = "sweep", "relay", "finalise"


@dataclass(frozen=True, slots=True)
class HealthItem:
    """One thing looked at; `words` is a Vietnamese sentence. `counts` False: told, but no reason to restart the web."""

    name: str
    ok: bool
    words: str
    counts: bool = True


# How many messages nobody has taken from the queue; None when the broker does not answer.
CountWaiting = Callable[[], int | None]


def check_background(
    session: Session, *, now: datetime, calendar: WorkingCalendar | None, count_waiting: CountWaiting
) -> tuple[HealthItem, ...]:
    """Beat, mail and worker. `calendar` is None where mail leaves at any hour; aware `now`.

    The broker is asked only when everything is silent: by what lies in its queue the dead part is known.
    """
    seen = {row.name: row.seen_at for row in session.scalars(select(Heartbeat))}
    silent = bool(seen) and all(now - at > LATE for at in seen.values())
    advice = _who_died(count_waiting()) if silent else ""
    return (
        _beat(session, seen, now, calendar, advice),
        _mail(session, now),
        _worker(session, seen, now, calendar, advice),
    )


def _who_died(waiting: int | None) -> str:
    if waiting is None:
        return "hàng đợi (broker) không trả lời: khởi động lại broker, beat và worker tự nối lại"
    if waiting == 0:
        return "hàng đợi không có lượt mới nên beat đã dừng: khởi động lại beat"
    return f"{waiting:02d} lượt nằm trong hàng đợi không ai nhận nên worker đã dừng hoặc kẹt: khởi động lại worker"


def _beat(
    session: Session, seen: dict[str, datetime], now: datetime, calendar: WorkingCalendar | None, advice: str
) -> HealthItem:
    last = seen.get(_SWEEP)
    if last is not None and now - last > LATE:
        # Without advice someone else is alive: beat, broker and worker are there and only this sweep fails.
        todo = advice or "xem nhật ký của worker"
        return _bad("beat", f"Lượt quét thư nhắc gần nhất cách đây {_ago(now - last)}; {todo}.")
    due = session.scalar(select(func.min(Reminder.due_at)).where(Reminder.outcome.is_(None), Reminder.due_at <= now))
    since = _ready(due, calendar)
    if since is not None and now - since > LATE:
        return _bad("beat", f"Có thư nhắc đến hạn chờ {_ago(now - since)} chưa được quét; kiểm tra beat và worker.")
    return _good("beat", "Lịch nhắc được quét đều.")


def _worker(
    session: Session, seen: dict[str, datetime], now: datetime, calendar: WorkingCalendar | None, advice: str
) -> HealthItem:
    """Known by its heartbeats, and by its work: the oldest ready row that nobody has tried and nobody holds."""
    since = _oldest_untouched(session, now, calendar)
    if since is not None and now - since > LATE:
        return _bad("worker", f"Có việc đến hạn chờ {_ago(now - since)}; {advice or 'kiểm tra tiến trình worker'}.")
    for name, what, cause in (
        (_RELAY, "gửi thư", "máy chủ thư có thể trả lời chậm, xem nhật ký của worker"),
        (_FINALISE, "hoàn thiện văn bản", "xem nhật ký của worker"),
    ):
        last = seen.get(name)
        if last is not None and now - last > LATE:
            return _bad("worker", f"Phần {what} im lặng đã {_ago(now - last)}; {advice or cause}.")
    return _good("worker", "Không có việc tồn đọng.")


def _mail(session: Session, now: datetime) -> HealthItem:
    failing = select(OutboxMessage).where(
        OutboxMessage.topic == "mail",
        OutboxMessage.closed_at.is_(None),
        OutboxMessage.attempts > 1,
        OutboxMessage.last_error != "",
        OutboxMessage.due_at < now - LATE,
    )
    count = session.scalar(select(func.count()).select_from(failing.subquery())) or 0
    if not count:
        return _good("mail", "Thư gửi đi bình thường.")
    return _bad(
        "mail", f"{count:02d} thư chưa gửi được; kiểm tra máy chủ thư, xem nguyên nhân ở Quản trị, mục Việc treo."
    )


def ready_since(message: OutboxMessage, calendar: WorkingCalendar | None) -> datetime:
    """When a row could first be worked on: at its due time, a mail nobody waits for in the next mail hours."""
    if message.topic != "mail" or message.waited_for or calendar is None:
        return message.due_at
    return calendar.next_mail_time(message.due_at)


def _oldest_untouched(session: Session, now: datetime, calendar: WorkingCalendar | None) -> datetime | None:
    waits_for_hours = (OutboxMessage.topic == "mail") & OutboxMessage.waited_for.is_(False)
    at_any_hour = _oldest(session, now, ~waits_for_hours)
    in_hours = _ready(_oldest(session, now, waits_for_hours), calendar)
    return min((moment for moment in (at_any_hour, in_hours) if moment is not None), default=None)


def _oldest(session: Session, now: datetime, condition: ColumnElement[bool]) -> datetime | None:
    return session.scalar(
        select(func.min(OutboxMessage.due_at)).where(
            OutboxMessage.closed_at.is_(None),
            OutboxMessage.attempts == 0,
            or_(OutboxMessage.lease_until.is_(None), OutboxMessage.lease_until < now),
            condition,
        )
    )


def _ready(due: datetime | None, calendar: WorkingCalendar | None) -> datetime | None:
    return calendar.next_mail_time(due) if due is not None and calendar is not None else due


def _ago(span: timedelta) -> str:
    if span < timedelta(hours=1):
        return f"{span // timedelta(minutes=1)} phút"
    return f"{span // timedelta(hours=1)} giờ" if span < timedelta(days=2) else f"{span.days} ngày"


def _good(name: str, words: str) -> HealthItem:
    return HealthItem(name, ok=True, words=words, counts=False)


def _bad(name: str, words: str) -> HealthItem:
    return HealthItem(name, ok=False, words=words, counts=False)
