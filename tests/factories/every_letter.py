"""One spring in which every kind of letter leaves by the real services, as a mail server received them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage

from flask import Flask

from approval.domain.commands import FinalisePledge
from approval.domain.reminder_commands import NudgeParty
from approval.domain.states import VerdictKind
from approval.extensions import db
from approval.services.cancel_pledge import cancel_pledge
from approval.services.decline_to_sign import decline_to_sign
from approval.services.finalise_pledge import finalise_pledge
from approval.services.give_verdict import give_verdict
from approval.services.move_deadline import move_deadline
from approval.services.nudge_party import nudge_party
from approval.services.replace_representative import replace_representative
from approval.services.revise_pledge import revise_pledge
from approval.services.submit_for_review import submit_for_review
from tests.factories.account_acts import reset_observer
from tests.factories.reminder_acts import move_command, name_superior, party_ids, replace_command
from tests.factories.review_house import (
    answer_all,
    cancel_command,
    draft_text,
    make_review,
    revise_command,
    reworded,
    save,
    submit_command,
    verdict_command,
)
from tests.factories.signing_house import (
    MAY_15,
    MovingClock,
    SigningHouse,
    add_signer,
    decline_command,
    make_open_pledge,
    sign_by,
)
from tests.servers.smtp import SmtpSink
from worker.relay_mail import relay_mail


@dataclass
class Spring:
    """A house of three agencies with a mail server; the clock starts on Monday 6 May, 09:00."""

    app: Flask
    house: SigningHouse
    clock: MovingClock
    sink: SmtpSink

    def mails(self) -> list[EmailMessage]:
        """Everything that arrived, oldest first."""
        with self.app.app_context():
            name_superior(self.house)
        self._sign()
        pledge_id = self._review()
        self._several_at_once()
        self._next_round(pledge_id)
        self._hand_over(pledge_id)
        with self.app.app_context():
            reset_observer(self.house)
        self._relay()
        return self.sink.mails

    def _relay(self) -> None:
        with self.app.app_context():
            relay_mail()

    def _at(self, day: int, *, hour: int = 8) -> None:
        self.clock.moment = MAY_15.replace(day=day) + timedelta(hours=hour - 9)
        self._relay()

    def _review(self) -> uuid.UUID:
        """Asked on the 15th; one agrees with a comment that is answered, one is nudged, one is late."""
        house = self.house
        self._at(15, hour=9)
        pledge_id = make_review(self.app, house)
        self._relay()
        said = verdict_command(
            self.app, pledge_id, house.representatives[2], VerdictKind.AGREE_WITH_COMMENTS, "Nên nêu rõ chỉ tiêu."
        )
        nudged = NudgeParty(house.coordinator, pledge_id, party_ids(self.app, pledge_id)[1])
        with self.app.app_context():
            give_verdict(said)
            nudge_party(nudged)
        answer_all(self.app, house, pledge_id)
        self.clock.forward(minutes=11)
        self._relay()
        for day in (17, 21, 22):
            self._at(day)
        move = move_command(self.app, house, pledge_id, hours=1)
        with self.app.app_context():
            move_deadline(move)
        self._relay()
        for day in (23, 27):
            self._at(day)
        return pledge_id

    def _several_at_once(self) -> None:
        """A second pledge, reminded on the 29th together with the first one, which is late."""
        other = make_review(self.app, self.house)
        self._relay()
        self._at(29)
        cancel = cancel_command(self.app, self.house.coordinator, other)
        with self.app.app_context():
            cancel_pledge(cancel)
        self._relay()

    def _next_round(self, pledge_id: uuid.UUID) -> None:
        revise = revise_command(self.app, self.house, pledge_id, "Tiếp thu ý kiến về chỉ tiêu.")
        with self.app.app_context():
            revise_pledge(revise)
        save(self.app, self.house, pledge_id, reworded(draft_text(self.app, pledge_id), "Nêu rõ chỉ tiêu."))
        submit = submit_command(self.app, self.house, pledge_id)
        with self.app.app_context():
            submit_for_review(submit)
        self._relay()

    def _hand_over(self, pledge_id: uuid.UUID) -> None:
        """Somebody else acts for the first agency from now on."""
        with self.app.app_context():
            successor = add_signer(self.house.bloc_id, self.house.agencies[0], name="Người kế nhiệm")
            db.session.commit()
        command = replace_command(self.app, self.house, pledge_id, successor, index=0)
        with self.app.app_context():
            replace_representative(command)
        self._relay()

    def _sign(self) -> None:
        """One pledge is signed by nobody until it is late, and then refused; another one by all."""
        house = self.house
        late = make_open_pledge(self.app, house)
        self._relay()
        for day in (7, 8, 9, 10, 13):
            self._at(day)
        refuse = decline_command(self.app, late, house.representatives[2])
        with self.app.app_context():
            decline_to_sign(refuse)
        self._relay()
        done = make_open_pledge(self.app, house)
        sign_by(self.app, done, *house.representatives)
        with self.app.app_context():
            finalise_pledge(FinalisePledge(done))
        self._relay()
