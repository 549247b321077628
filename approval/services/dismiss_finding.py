"""Lets a proofreading finding stand, for this pledge and everybody who drafts it."""

from __future__ import annotations

import re

from approval.domain.audit_event import EventType
from approval.domain.drafting_commands import DismissFinding
from approval.domain.errors import InvalidInputError
from approval.domain.states import Action, State
from approval.domain.transitions import find_transition
from approval.models.finding_dismissal import FindingDismissal
from approval.services.already_done import already_done
from approval.services.finding_standing import current_dismissal
from approval.services.signing_standing import require_coordinator_sight
from approval.services.unit_of_work import EventDraft, unit_of_work

_RULE = re.compile(r"[A-Z][0-9]{2}")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
LONGEST_FOUND = 500
"""Characters of the words kept; the fingerprint tells longer ones apart."""


def dismiss_finding(command: DismissFinding) -> None:
    """Remember that the finding was looked at and let stand; the text and its version stay.

    Raises AlreadyDoneError, InvalidInputError (a damaged form), TransitionRefusedError outside the draft state,
    NotFoundError, NotAllowedError.
    """
    with unit_of_work() as uow:
        pledge = uow.lock_pledge(command.pledge_id)
        require_coordinator_sight(uow.session, command.actor, pledge)
        find_transition(State(pledge.state), Action.SAVE_DRAFT, command.actor.role)
        if not _RULE.fullmatch(command.rule) or not _FINGERPRINT.fullmatch(command.fingerprint):
            raise InvalidInputError(
                "finding-unknown",
                "Không nhận ra lưu ý này. Tải lại trang rồi thử lại.",
                "No such finding. Reload the page and try again.",
            )
        known = current_dismissal(uow.session, pledge, command.fingerprint)
        if known is not None:
            raise already_done(
                "finding-already-dismissed", "bỏ qua lưu ý này", "dismissed this finding", done_at=known.dismissed_at
            )
        found = command.found[:LONGEST_FOUND]
        uow.session.add(
            FindingDismissal(
                pledge_id=pledge.id,
                rule=command.rule,
                found=found,
                fingerprint=command.fingerprint,
                dismissed_by=command.actor.person_id,
                dismissed_at=uow.now,
            )
        )
        uow.record(
            EventDraft(
                type=EventType.FINDING_DISMISSED,
                actor=command.actor,
                pledge=pledge,
                data={"rule": command.rule, "found": found, "fingerprint": command.fingerprint},
            )
        )
