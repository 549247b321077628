"""What an account is called and where its mail goes, checked alike when it is made and when it is changed."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select

from approval.domain.errors import InvalidInputError
from approval.domain.hidden_characters import refuse_hidden
from approval.domain.pledge_text import to_nfc
from approval.models.person import Person
from approval.services.unit_of_work import UnitOfWork

_LONGEST_NAME = 200


def clean_address(raw: str) -> str:
    """The address in the one spelling accounts are found by: small letters, the host's name as DNS has it.

    Raises InvalidInputError, also for an address that only servers with SMTPUTF8 (RFC 6531) take: few offices have one,
    and mail to it would never leave.
    """
    try:
        # Deliverability is the mail server's to judge; names like ".example" must work in tests and demos.
        address = validate_email(
            to_nfc(raw).strip(), check_deliverability=False, test_environment=True, allow_smtputf8=False
        )
    except EmailNotValidError as error:
        raise InvalidInputError(
            "email-invalid",
            "Địa chỉ thư không đúng; hãy kiểm tra lại (chữ không dấu), ví dụ “van.thu@soyte.gov.vn”.",
            "The mail address is not valid; check it (plain letters without marks).",
            field="email",
        ) from error
    return (address.ascii_email or address.normalized).lower()


def clean_display_name(raw: str) -> str:
    """The name on one line, composed. Raises InvalidInputError."""
    name = " ".join(to_nfc(raw).split())
    refuse_hidden(name, field="display_name", label="tên hiển thị", code="name-length")
    if not 0 < len(name) <= _LONGEST_NAME:
        raise InvalidInputError(
            "name-length",
            f"Tên hiển thị cần có từ 1 đến {_LONGEST_NAME} ký tự, không có ký tự điều khiển; hãy sửa lại.",
            f"The displayed name needs 1 to {_LONGEST_NAME} characters and no control characters; correct it.",
            field="display_name",
        )
    return name


def refuse_known_address(uow: UnitOfWork, email: str) -> None:
    """Raise InvalidInputError when an account has this address."""
    if uow.session.scalar(select(Person.id).where(Person.email == email)) is not None:
        raise InvalidInputError(
            "email-taken",
            "Đã có tài khoản dùng địa chỉ thư này; hãy dùng địa chỉ khác.",
            "There is an account with this address already; use another one.",
            field="email",
        )
