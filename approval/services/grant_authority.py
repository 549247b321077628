"""Record that a person may sign for the head of an agency (KT., Q., TUQ.) or as its head."""

from __future__ import annotations

from sqlalchemy import select

from approval.adapters.typeset_authority import check_authority_fits
from approval.domain.audit_event import EventType
from approval.domain.authority import authority_lines
from approval.domain.commands import GrantAuthority
from approval.domain.errors import InvalidInputError, NotFoundError
from approval.domain.hidden_characters import refuse_hidden
from approval.domain.pledge_text import to_nfc
from approval.domain.states import AuthorityKind, Role
from approval.models.person import Person
from approval.models.signing_authority import SigningAuthority
from approval.services.administrator_only import require_administrator
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work

_LONGEST_TITLE = 200
_LONGEST_REFERENCE = 300


def grant_authority(command: GrantAuthority) -> int:
    """Store the authority and return its id.

    Raises NotAllowedError unless an administrator asks, NotFoundError for somebody who represents no agency, and
    InvalidInputError: no title, TUQ. without its document (NĐ 30/2020 demands a written mandate), a period that ends
    before it begins, or a second authority of the same kind.
    """
    require_administrator(command.actor)
    _check_words(command)
    with unit_of_work() as uow:
        person = _lock_representative(uow, command.person_id)
        check_authority_fits(authority_lines(command.kind, command.position_title), person.display_name)
        _refuse_second(uow, command)
        authority_id = add_authority(uow, command, agency_id=person.agency_id or 0)
        uow.record(
            EventDraft(
                type=EventType.AUTHORITY_GRANTED,
                actor=command.actor,
                data={
                    "authority": authority_id,
                    "person": command.person_id,
                    "kind": command.kind.value,
                    "lines": list(authority_lines(command.kind, command.position_title)),
                    "document": to_nfc(command.document_reference),
                    "valid_from": command.valid_from.isoformat(),
                    "valid_to": command.valid_to.isoformat() if command.valid_to else None,
                },
            )
        )
    return authority_id


def add_authority(uow: UnitOfWork, command: GrantAuthority, *, agency_id: int) -> int:
    """The row alone, inside the caller's unit of work; returns its id."""
    row = SigningAuthority(
        person_id=command.person_id,
        agency_id=agency_id,
        kind=command.kind.value,
        position_title=_clean(command.position_title),
        document_reference=_clean(command.document_reference),
        valid_from=command.valid_from,
        valid_to=command.valid_to,
    )
    uow.session.add(row)
    uow.session.flush()
    return row.id


def _check_words(command: GrantAuthority) -> None:
    authority_lines(command.kind, command.position_title)
    if command.kind is AuthorityKind.TUQ and not _clean(command.document_reference):
        raise InvalidInputError(
            "mandate-document-missing",
            "Thừa ủy quyền (TUQ.) phải có văn bản ủy quyền. Ghi số, ngày của văn bản đó.",
            "A mandate (TUQ.) needs its written document. Give its number and date.",
            field="document_reference",
        )
    if command.valid_to is not None and command.valid_to <= command.valid_from:
        raise InvalidInputError(
            "period-backwards",
            "Ngày kết thúc phải sau ngày bắt đầu. Kiểm tra lại thời hạn.",
            "The period must end after it begins. Check the dates.",
            field="valid_to",
        )
    check_lengths(command.position_title, command.document_reference)


def check_lengths(position_title: str, document_reference: str) -> None:
    """Raise InvalidInputError for words longer than their columns or with hidden characters: stamps print them."""
    for words, longest, field, label in (
        (position_title, _LONGEST_TITLE, "position_title", "ô chức vụ"),
        (document_reference, _LONGEST_REFERENCE, "document_reference", "ô văn bản ủy quyền"),
    ):
        refuse_hidden(_clean(words), field=field, label=label)
        if len(_clean(words)) > longest:
            raise InvalidInputError(
                "words-too-long",
                f"Chức vụ tối đa {_LONGEST_TITLE} ký tự, văn bản tối đa {_LONGEST_REFERENCE} ký tự. "
                "Rút gọn rồi lưu lại.",
                f"Title at most {_LONGEST_TITLE} characters, document at most {_LONGEST_REFERENCE}. Shorten them.",
                field=field,
            )


def _lock_representative(uow: UnitOfWork, person_id: int) -> Person:
    query = select(Person).where(Person.id == person_id, Person.active, Person.role == Role.REPRESENTATIVE.value)
    person = uow.session.execute(query.with_for_update()).scalar_one_or_none()
    if person is None:
        raise NotFoundError(
            "representative-not-found",
            "Không có đại diện cơ quan nào với mã này. Chọn lại người trong danh sách.",
            "There is no such representative. Choose one from the list.",
        )
    return person


def _refuse_second(uow: UnitOfWork, command: GrantAuthority) -> None:
    query = select(SigningAuthority.id).where(
        SigningAuthority.person_id == command.person_id,
        SigningAuthority.kind == command.kind.value,
        SigningAuthority.revoked_at.is_(None),
    )
    if uow.session.execute(query).scalar_one_or_none() is not None:
        raise InvalidInputError(
            "authority-exists",
            "Người này đã có thẩm quyền cùng loại. Thu hồi thẩm quyền cũ trước khi ghi thẩm quyền mới.",
            "This person already has an authority of this kind. Revoke the old one before recording a new one.",
            field="kind",
        )


def _clean(words: str) -> str:
    return " ".join(to_nfc(words).split())
