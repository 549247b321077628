"""Starting a later year's draft from a pledge that is there already."""

from __future__ import annotations

import uuid

from flask import redirect, url_for
from werkzeug.wrappers import Response

from approval.domain.commands import StartFromPledge
from approval.domain.errors import DraftAlreadyStartedError, InvalidInputError
from approval.services.start_from_pledge import start_from_pledge
from approval.web.actor import current_actor
from approval.web.guards import Policy, policy
from approval.web.notices import tell
from approval.web.pledges.blueprint import pledges
from approval.web.pledges.fields import optional_number_field


@pledges.post("/<uuid:pledge_id>/soan-nam-sau")
@policy(Policy.COORDINATOR)
def start(pledge_id: uuid.UUID) -> Response:
    """Make the draft and lead to it; `refusals.py` answers what is refused, a second click leads to the first draft."""
    year = _year()
    try:
        draft_id = start_from_pledge(StartFromPledge(actor=current_actor(), pledge_id=pledge_id, year=year))
    except DraftAlreadyStartedError as answer:
        tell("note", answer.vi)
        draft_id = answer.pledge_id
    else:
        tell(
            "ok",
            f"Đã soạn dự thảo năm {year}; chữ của các khoản giữ nguyên. Xem các chỗ còn nhắc năm cũ trước khi gửi.",
        )
    return redirect(url_for("pledges.show", pledge_id=draft_id), 303)


def _year() -> int:
    year = optional_number_field("year", "Năm của dự thảo mới")
    if year is None:
        raise InvalidInputError(
            "year-missing",
            "Chưa ghi năm của dự thảo mới. Điền năm rồi gửi lại.",
            "The new draft's year is missing. Fill it in and send again.",
            field="year",
        )
    return year
