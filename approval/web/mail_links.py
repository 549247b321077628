"""Links in mails carry a mark: who opens one as the person it was sent to is noted as having seen the mail."""

from __future__ import annotations

import re

from flask import Flask, request
from flask_login import current_user
from werkzeug.wrappers import Response

from approval.queries.session import SignedInPerson
from approval.services.record_opening import RecordOpening, record_opening
from approval.web.actor import current_actor

_MARK = re.compile(r"[0-9a-f]{32}")
_SHOWN = 200


def register_mail_links(app: Flask) -> None:
    """Look at every page after it was shown; a mark never opens a page and never keeps one from being shown."""
    app.after_request(note_opened_mail)


def note_opened_mail(response: Response) -> Response:
    """Note the opening when the page could be shown to somebody signed in."""
    mark = request.args.get("thu", "")
    person = current_user._get_current_object() if mark else None  # noqa: SLF001 - the documented way to leave the proxy
    shown = request.method == "GET" and response.status_code == _SHOWN
    if shown and isinstance(person, SignedInPerson) and _MARK.fullmatch(mark):
        record_opening(RecordOpening(current_actor(), mark))
    return response
