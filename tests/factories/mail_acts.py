"""Acts on one claimed mail, each returned as the call to be watched; a claim is (outbox id, lease number)."""

from __future__ import annotations

from collections.abc import Callable

from approval.domain.reminder_commands import ResendMail
from approval.services.mark_mail_refused import MarkMailRefused, mark_mail_refused
from approval.services.mark_mail_sent import MarkMailSent, mark_mail_sent
from approval.services.mark_mail_uncertain import MarkMailUncertain, mark_mail_uncertain
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


def prepare_resent(claim: Claim, house: SigningHouse) -> Watched:
    """Refused, and then sent again by hand."""
    prepare_refused(claim)()
    return lambda: resend_mail(ResendMail(house.administrator, claim[0]))
