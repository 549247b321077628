"""One act for each service that changes something: how to run it for real and which event it leaves."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from approval.domain.commands import (
    ChangePassword,
    ChangePin,
    GrantAuthority,
    IssueSigningKey,
    RevokeAuthority,
    SaveDraft,
    SetSignaturePicture,
    SignIn,
    SignOut,
    StartFromPledge,
)
from approval.domain.states import AuthorityKind, VerdictKind
from approval.extensions import db
from approval.models.person import Person
from approval.models.signing_authority import SigningAuthority
from approval.services.cancel_pledge import cancel_pledge
from approval.services.change_password import change_password
from approval.services.change_pin import change_pin
from approval.services.claim_outbox import ClaimOutbox, claim_outbox
from approval.services.decline_to_sign import decline_to_sign
from approval.services.give_verdict import give_verdict
from approval.services.grant_authority import grant_authority
from approval.services.import_pledge import import_pledge
from approval.services.issue_signing_key import issue_signing_key
from approval.services.open_signing import open_signing
from approval.services.revise_pledge import revise_pledge
from approval.services.revoke_authority import revoke_authority
from approval.services.save_draft import save_draft
from approval.services.set_signature_picture import set_signature_picture
from approval.services.sign_in import sign_in
from approval.services.sign_out import sign_out
from approval.services.sign_pledge import sign_pledge
from approval.services.start_from_pledge import start_from_pledge
from approval.services.submit_for_review import submit_for_review
from tests.factories.account_acts import (
    NEW_PASSWORD,
    lock_observer,
    make_bloc,
    make_representative,
    rename_observer,
    reset_observer,
    signature_png,
    unlock_observer,
)
from tests.factories.comment_acts import (
    prepare_answer,
    prepare_comment,
    prepare_reply,
    prepare_taking,
    prepare_withdrawal,
)
from tests.factories.draft_desk import dismiss_and_watch, restore_and_watch
from tests.factories.finishing_acts import FINISHING
from tests.factories.log_acts import LOG_ACTS
from tests.factories.mail_acts import (
    prepare_bounced,
    prepare_refused,
    prepare_resent,
    prepare_sent,
    prepare_skipped,
    prepare_uncertain,
)
from tests.factories.pledge_texts import small_text
from tests.factories.reading_acts import READING
from tests.factories.reminder_acts import ACTS
from tests.factories.review_house import (
    cancel_command,
    import_command,
    import_draft,
    make_review,
    revise_command,
    reworded,
    submit_command,
    verdict_command,
)
from tests.factories.signing_house import (
    MAY_15,
    PASSWORD,
    PIN,
    SigningHouse,
    decline_command,
    make_agreed_pledge,
    make_open_pledge,
    open_command,
    other_pin,
    sign_by,
    sign_command,
)

OTHER_PIN = "730162"


@dataclass
class Story:
    """The application, its people, and what one act leaves for the next."""

    app: Flask
    house: SigningHouse
    token: str = ""

    @property
    def representative_email(self) -> str:
        return db.session.get_one(Person, self.house.representatives[0].person_id).email

    def claimed(self, topic: str) -> tuple[int, int]:
        """One due row of the outbox under a lease."""
        message = claim_outbox(ClaimOutbox(topic, 1, timedelta(minutes=1)))[0]
        return message.id, message.lease_number

    def party_pledge(self) -> uuid.UUID:
        return make_review(self.app, self.house)


Act = Callable[[Story], object]


def open_session(story: Story) -> None:
    story.token = sign_in(SignIn(story.representative_email, PASSWORD, "10.0.0.7", "test"))


def _grant(story: Story) -> object:
    person = story.house.representatives[0].person_id or 0
    kind, since = AuthorityKind.KT, MAY_15
    return grant_authority(GrantAuthority(story.house.administrator, person, kind, "Phó Giám đốc", "", since, None))


def _revoke(story: Story) -> None:
    authority = db.session.scalars(select(SigningAuthority.id).order_by(SigningAuthority.id.desc())).first() or 0
    revoke_authority(RevokeAuthority(story.house.administrator, authority))


def _save(story: Story) -> object:
    pledge_id = import_draft(story.app, story.house)
    return lambda: save_draft(SaveDraft(story.house.coordinator, pledge_id, 1, reworded(small_text(2), "Mới.")))


def _start(story: Story) -> object:
    pledge_id = story.party_pledge()
    return lambda: start_from_pledge(StartFromPledge(story.house.coordinator, pledge_id, 2025))


def _verdict(story: Story) -> object:
    command = verdict_command(story.app, story.party_pledge(), story.house.representatives[0])
    return lambda: give_verdict(command)


def _last_verdict(story: Story) -> object:
    pledge_id = story.party_pledge()
    first, second = (verdict_command(story.app, pledge_id, actor) for actor in story.house.representatives)
    give_verdict(replace(first, kind=VerdictKind.AGREE_WITH_COMMENTS, comment="Tốt."))
    return lambda: give_verdict(second)


def _submit(story: Story) -> object:
    command = submit_command(story.app, story.house, import_draft(story.app, story.house))
    return lambda: submit_for_review(command)


def _revise(story: Story) -> object:
    command = revise_command(story.app, story.house, story.party_pledge())
    return lambda: revise_pledge(command)


def _cancel_while_signing(story: Story) -> object:
    command = cancel_command(story.app, story.house.coordinator, make_open_pledge(story.app, story.house))
    return lambda: cancel_pledge(command)


def _open(story: Story) -> object:
    command = open_command(story.app, story.house, make_agreed_pledge(story.app, story.house))
    return lambda: open_signing(command)


def _sign(story: Story) -> object:
    pledge_id = make_open_pledge(story.app, story.house)
    command = sign_command(story.app, pledge_id, story.house.representatives[1])
    return lambda: sign_pledge(command)


def _last_signature(story: Story) -> object:
    pledge_id = make_open_pledge(story.app, story.house)
    sign_by(story.app, pledge_id, story.house.representatives[1])
    command = sign_command(story.app, pledge_id, story.house.representatives[0])
    return lambda: sign_pledge(command)


def _wrong_pin(story: Story) -> object:
    pledge_id = make_open_pledge(story.app, story.house)
    command = other_pin(sign_command(story.app, pledge_id, story.house.representatives[1]), "918273")
    return lambda: _refused(lambda: sign_pledge(command))


def _decline(story: Story) -> object:
    pledge_id = make_open_pledge(story.app, story.house)
    command = decline_command(story.app, pledge_id, story.house.representatives[0])
    return lambda: decline_to_sign(command)


def _refused(act: Callable[[], object]) -> None:
    with pytest.raises(Exception, match=r"(?i)pin|password|sign-in"):
        act()


def _change_password(story: Story) -> None:
    command = ChangePassword(story.house.representatives[0], story.token, PASSWORD, NEW_PASSWORD)
    story.token = change_password(command)


def _change_pin(story: Story) -> None:
    change_pin(ChangePin(story.house.representatives[0], PIN, OTHER_PIN))


# (service, its event, what to do). An act that prepares first returns the call to be watched.
STORY: list[tuple[str, str, Act]] = [
    ("create_bloc", "bloc:record:created", lambda _story: make_bloc()),
    ("create_person", "person:account:created", lambda story: make_representative(story.house)),
    ("sign_in", "person:session:opened", open_session),
    (
        "sign_in",
        "person:session:refused",
        lambda story: _refused(lambda: sign_in(SignIn(story.representative_email, "sai", "10.0.0.7", "test"))),
    ),
    ("change_password", "person:password:changed", _change_password),
    ("sign_out", "person:session:closed", lambda story: sign_out(SignOut(story.house.representatives[0], story.token))),
    ("change_pin", "person:pin:changed", _change_pin),
    (
        "issue_signing_key",
        "person:key:issued",
        lambda story: issue_signing_key(
            IssueSigningKey(story.house.administrator, story.house.representatives[0].person_id or 0, PIN)
        ),
    ),
    (
        "set_signature_picture",
        "person:picture:changed",
        lambda story: set_signature_picture(SetSignaturePicture(story.house.representatives[0], signature_png())),
    ),
    ("grant_authority", "authority:record:granted", _grant),
    ("revoke_authority", "authority:record:revoked", _revoke),
    ("import_pledge", "pledge:draft:imported", lambda story: import_pledge(import_command(story.house))),
    ("start_from_pledge", "pledge:draft:started", _start),
    ("save_draft", "pledge:draft:saved", _save),
    ("dismiss_finding", "pledge:finding:dismissed", lambda story: dismiss_and_watch(story.app, story.house)),
    ("restore_finding", "pledge:finding:restored", lambda story: restore_and_watch(story.app, story.house)),
    ("submit_for_review", "pledge:review:opened", _submit),
    ("add_comment", "pledge:comment:added", lambda story: prepare_comment(story.app, story.house)),
    ("withdraw_comment", "pledge:comment:withdrawn", lambda story: prepare_withdrawal(story.app, story.house)),
    ("reply_to_comment", "pledge:comment:replied", lambda story: prepare_reply(story.app, story.house)),
    ("answer_comment", "pledge:comment:answered", lambda story: prepare_answer(story.app, story.house)),
    ("take_suggestion", "pledge:comment:answered", lambda story: prepare_taking(story.app, story.house)),
    ("give_verdict", "pledge:verdict:given", _verdict),
    ("give_verdict", "pledge:verdict:given", _last_verdict),
    ("revise_pledge", "pledge:draft:reopened", _revise),
    ("open_signing", "pledge:signing:opened", _open),
    ("sign_pledge", "pledge:signature:added", _sign),
    ("sign_pledge", "pledge:signature:added", _last_signature),
    ("unlock_signing_key", "person:pin:refused", _wrong_pin),
    ("decline_to_sign", "pledge:signing:declined", _decline),
    *((service, event, lambda story, act=act: act(story.app, story.house)) for service, event, act in FINISHING),
    ("cancel_pledge", "pledge:record:cancelled", _cancel_while_signing),
    ("reset_password", "person:password:reset", lambda story: reset_observer(story.house)),
    ("edit_person", "person:account:changed", lambda story: rename_observer(story.house)),
    ("lock_account", "person:account:locked", lambda story: lock_observer(story.house)),
    ("unlock_account", "person:account:unlocked", lambda story: unlock_observer(story.house)),
    *(
        (service, event, lambda story, act=act: act(story.app, story.house))
        for service, event, act in (*ACTS, *READING)
    ),
    *((service, event, lambda _story, act=act: act()) for service, event, act in LOG_ACTS),
    ("mark_mail_sent", "mail:message:sent", lambda story: prepare_sent(story.claimed("mail"))),
    ("skip_mail", "mail:message:skipped", lambda story: prepare_skipped(story.claimed("mail"))),
    ("mark_mail_refused", "mail:message:refused", lambda story: prepare_refused(story.claimed("mail"))),
    ("mark_mail_uncertain", "mail:message:uncertain", lambda story: prepare_uncertain(story.claimed("mail"))),
    ("record_bounce", "mail:message:bounced", lambda story: prepare_bounced(story.claimed("mail"))),
    ("resend_mail", "mail:message:resent", lambda story: prepare_resent(story.claimed("mail"), story.house)),
]
