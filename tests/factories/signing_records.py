"""A record of what came before the signatures, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from approval.domain.opinion_table import OpinionTable
from approval.domain.pledge_text import DateLine
from approval.domain.signing_record import HistoryAnchor, RecordedVerdict, SigningRecord
from approval.domain.states import VerdictKind
from tests.factories.opinions import HOSTILE, opinion, respondents, round_of
from tests.factories.pledge_texts import small_text

MAY_14 = datetime(2024, 5, 14, 3, 0, tzinfo=UTC)


def signing_record(parties: int = 2) -> SigningRecord:
    """Everybody agreed to revision 1, one with words that mean something to a typesetter."""
    text = replace(small_text(parties), date=DateLine(None, 5, 2024))
    agreed = [VerdictKind.AGREE_WITH_COMMENTS, *[VerdictKind.AGREE] * (parties - 1)]
    asked = respondents(*agreed)
    one = replace(round_of((opinion(1, 1, body=HOSTILE),), asked), revision_sha256=text.sha256())
    return SigningRecord(
        made_at=MAY_14,
        deadline=MAY_14,
        revision_number=1,
        revision=text,
        printed=replace(text, date=DateLine(15, 5, 2024)),
        verdicts=tuple(
            RecordedVerdict(party.position, party.agency, party.verdict, MAY_14) for party in asked if party.verdict
        ),
        opinions=OpinionTable("7d2b7f4e-0000-4000-8000-000000000001", text.title, text.subject, (one,)),
        opinions_pdf_sha256="ab" * 32,
        history=HistoryAnchor(size=9, root=b"\x01" * 32, pledge_seq=4, pledge_leaf=b"\x02" * 32),
    )
