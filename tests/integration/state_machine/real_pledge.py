"""The same attempts against the real services, and what is stored afterwards."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from approval.domain.commands import (
    Actor,
    CancelPledge,
    DeclineToSign,
    FinalisePledge,
    GiveVerdict,
    OpenSigning,
    RevisePledge,
    SaveDraft,
    SignPledge,
    SubmitForReview,
)
from approval.domain.merkle import Frontier, leaf_hash
from approval.domain.pledge_text import DateLine, DatePolicy, PledgeText
from approval.domain.states import Action, Role
from approval.extensions import db, parts
from approval.models.audit_event import AuditEvent, AuditHead
from approval.models.pledge import Pledge
from approval.models.pledge_revision import PledgeRevision
from approval.models.signing import Signing
from approval.models.signing_authority import SigningAuthority
from approval.services.cancel_pledge import cancel_pledge
from approval.services.decline_to_sign import decline_to_sign
from approval.services.finalise_pledge import finalise_pledge
from approval.services.give_verdict import give_verdict
from approval.services.import_pledge import import_pledge
from approval.services.open_signing import open_signing
from approval.services.revise_pledge import revise_pledge
from approval.services.save_draft import save_draft
from approval.services.sign_pledge import sign_pledge
from approval.services.submit_for_review import submit_for_review
from tests.factories.review_house import import_command, reworded
from tests.factories.signing_house import PIN, SigningHouse, stored_pledge
from tests.integration.state_machine.pledge_model import Attempt
from tests.integration.state_machine.real_talk import RealTalk

NO_HASH = "0" * 64


@dataclass
class History:
    """The log recomputed event by event, never reading the head it is compared with."""

    frontier: Frontier = field(default_factory=Frontier)

    def follow(self) -> list[dict[str, object]]:
        """Take in what was appended since the last time and check the head against it; the new payloads."""
        query = select(AuditEvent).where(AuditEvent.seq >= self.frontier.size).order_by(AuditEvent.seq)
        news = []
        for event in db.session.scalars(query):
            assert event.seq == self.frontier.size
            assert event.prev_root == self.frontier.root()
            assert event.leaf_hash == leaf_hash(event.payload)
            self.frontier = self.frontier.append(event.leaf_hash)
            news.append(json.loads(event.payload))
        head = db.session.get_one(AuditHead, 1, populate_existing=True)
        assert (head.size, head.root) == (self.frontier.size, self.frontier.root())
        return news


class RealPledge:
    """One pledge of a bloc with keys, on a live application."""

    def __init__(self, house: SigningHouse) -> None:
        self.house = house
        self.saves = 0
        self.id: uuid.UUID = import_pledge(import_command(house))
        self.talk = RealTalk(self.id)

    def stored(self) -> Pledge:
        """As it is now."""
        db.session.rollback()
        return stored_pledge(self.id)

    def row(self) -> tuple[object, ...]:
        """Every column."""
        pledge = self.stored()
        return tuple(getattr(pledge, column.key) for column in Pledge.__table__.columns)

    def perform(self, attempt: Attempt) -> None:
        """Send the command that this person's page would send. Raises what the service raises."""
        pledge = self.stored()
        actor = self._actor(attempt)
        # An older page shows the version before, and the revision before or none at all.
        version = pledge.version - 1 if attempt.stale else pledge.version
        number, sha256 = self._revision(pledge.revision_number - 1 if attempt.stale else pledge.revision_number)
        soon = parts().clock.now() + timedelta(days=3)
        match attempt.action:
            case Action.SAVE_DRAFT:
                save_draft(SaveDraft(actor, self.id, version, self._next_text(pledge)))
            case Action.SUBMIT_FOR_REVIEW:
                submit_for_review(SubmitForReview(actor, self.id, version, soon))
            case Action.GIVE_VERDICT:
                give_verdict(GiveVerdict(actor, self.id, number, sha256, attempt.kind, attempt.comment))
            case Action.REVISE:
                revise_pledge(RevisePledge(actor, self.id, version, "Sửa lỗi."))
            case Action.OPEN_SIGNING:
                policy = DatePolicy.FILLED_AT_FINALISATION
                open_signing(OpenSigning(actor, self.id, number, sha256, DateLine(None, 5, 2024), policy, soon))
            case Action.SIGN:
                base, authority = self._signing_facts(actor)
                sign_pledge(SignPledge(actor, self.id, number, sha256, base, authority, PIN, consent=True))
            case Action.DECLINE_TO_SIGN:
                decline_to_sign(DeclineToSign(actor, self.id, number, sha256, "Sai chỉ tiêu."))
            case Action.CANCEL:
                cancel_pledge(CancelPledge(actor, self.id, version, "Không ký nữa."))
            case Action.FINALISE:
                finalise_pledge(FinalisePledge(self.id))
            case _:
                self.talk.perform(attempt, actor, version, (number, sha256))

    def _actor(self, attempt: Attempt) -> Actor:
        if attempt.role is Role.REPRESENTATIVE:
            return self.house.representatives[attempt.who]
        return {
            Role.COORDINATOR: self.house.coordinator,
            Role.OBSERVER: self.house.observer,
            Role.ADMINISTRATOR: self.house.administrator,
        }.get(attempt.role, self.house.observer)

    def _revision(self, number: int) -> tuple[int, str]:
        query = select(PledgeRevision.sha256).where(
            PledgeRevision.pledge_id == self.id, PledgeRevision.number == number
        )
        return number, db.session.scalar(query) or NO_HASH

    def _next_text(self, pledge: Pledge) -> PledgeText:
        self.saves += 1
        return reworded(PledgeText.from_dict(json.loads(pledge.draft_content)), f"Nội dung thứ {self.saves}.")

    def _signing_facts(self, actor: Actor) -> tuple[str, int]:
        opened = select(Signing.base_sha256).where(Signing.pledge_id == self.id, Signing.voided_at.is_(None))
        authority = select(SigningAuthority.id).where(SigningAuthority.person_id == actor.person_id)
        return db.session.scalar(opened) or NO_HASH, db.session.scalar(authority) or 0
