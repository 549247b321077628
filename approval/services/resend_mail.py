"""Have a mail that failed for good, or whose fate is unknown, handed over once more under its old Message-ID."""

from __future__ import annotations

from sqlalchemy import select

from approval.domain.audit_event import EventType
from approval.domain.errors import NotFoundError, TransitionRefusedError
from approval.domain.reminder_commands import ResendMail
from approval.models.delivery_event import DeliveryEvent, DeliveryStep
from approval.models.outbox_message import OutboxMessage
from approval.services.administrator_only import require_administrator
from approval.services.already_done import already_done
from approval.services.delivery_record import add_step
from approval.services.mail_closing import mail_event
from approval.services.unit_of_work import UnitOfWork, unit_of_work

RESENDABLE = frozenset({"refused", "uncertain", "bounced"})


def resend_mail(command: ResendMail) -> None:
    """Open the row again; the worker asks once more whether the mail is due, and uses the address as it is then.

    Raises NotAllowedError unless an administrator asks, NotFoundError, AlreadyDoneError while the mail waits because
    of an earlier click, TransitionRefusedError when it was sent, skipped or waits anyway.
    """
    require_administrator(command.actor)
    with unit_of_work() as uow:
        row = _locked(uow, command.outbox_id)
        before = row.outcome
        if before not in RESENDABLE:
            _refuse(uow, row)
        row.outcome, row.closed_at, row.note = None, None, ""
        row.attempts, row.last_error, row.lease_until = 0, "", None
        row.due_at = uow.now
        add_step(uow, row.id, DeliveryStep.RESENT)
        uow.record(mail_event(EventType.MAIL_RESENT, row, {"before": before}, actor=command.actor))


def _locked(uow: UnitOfWork, outbox_id: int) -> OutboxMessage:
    query = select(OutboxMessage).where(OutboxMessage.id == outbox_id, OutboxMessage.topic == "mail")
    locked = query.with_for_update().execution_options(populate_existing=True)
    row = uow.session.execute(locked).scalar_one_or_none()
    if row is None:
        raise NotFoundError(
            "mail-not-found",
            "Không tìm thấy thư này. Mở lại trang việc treo và chọn thư trong danh sách.",
            "No such mail. Open the page of hanging work again and choose one from its list.",
        )
    return row


def _refuse(uow: UnitOfWork, row: OutboxMessage) -> None:
    last = uow.session.execute(
        select(DeliveryEvent.step, DeliveryEvent.at)
        .where(DeliveryEvent.outbox_id == row.id)
        .order_by(DeliveryEvent.id.desc())
        .limit(1)
    ).one_or_none()
    if row.outcome is None and last is not None and last.step == DeliveryStep.RESENT:
        raise already_done("mail-already-resent", "cho gửi lại thư này", "asked for this mail again", done_at=last.at)
    raise TransitionRefusedError(
        "mail-not-resendable",
        "Chỉ gửi lại được thư bị từ chối, bị trả lại hoặc chưa rõ kết quả. Tải lại trang để xem thư này đang ở đâu.",
        "Only a mail that was refused, bounced or is uncertain can be sent again. Reload to see where this one is.",
    )
