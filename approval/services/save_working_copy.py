"""Keeps what is being typed into the editor: no change of the draft, so no event of the history."""

from __future__ import annotations

import json

from approval.domain.drafting_commands import SaveWorkingCopy
from approval.domain.errors import InvalidInputError, StaleTextError
from approval.domain.states import Action, State
from approval.domain.transitions import find_transition
from approval.models.working_copy import WorkingCopy
from approval.services.signing_standing import require_coordinator_sight
from approval.services.unit_of_work import housekeeping

LARGEST = 2_000_000
"""Characters of the form as JSON; the longest text that can be saved is about as long."""


def save_working_copy(command: SaveWorkingCopy) -> int:
    """Store the form as typed, half-finished or not, and return the number of this autosave.

    Raises InvalidInputError for a form that is too large, StaleTextError when another tab saved since this one last
    did, TransitionRefusedError outside the draft state, NotFoundError, NotAllowedError.
    """
    fields = json.dumps({name: list(values) for name, values in command.fields.items()}, ensure_ascii=False)
    with housekeeping() as uow:
        pledge = uow.lock_pledge(command.pledge_id)
        require_coordinator_sight(uow.session, command.actor, pledge)
        find_transition(State(pledge.state), Action.SAVE_DRAFT, command.actor.role)
        _refuse_too_large(fields)
        key = (command.pledge_id, command.actor.person_id)
        copy = uow.session.get(WorkingCopy, key, populate_existing=True)
        if copy is None:
            copy = WorkingCopy(pledge_id=key[0], person_id=key[1], edit_number=command.edit_number)
            uow.session.add(copy)
        elif copy.edit_number != command.edit_number:
            raise _other_tab()
        copy.base_version = max(command.base_version, 1)
        copy.edit_number += 1
        copy.fields = fields
        copy.saved_at = uow.now
        return copy.edit_number


def _refuse_too_large(fields: str) -> None:
    if len(fields) > LARGEST:
        raise InvalidInputError(
            "working-copy-too-large",
            "Bản đang gõ quá dài nên chưa giữ được; hãy rút gọn xuống dưới 2 triệu ký tự.",
            "What is typed is too long to be kept; bring it below 2 million characters.",
        )


def _other_tab() -> StaleTextError:
    return StaleTextError(
        "other-tab",
        "Thẻ khác đang soạn văn bản này: hãy tải lại trang. Chữ trong thẻ này còn nguyên, có thể sao chép hoặc lưu.",
        "Another tab is editing this draft: reload the page. The words in this tab are still here to copy or save.",
    )
