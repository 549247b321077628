"""The table of opinions of one pledge, as everybody who sees the pledge may read it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from approval.domain.errors import NotFoundError
from approval.domain.opinion_rounds import opinion_rounds
from approval.domain.opinion_table import OpinionTable, RoundOpinions
from approval.domain.states import State
from approval.models.opinion_views import OPINION_ROWS, REVISION_ROWS, ROUND_EVENT_ROWS, VERDICT_ROWS
from approval.queries.visible_pledge import Viewer, load_visible_pledge


@dataclass(frozen=True, slots=True)
class OpinionsPage:
    """The table with what its heading needs. `chosen` is a round number, None for all."""

    id: uuid.UUID
    title: str
    state: State
    bloc_name: str
    superior: str
    place: str
    table: OpinionTable
    chosen: int | None

    @property
    def rounds(self) -> tuple[RoundOpinions, ...]:
        """The rounds asked for."""
        return tuple(one for one in self.table.rounds if self.chosen in {None, one.round})


def load_opinions(
    session: Session, viewer: Viewer, pledge_id: uuid.UUID, *, chosen: int | None, now: datetime
) -> OpinionsPage:
    """The table in a fixed number of statements. Raises NotFoundError, also for a round that never was."""
    pledge, bloc = load_visible_pledge(session, viewer, pledge_id)
    asked = {"pledge_id": pledge.id}
    rounds = opinion_rounds(
        revisions=session.execute(REVISION_ROWS, asked),
        verdicts=session.execute(VERDICT_ROWS, asked),
        opinions=session.execute(OPINION_ROWS, asked),
        payloads=session.scalars(ROUND_EVENT_ROWS, {"pledge_ref": str(pledge.id)}),
        now=now,
    )
    if chosen is not None and chosen not in {one.round for one in rounds}:
        raise no_such_round()
    return OpinionsPage(
        id=pledge.id,
        title=pledge.title,
        state=State(pledge.state),
        bloc_name=bloc.name,
        superior=bloc.superior,
        place=bloc.place,
        table=OpinionTable(str(pledge.id), pledge.title, pledge.subject, rounds),
        chosen=chosen,
    )


def no_such_round() -> NotFoundError:
    """A round that never was."""
    return NotFoundError(
        "no-such-round",
        "Văn bản chưa có lần lấy ý kiến này. Chọn một lần trong danh sách.",
        "The pledge has no such round. Choose one from the list.",
    )
