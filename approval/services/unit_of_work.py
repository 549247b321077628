"""The only commit of the product: one change, one event of the history, one transaction, or nothing at all."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from approval.domain.errors import BusyError, NotFoundError
from approval.extensions import db, parts, sqlite_write_lock
from approval.models.pledge import Pledge
from approval.services.audit_log import EventDraft, append_event

__all__ = ["EventDraft", "UnitOfWork", "UnitOfWorkError", "housekeeping", "unit_of_work"]

_OPEN = "approval_unit_of_work_open"
_FOREVER = -1.0


class UnitOfWorkError(RuntimeError):
    """A service broke the rule "one change, one event"; nothing was stored."""


class UnitOfWork:
    """What a service works with: the session, the moment of the change, and its one event.

    Rows are added without ORM relationships, so flush a parent before adding a child that needs its id.
    """

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.now = now
        self._draft: EventDraft | None = None
        self._connection: Connection | None = None

    def ask(self, statement: Executable, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Run a statement on tables (no mapped classes) in this change, for what is done thousands of times.

        What the session has not flushed yet is not seen.
        """
        if self._connection is None:
            self._connection = self.session.connection()
        return self._connection.execute(statement, values)

    @property
    def draft(self) -> EventDraft | None:
        """The event recorded so far."""
        return self._draft

    def lock_pledge(self, pledge_id: uuid.UUID) -> Pledge:
        """The pledge with fresh values, locked until the end (first of all row locks). Raises NotFoundError."""
        query = select(Pledge).where(Pledge.id == pledge_id).with_for_update()
        pledge = self.session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
        if pledge is None:
            raise NotFoundError(
                "pledge-not-found",
                "Không tìm thấy văn bản này. Kiểm tra lại đường dẫn hoặc mở từ mục Việc cần xử lý.",
                "No such pledge. Check the address, or open it from your task list.",
            )
        return pledge

    def record(self, draft: EventDraft) -> None:
        """Name the event of this change; it is appended just before the commit. Raises UnitOfWorkError at a second."""
        if self._draft is not None:
            raise UnitOfWorkError(f"two events in one change: {self._draft.type} and {draft.type}")
        self._draft = draft


@contextmanager
def unit_of_work(*, patience: float | None = None) -> Iterator[UnitOfWork]:
    """Commit the block's changes with exactly one recorded event; roll everything back on any exception.

    Raises UnitOfWorkError when the block recorded no event, or when a unit of work is already open in this thread;
    with `patience` (seconds) BusyError when others kept a lock for longer than that.
    """
    with _write_transaction(patience) as uow:
        yield uow
        if uow.draft is None:
            raise UnitOfWorkError("a change must record exactly one event")
        uow.session.flush()
        append_event(uow.session, uow.draft, uow.now)


@contextmanager
def housekeeping() -> Iterator[UnitOfWork]:
    """Commit changes that are no part of the history (leases, counters, last seen); raises if an event is recorded."""
    with _write_transaction() as uow:
        yield uow
        if uow.draft is not None:
            raise UnitOfWorkError(f"housekeeping leaves no event, yet {uow.draft.type} was recorded")


@contextmanager
def _write_transaction(patience: float | None = None) -> Iterator[UnitOfWork]:
    session = db.session()
    if session.info.get(_OPEN):
        raise UnitOfWorkError("a unit of work is already open here; a service may not call another inside its own")
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    with _place_in_queue(patience) if on_sqlite else nullcontext():
        # The login loader has opened a read transaction; SQLite cannot turn that into a writing one.
        session.rollback()
        session.info[_OPEN] = True
        try:
            _begin(session, patience)
            yield UnitOfWork(session, parts().clock.now())
            session.commit()
        except OperationalError as error:
            session.rollback()
            if patience is None or not _is_lock_wait(error):
                raise
            raise _busy() from error
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop(_OPEN, None)


@contextmanager
def _place_in_queue(patience: float | None) -> Iterator[None]:
    """Writers of one process queue here: waiting in SQLite itself is a lottery with seconds of delay."""
    if not sqlite_write_lock.acquire(timeout=_FOREVER if patience is None else patience):
        raise _busy()
    try:
        yield
    finally:
        sqlite_write_lock.release()


def _begin(session: Session, patience: float | None) -> None:
    milliseconds = None if patience is None else int(patience * 1000)
    if session.get_bind().dialect.name == "sqlite":
        options = {"sqlite_begin": "IMMEDIATE", "sqlite_patience_ms": milliseconds}
        session.connection(execution_options=options)
    elif milliseconds is not None:
        session.execute(text(f"SET LOCAL lock_timeout = {milliseconds}"))


def _is_lock_wait(error: OperationalError) -> bool:
    """Whether a lock was not to be had: SQLite's "database is locked", PostgreSQL's 55P03."""
    return getattr(error.orig, "sqlstate", None) == "55P03" or "database is locked" in str(error.orig)


def _busy() -> BusyError:
    return BusyError(
        "writing-busy",
        "Hệ thống đang ghi nhiều việc khác, việc này chưa được ghi. Chờ ít giây rồi thử lại.",
        "Other work is being written and this was not recorded. Wait a few seconds and try again.",
    )
