"""Acts on one claimed mail, each returned as the call to be watched; a claim is (outbox id, lease number)."""

from __future__ import annotations

from collections.abc import Callable

from approval.domain.reminder_commands import ResendMail
from approval.extensions import db
from approval.models.outbox_message import OutboxMessage
from approval.services.mark_mail_refused import MarkMailRefused, mark_mail_refused
from approval.services.mark_mail_sent import MarkMailSent, mark_mail_sent
from approval.services.mark_mail_uncertain import MarkMailUncertain, mark_mail_uncertain
from approval.services.record_bounce import RecordBounce, record_bounce
from approval.services.resend_mail import resend_mail
from approval.services.skip_mail import SkipMail, skip_mail
from tests.factories.signing_house import SigningHouse

Claim = tuple[int, int]
Watched = Callable[[], object]


def prepare_sent(claim: Claim) -> Watched:
    """The server took it."""
    return lambda: mark_mail_sent(MarkMailSent(*claim, "250 kept"))


def prepare_skipped(claim: Claim) -> Watched:
    """It was not due any more."""
    return lambda: skip_mail(SkipMail(*claim, "pledge-moved-on"))


def prepare_refused(claim: Claim) -> Watched:
    """The server will never take it."""
    return lambda: mark_mail_refused(MarkMailRefused(*claim, "550 unknown", "Bị từ chối."))


def prepare_uncertain(claim: Claim) -> Watched:
    """The line broke after its last word."""
    return lambda: mark_mail_uncertain(MarkMailUncertain(*claim, "the line broke", "Chưa rõ."))


def prepare_bounced(claim: Claim) -> Watched:
    """Sent, and then it came back."""
    prepare_sent(claim)()
    report = bounce_report(db.session.get_one(OutboxMessage, claim[0]).message_id or "")
    return lambda: record_bounce(RecordBounce(report))


def bounce_report(
    message_id: str,
    *,
    to: str = "khong-tra-loi@giao-uoc.example",
    action: str = "failed",
    failed_for: str = "y-te@so.example",
) -> bytes:
    """What a mail server sends back for a mail with this Message-ID, in the shape of RFC 3464."""
    return f"""From: MAILER-DAEMON@mx.example
To: <{to}>
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="line"

--line
Content-Type: text/plain

I'm sorry to have to inform you.

--line
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {failed_for}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 user unknown

--line
Content-Type: text/rfc822-headers

From: khong-tra-loi@giao-uoc.example
Message-ID: {message_id}
Subject: x

--line--
""".replace("\n", "\r\n").encode()


def prepare_resent(claim: Claim, house: SigningHouse) -> Watched:
    """Refused, and then sent again by hand."""
    prepare_refused(claim)()
    return lambda: resend_mail(ResendMail(house.administrator, claim[0]))
