"""Notes that a mail which a server had taken came back: a delivery report names it, and nobody is asked again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from approval.adapters.delivery_report import DeliveryReport, read_report
from approval.adapters.return_path import outbox_id_of
from approval.domain.audit_event import EventType
from approval.domain.errors import InvalidInputError, NotFoundError
from approval.domain.states import Role
from approval.extensions import parts
from approval.models.delivery_event import DeliveryStep
from approval.models.outbox_message import OutboxMessage
from approval.models.person import Person
from approval.services.already_done import already_done
from approval.services.delivery_record import add_step
from approval.services.mail_closing import close_mail, mail_event
from approval.services.unit_of_work import UnitOfWork, unit_of_work

_CAN_COME_BACK = frozenset({"sent", "uncertain"})
_OF_COPY = "bản sao: "
_CAUSE = "Thư đã gửi nhưng bị trả lại. Kiểm tra địa chỉ người nhận rồi chọn Gửi lại. Máy chủ thư báo: "


@dataclass(frozen=True, slots=True)
class RecordBounce:
    """`report` as the mail server wrote it; `recipient` is the address it was delivered to, when that is known."""

    report: bytes
    recipient: str = ""


def record_bounce(command: RecordBounce) -> int:
    """Close the mail as bounced and return its outbox id. A copy that came back changes nothing for the recipient.

    Raises InvalidInputError for what is no report, or one that gives nobody up; NotFoundError for a mail that is not
    ours or was never handed over; AlreadyDoneError for a second report.
    """
    report = read_report(command.report)
    if not report.failed:
        raise InvalidInputError(
            "delivery-not-given-up",
            "Báo cáo này chỉ nói thư đến chậm hoặc đã đến. Không cần làm gì.",
            "This report says that the mail is late or has arrived. Nothing to do.",
            field="report",
        )
    with unit_of_work() as uow:
        row = _named(uow, report, command.recipient)
        if row is not None and row.outcome == "bounced" and row.closed_at is not None:
            raise already_done("mail-already-bounced", "ghi báo cáo này", "recorded this report", done_at=row.closed_at)
        if row is None or row.outcome not in _CAN_COME_BACK:
            raise _unknown()
        of_copy = _is_about_copies(uow, row, report)
        if not of_copy:
            close_mail(uow, row, outcome="bounced", note=report.words)
            row.last_error = _CAUSE + report.words
        add_step(uow, row.id, DeliveryStep.BOUNCED, f"{_OF_COPY}{report.words}" if of_copy else report.words)
        uow.record(mail_event(EventType.MAIL_BOUNCED, row, {"status": report.status, "copy": of_copy}))
        return row.id


def _is_about_copies(uow: UnitOfWork, row: OutboxMessage, report: DeliveryReport) -> bool:
    """Only coordinators get copies. A server on the way may know the recipient by a name that we do not."""
    recipient = row.to_address
    if row.person_id is not None:
        recipient = uow.session.get_one(Person, row.person_id).email
    query = select(Person.email).where(Person.role == Role.COORDINATOR, Person.email != recipient)
    return bool(report.failed_for) and report.failed_for <= set(uow.session.scalars(query))


def _named(uow: UnitOfWork, report: DeliveryReport, recipient: str) -> OutboxMessage | None:
    """By the return path, which only we can make; where no bounce mailbox is set up, by the returned Message-ID."""
    settings = parts().settings
    query = select(OutboxMessage).where(OutboxMessage.topic == "mail")
    if settings.bounce_mailbox:
        ids = (outbox_id_of(one, secret=settings.secret_key) for one in (recipient, *report.arrived_at))
        query = query.where(OutboxMessage.id == next((one for one in ids if one is not None), None))
    else:
        query = query.where(OutboxMessage.message_id == report.message_id)
    locked = query.with_for_update().execution_options(populate_existing=True)
    return uow.session.execute(locked).scalar_one_or_none()


def _unknown() -> NotFoundError:
    return NotFoundError(
        "bounced-mail-unknown",
        "Báo cáo không ứng với thư nào mà hệ thống đã gửi. Không có gì được ghi.",
        "The report fits no mail that was sent from here. Nothing was recorded.",
    )
