"""Whether this instance can do its work: database, disk, and the work in the background."""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from approval.models.outbox_message import OutboxMessage
from approval.queries.background_work import CountWaiting, HealthItem, check_background
from approval.queries.calendar_days import load_calendar

_LEAST_FREE_BYTES = 50 * 1024 * 1024
_UNKNOWN = tuple(HealthItem(name, ok=False, words="chưa rõ", counts=False) for name in ("beat", "mail", "worker"))


def check_health(
    session: Session, *, data_dir: Path, now: datetime, count_waiting: CountWaiting, quiet_hours: bool = False
) -> tuple[HealthItem, ...]:
    """Database, disk, beat, mail and worker. Never raises for what it looks for."""
    database = _database(session)
    if not database.ok:
        return database, _disk(data_dir), *_UNKNOWN
    calendar = load_calendar(session) if quiet_hours else None
    background = check_background(session, now=now, calendar=calendar, count_waiting=count_waiting)
    return database, _disk(data_dir), *background


def _database(session: Session) -> HealthItem:
    try:
        session.execute(text("SELECT 1"))
        session.execute(select(func.count()).select_from(OutboxMessage).limit(1))
    except SQLAlchemyError:
        session.rollback()
        return HealthItem("database", ok=False, words="Không đọc được cơ sở dữ liệu; kiểm tra máy chủ và chạy migrate.")
    return HealthItem("database", ok=True, words="Đọc được cơ sở dữ liệu.")


def _disk(data_dir: Path) -> HealthItem:
    probe = data_dir / f".health-{secrets.token_hex(6)}"
    try:
        probe.write_bytes(b"ok")
        probe.unlink()
        free = os.statvfs(data_dir)
    except OSError:
        return HealthItem("disk", ok=False, words="Không ghi được vào thư mục dữ liệu; kiểm tra quyền và đĩa.")
    if free.f_bavail * free.f_frsize < _LEAST_FREE_BYTES:
        return HealthItem("disk", ok=False, words="Đĩa gần đầy; cần ít nhất 50 MB trống.")
    return HealthItem("disk", ok=True, words="Ghi được vào thư mục dữ liệu.")
