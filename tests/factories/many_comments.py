"""A round in which everybody has much to say: rows put straight into the table, for two thousand services take long."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from approval.domain.anchors import AnchorPart, anchors_of, words_at
from approval.extensions import db, parts
from approval.models.comment import Comment
from approval.models.pledge_party import PledgeParty
from approval.queries.revision_text import parse_text
from tests.factories.signing_house import current_revision


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
