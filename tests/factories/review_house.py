"""A bloc whose people only draft and review (no keys, so it is made in milliseconds), and the moves they make."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select

from approval.domain.commands import (
    Actor,
    CancelPledge,
    GiveVerdict,
    ImportPledge,
    RevisePledge,
    SaveDraft,
    SubmitForReview,
)
from approval.domain.pledge_text import Clause, PledgeText
from approval.domain.review_commands import AnswerComment
from approval.domain.states import AnswerKind, Role, VerdictKind
from approval.extensions import db, parts
from approval.models.agency import Agency
from approval.models.bloc import Bloc, BlocMember
from approval.models.comment import Comment
from approval.models.comment_answer import CommentAnswer
from approval.models.outbox_message import OutboxMessage
from approval.models.reminder import Reminder
from approval.services.answer_comment import answer_comment
from approval.services.give_verdict import give_verdict
from approval.services.import_pledge import import_pledge
from approval.services.save_draft import save_draft
from approval.services.submit_for_review import submit_for_review
from tests.factories.pledge_texts import small_text
from tests.factories.signing_house import SigningHouse, add_person, current_revision, stored_pledge


def make_review_house(app: Flask, agencies: int = 2, *, name: str = "Khối Thử nghiệm") -> SigningHouse:
    """Rows for one bloc of `small_text(agencies)` whose representatives have no keys."""
    with app.app_context():
        agency_ids = tuple(_agency(f"Sở Thử nghiệm {number}") for number in range(1, agencies + 1))
        bloc = Bloc(name=name, short_name=name, superior="UBND TỈNH BẮC GIANG", place="Bắc Giang")
        db.session.add(bloc)
        db.session.flush()
        for position, agency_id in enumerate(agency_ids, start=1):
            db.session.add(BlocMember(bloc_id=bloc.id, agency_id=agency_id, position=position))
        house = SigningHouse(
            bloc_id=bloc.id,
            agencies=agency_ids,
            coordinator=add_person(Role.COORDINATOR, bloc.id, name="Thư ký Khối"),
            observer=add_person(Role.OBSERVER, bloc.id, name="Người theo dõi"),
            administrator=add_person(Role.ADMINISTRATOR, None, name="Quản trị"),
            representatives=tuple(
                add_person(Role.REPRESENTATIVE, bloc.id, name=f"Đại diện Sở Thử nghiệm {number}", agency_id=agency_id)
                for number, agency_id in enumerate(agency_ids, start=1)
            ),
        )
        db.session.commit()
        return house


def as_file(text: PledgeText) -> bytes:
    """A small text as a Markdown file that imports to the same text."""
    day = "" if text.date.day is None else f" {text.date.day:02d}"
    names = "; ".join(party.agency for party in text.parties)
    clauses = [f"{clause.number}. {' '.join(clause.paragraphs)}" for clause in text.clauses]
    head = [
        f"{text.place}, ngày{day} tháng {text.date.month} năm {text.date.year}",
        f"**{text.title}**  \n{text.subject}",
    ]
    blocks = [f"**{party.heading}**" for party in text.parties]
    return "\n\n".join([*head, f"{names} thống nhất ký giao ước thi đua:", *clauses, *text.closing, *blocks]).encode()


def import_command(house: SigningHouse, text: PledgeText | None = None) -> ImportPledge:
    """What the coordinator's upload would send."""
    return ImportPledge(house.coordinator, house.bloc_id, as_file(text or small_text(len(house.agencies))))


def import_draft(app: Flask, house: SigningHouse, text: PledgeText | None = None) -> uuid.UUID:
    """A pledge in state `draft`."""
    with app.app_context():
        return import_pledge(import_command(house, text))


def submit_command(app: Flask, house: SigningHouse, pledge_id: uuid.UUID, *, days: int = 7) -> SubmitForReview:
    """What the coordinator's page would send now."""
    with app.app_context():
        version = stored_pledge(pledge_id).version
        return SubmitForReview(house.coordinator, pledge_id, version, parts().clock.now() + timedelta(days=days))


