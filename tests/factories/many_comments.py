"""Rounds in which everybody has much to say: rows put straight into the tables, for services would take minutes."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import Flask
from sqlalchemy import insert, select

from approval.domain.anchors import AnchorPart, anchors_of, words_at
from approval.domain.states import AnswerKind
from approval.extensions import db, parts
from approval.models.comment import Comment
from approval.models.comment_answer import CommentAnswer
from approval.models.pledge_party import PledgeParty
from approval.queries.revision_text import parse_text
from tests.factories.signing_house import SigningHouse, current_revision


def fill_round(app: Flask, house: SigningHouse, pledge_id: uuid.UUID, *, each: int, parts_count: int = 2) -> list[int]:
    """Each agency makes `each` comments spread over the clauses; every other is a suggestion, every third answered.

    Returns their ids. The suggestions of one clause are all about the same words.
    """
    with app.app_context():
        revision, now = current_revision(pledge_id), parts().clock.now()
        parties = db.session.execute(
            select(PledgeParty.id, PledgeParty.person_id).where(PledgeParty.pledge_id == pledge_id)
        ).all()
        rows = [
            {
                "pledge_id": pledge_id,
                "revision_id": revision.id,
                "party_id": party.id,
                "person_id": party.person_id,
                "anchor": f"clause:{number % parts_count + 1}",
                "quote": "thi đua" if number % 2 else "",
                "quote_start": 9 if number % 2 else None,
                "replacement": f"giao ước {number}" if number % 2 else None,
                "body": f"Góp ý thứ {number} của cơ quan này về chỉ tiêu và cách làm.",
                "verdict_words": False,
                "created_at": now,
            }
            for party in parties
            for number in range(each)
        ]
        db.session.execute(insert(Comment), rows)
        ids = list(db.session.scalars(select(Comment.id).where(Comment.pledge_id == pledge_id).order_by(Comment.id)))
        answers = [
            {
                "comment_id": one,
                "person_id": house.coordinator.person_id,
                "kind": AnswerKind.EXPLAINED.value,
                "words": "Đã có ở kế hoạch.",
                "place": None,
                "taken": False,
                "answered_at": now,
            }
            for one in ids[::3]
        ]
        db.session.execute(insert(CommentAnswer), answers)
        db.session.commit()
        return ids


def add_many_comments(app: Flask, pledge_id: uuid.UUID, *, each: int) -> None:
    """`each` comments by every party on the current revision, in turn on all parts; every second suggests words."""
    with app.app_context():
        revision = current_revision(pledge_id)
        text = parse_text(revision.content)
        places = [anchor for anchor in anchors_of(text) if anchor.part is not AnchorPart.PARTY]
        parties = db.session.scalars(select(PledgeParty).where(PledgeParty.pledge_id == pledge_id))
        now = parts().clock.now()
        for party in parties:
            for turn in range(each):
                anchor = places[turn % len(places)]
                first_word = words_at(text, anchor).partition(" ")[0]
                suggests = turn % 2 == 1 and first_word != ""
                db.session.add(
                    Comment(
                        pledge_id=pledge_id,
                        revision_id=revision.id,
                        party_id=party.id,
                        person_id=party.person_id,
                        anchor=str(anchor),
                        quote=first_word if suggests else "",
                        quote_start=0 if suggests else None,
                        replacement=f"{first_word} số {turn}" if suggests else None,
                        body=f"Góp ý số {turn} của cơ quan thứ {party.position}: nên ghi rõ chỉ tiêu và thời hạn.",
                        created_at=now + timedelta(seconds=turn),
                    )
                )
        db.session.commit()
