"""What a person had typed into a form that was refused: it goes back on the page, whatever became of the pledge."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from approval.domain.states import Action
from approval.queries.pledge_page import PledgePage
from approval.web.pledges.fields import line_field, text_field

_FORMS = {
    "pledges.submit": Action.SUBMIT_FOR_REVIEW,
    "pledges.verdict": Action.GIVE_VERDICT,
    "pledges.revise": Action.REVISE,
    "pledges.cancel": Action.CANCEL,
    "pledges.decline": Action.DECLINE_TO_SIGN,
}


@dataclass(frozen=True, slots=True)
class Typed:
    """The form (by its action, None when there was none) and its fields as typed; `words` is a comment or a reason."""

    action: Action | None = None
    kind: str = ""
    words: str = ""
    deadline: str = ""
    year: str = ""

    @classmethod
    def of_request(cls) -> Typed:
        """The form of this request."""
        return cls(
            action=_FORMS.get(request.endpoint or "") if request.method == "POST" else None,
            kind=line_field("kind"),
            words=text_field("comment") or text_field("reason"),
            deadline=line_field("deadline"),
            year=line_field("year") if request.endpoint == "pledges.start" else "",
        )

    def is_homeless(self, page: PledgePage) -> bool:
        """Whether there are words and the form that would hold them is no longer on the pledge's page."""
        if not self.words:
            return False
        if self.action is Action.GIVE_VERDICT:
            return not page.may_answer
        return self.action not in {Action.REVISE, Action.CANCEL} or self.action not in page.actions


def opened_revision() -> int | None:
    """The revision number the sent form was opened on; None when the form names none."""
    raw = request.form.get("revision_number", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= len("999999") else None