def make_review(app: Flask, house: SigningHouse, text: PledgeText | None = None) -> uuid.UUID:
    """A pledge in state `in_review`, revision 1."""
    pledge_id = import_draft(app, house, text)
    command = submit_command(app, house, pledge_id)
    with app.app_context():
        submit_for_review(command)
    return pledge_id


def verdict_command(
    app: Flask, pledge_id: uuid.UUID, actor: Actor, kind: VerdictKind = VerdictKind.AGREE, comment: str = ""
) -> GiveVerdict:
    """What this representative's page would send now."""
    with app.app_context():
        revision = current_revision(pledge_id)
        return GiveVerdict(actor, pledge_id, revision.number, revision.sha256, kind, comment)


def agree_by(app: Flask, pledge_id: uuid.UUID, *actors: Actor) -> None:
    """These people agree, one after the other."""
    for actor in actors:
        command = verdict_command(app, pledge_id, actor)
        with app.app_context():
            give_verdict(command)


def answer_all(app: Flask, house: SigningHouse, pledge_id: uuid.UUID) -> None:
    """The coordinator explains every comment that waits for an answer."""
    with app.app_context():
        answered = select(CommentAnswer.comment_id).where(CommentAnswer.superseded_at.is_(None))
        waiting = select(Comment.id).where(Comment.pledge_id == pledge_id, Comment.withdrawn_at.is_(None))
        for comment_id in db.session.scalars(waiting.where(Comment.id.not_in(answered)).order_by(Comment.id)).all():
            words = "Đã xem xét, giữ như dự thảo."
            answer_comment(AnswerComment(house.coordinator, pledge_id, comment_id, AnswerKind.EXPLAINED, words))


def revise_command(app: Flask, house: SigningHouse, pledge_id: uuid.UUID, reason: str = "Sửa lỗi.") -> RevisePledge:
    """What the coordinator's page would send now."""
    with app.app_context():
        return RevisePledge(house.coordinator, pledge_id, stored_pledge(pledge_id).version, reason)


def cancel_command(app: Flask, actor: Actor, pledge_id: uuid.UUID, reason: str = "Không ký nữa.") -> CancelPledge:
    """What this person's page would send now."""
    with app.app_context():
        return CancelPledge(actor, pledge_id, stored_pledge(pledge_id).version, reason)


def reworded(text: PledgeText, words: str) -> PledgeText:
    """The same pledge with another first clause."""
    return replace(text, clauses=(Clause(1, (words,)), *text.clauses[1:]))


def draft_text(app: Flask, pledge_id: uuid.UUID) -> PledgeText:
    """The stored working text."""
    with app.app_context():
        return PledgeText.from_dict(json.loads(stored_pledge(pledge_id).draft_content))


def save(app: Flask, house: SigningHouse, pledge_id: uuid.UUID, text: PledgeText) -> None:
    """Save as the coordinator's editor would now."""
    with app.app_context():
        save_draft(SaveDraft(house.coordinator, pledge_id, stored_pledge(pledge_id).version, text))


def mails(app: Flask, pledge_id: uuid.UUID, *, round_number: int) -> list[tuple[str, int | None, datetime]]:
    """Kind, person and due moment of the mails planned in a round."""
    with app.app_context():
        query = select(OutboxMessage.kind, OutboxMessage.person_id, OutboxMessage.due_at)
        query = query.where(OutboxMessage.pledge_id == pledge_id, OutboxMessage.round == round_number)
        return [(row.kind, row.person_id, row.due_at) for row in db.session.execute(query.order_by(OutboxMessage.id))]


def reminder_days(app: Flask, pledge_id: uuid.UUID, kind: str) -> list[datetime]:
    """When reminders of a kind are due, each moment once."""
    with app.app_context():
        query = select(Reminder.due_at).where(Reminder.pledge_id == pledge_id, Reminder.kind == kind)
        return sorted(set(db.session.scalars(query)))


def state_of(app: Flask, pledge_id: uuid.UUID) -> str:
    """The stored state."""
    with app.app_context():
        return stored_pledge(pledge_id).state


def _agency(name: str) -> int:
    known = db.session.query(Agency.id).filter_by(name=name).scalar()
    if known is not None:
        return int(known)
    agency = Agency(name=name, short_name=name)
    db.session.add(agency)
    db.session.flush()
    return agency.id
