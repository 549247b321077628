"""Finds and locks the account that an administrator wants to change."""

from __future__ import annotations

from approval.domain.errors import NotFoundError
from approval.models.person import Person
from approval.services.unit_of_work import UnitOfWork


def lock_account_row(uow: UnitOfWork, person_id: int) -> Person:
    """The person with fresh values, row locked. Raises NotFoundError."""
    person = uow.session.get(Person, person_id, with_for_update=True, populate_existing=True)
    if person is None:
        raise account_not_found()
    return person


def account_not_found() -> NotFoundError:
    """There is no account with this number."""
    return NotFoundError(
        "account-not-found",
        "Không có tài khoản này. Tải lại danh sách rồi chọn lại.",
        "There is no such account. Reload the list and choose again.",
    )
