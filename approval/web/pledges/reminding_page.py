"""The page of a pledge's reminders, with the dates a policy would give before anything is saved."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flask import render_template, request
from werkzeug.wrappers import Response

from approval.domain.deadlines import add_working_days, end_of_working_day
from approval.domain.errors import PledgeError
from approval.domain.reminder_plan import PlannedReminder, StageFacts, plan_reminders
from approval.domain.reminder_policy import ReminderPolicy, Stage
from approval.domain.working_calendar import WorkingCalendar
from approval.extensions import db, parts
from approval.queries.calendar_days import load_calendar
from approval.queries.reminder_page import load_policy, load_reminder_page
from approval.web.actor import current_viewer
from approval.web.errors import status_of
from approval.web.pledges.policy_form import LABELS, PolicyForm

USUAL_WORKING_DAYS = {Stage.REVIEW: 5, Stage.SIGNING: 3}


@dataclass(frozen=True, slots=True)
class Refused:
    """A refused form of this page: its error, which form (by endpoint), for which agency, and its fields as typed."""

    error: PledgeError
    form: str
    party_id: int | None
    fields: Mapping[str, str]

    @classmethod
    def of_request(cls, error: PledgeError) -> Refused:
        """The form of this request."""
        form = (request.endpoint or "").rpartition(".")[2]
        return cls(error, form, (request.view_args or {}).get("party_id"), request.form)

    @property
    def field(self) -> str:
        """The field at fault, "" when it is the whole."""
        return getattr(self.error, "field", None) or ""


def render_reminders(
    pledge_id: uuid.UUID, *, form: PolicyForm | None = None, refused: Refused | None = None, previews: bool = False
) -> Response:
    """The page as it is now. With `previews` the dates are those of `form` and nothing is saved.

    Raises NotFoundError, and InvalidInputError for a policy that cannot be previewed.
    """
    now = parts().clock.now()
    page = load_reminder_page(db.session(), current_viewer(), pledge_id, now=now)
    policy = form.policy() if form is not None and previews else page.policy
    facts = page.facts if page.stage_open else usual_facts(page.stage, page.calendar, now)
    html = render_template(
        "pledges/reminders.html",
        page=page,
        form=form or PolicyForm.of(page.policy),
        labels=LABELS,
        is_preview=previews,
        dates=coming_dates(policy, page.calendar, facts),
        dates_deadline=facts.deadline,
        refused=refused,
        now=now,
    )
    return Response(html, status=status_of(refused.error) if refused else 200, mimetype="text/html")


@dataclass(frozen=True, slots=True)
class ComingReminders:
    """What a stage opened now with its usual deadline would send to an agency that never acts."""

    deadline: datetime
    dates: tuple[PlannedReminder, ...]


def coming_reminders(pledge_id: uuid.UUID, stage: Stage) -> ComingReminders:
    """By the policy that holds for the pledge."""
    session = db.session()
    policy, _ = load_policy(session, pledge_id, stage)
    calendar = load_calendar(session)
    facts = usual_facts(stage, calendar, parts().clock.now())
    return ComingReminders(facts.deadline, coming_dates(policy, calendar, facts))


def usual_facts(stage: Stage, calendar: WorkingCalendar, now: datetime) -> StageFacts:
    """A stage that would be opened now with the usual deadline."""
    last_day = add_working_days(now, USUAL_WORKING_DAYS[stage], calendar).date()
    return StageFacts(invited_at=now, deadline=end_of_working_day(last_day), now=now)


def coming_dates(policy: ReminderPolicy, calendar: WorkingCalendar, facts: StageFacts) -> tuple[PlannedReminder, ...]:
    """What an agency that never acts would get from now on."""
    return plan_reminders(policy, calendar, replace(facts, deadline=max(facts.deadline, facts.invited_at)))
