"""Whether this instance can do its work: database, disk, and how far the worker is behind."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from approval.models.outbox_message import OutboxMessage

_LEAST_FREE_BYTES = 50 * 1024 * 1024
# A sweep comes every few seconds; nobody touching a due row for this long means that no worker is there.
_WORKER_LATE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class HealthItem:
    """One thing looked at; `words` is a Vietnamese sentence. `counts` False: told, but no reason to restart the web."""

    name: str
    ok: bool
    words: str
    counts: bool = True


def check_health(session: Session, *, data_dir: Path, now: datetime) -> tuple[HealthItem, ...]:
    """Database, disk and worker. Never raises for what it looks for."""
    database = _database(session)
    worker = _worker(session, now) if database.ok else HealthItem("worker", ok=False, words="chưa rõ", counts=False)
    return database, _disk(data_dir), worker


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


def _worker(session: Session, now: datetime) -> HealthItem:
    """Known by its work only: the oldest due row that nobody has tried and nobody holds."""
    oldest = session.scalar(
        select(func.min(OutboxMessage.due_at)).where(
            OutboxMessage.closed_at.is_(None),
            OutboxMessage.attempts == 0,
            (OutboxMessage.lease_until.is_(None)) | (OutboxMessage.lease_until < now),
        )
    )
    if oldest is not None and oldest < now - _WORKER_LATE:
        minutes = int((now - oldest).total_seconds() // 60)
        words = f"Có việc đến hạn chờ {minutes} phút; kiểm tra tiến trình worker."
        return HealthItem("worker", ok=False, words=words, counts=False)
    return HealthItem("worker", ok=True, words="Không có việc tồn đọng.", counts=False)
