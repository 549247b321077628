"""Leaves in the history who read a pledge, took a file of it, or was turned away."""

from __future__ import annotations

import contextlib
import uuid
from collections import OrderedDict
from collections.abc import Iterator
from datetime import date
from http import HTTPStatus
from threading import Lock

from flask import current_app, request
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from approval.adapters.clock import VIETNAM
from approval.domain.errors import AlreadyDoneError, BusyError, NotAllowedError, NotFoundError
from approval.domain.reading_commands import HandedFile, HandOutFile, NoteRefusal, ViewDocument
from approval.extensions import db, parts
from approval.queries.pledge_page import PledgePage
from approval.services.hand_out_file import hand_out_file
from approval.services.note_refusal import note_refusal
from approval.services.view_document import view_document
from approval.web.actor import current_actor
from approval.web.errors import answer_refusal
from approval.web.pledges.blueprint import pledges

_Seen = tuple[uuid.UUID, int | None, int, str | None, date]
_MOST_REMEMBERED = 4096
# As browsers of today and of yesterday say that nobody has clicked yet.
_ASKED_AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
_TURNED_AWAY = frozenset({"pledge-not-found", "role-refused"})


class _Remembered:
    """What this process knows to be noted, so that the next look at a page costs nothing; the history decides."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._keys: OrderedDict[_Seen, None] = OrderedDict()

    def __contains__(self, key: _Seen) -> bool:
        with self._lock:
            return key in self._keys

    def add(self, key: _Seen) -> None:
        """Remember, and let go of what was added longest ago."""
        with self._lock:
            self._keys[key] = None
            while len(self._keys) > _MOST_REMEMBERED:
                self._keys.popitem(last=False)


_remembered = _Remembered()


def seen(page: PledgePage) -> None:
    """The person has the page before them: noted once a document and day."""
    revision = 0 if page.showing_draft or page.revision is None else page.revision.number
    sha256 = page.final_sha256 or (page.revision.sha256 if revision and page.revision else None)
    _note_seen(page.id, revision, sha256)


def _note_seen(pledge_id: uuid.UUID, revision: int, sha256: str | None) -> None:
    actor = current_actor()
    key = (pledge_id, actor.person_id, revision, sha256, parts().clock.now().astimezone(VIETNAM).date())
    if request.method != "GET" or key in _remembered:
        return
    with _breaking_no_page():
        with contextlib.suppress(AlreadyDoneError):
            view_document(ViewDocument(actor, pledge_id, revision, sha256))
        _remembered.add(key)


@contextlib.contextmanager
def _breaking_no_page() -> Iterator[None]:
    """Reading goes on when the note cannot be written now: the next look at the page tries again, and the log tells."""
    try:
        yield
    except (BusyError, SQLAlchemyError) as error:
        db.session.rollback()
        current_app.logger.warning("a look at %s could not be noted: %s", request.path, error)


def handing_out(pledge_id: uuid.UUID, file: HandedFile, sha256: str | None = None) -> None:
    """A file is about to be sent; nothing leaves that could not be noted. Asking for its headers takes nothing."""
    if request.method == "GET":
        hand_out_file(HandOutFile(current_actor(), pledge_id, file, sha256))


@pledges.before_request
def answer_no_prefetch() -> Response | None:
    """A browser that asks ahead of its person gets nothing: noted, it would be no reading; unnoted, a way round."""
    purposes = (request.headers.get(name, "") for name in _ASKED_AHEAD)
    if any(purpose.strip().lower().startswith(("prefetch", "preview")) for purpose in purposes):
        return Response(status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Cache-Control": "no-store"})
    return None


@pledges.errorhandler(NotFoundError)
@pledges.errorhandler(NotAllowedError)
def answer_turned_away(error: NotFoundError | NotAllowedError) -> Response:
    """Whoever is signed in and turned away from a pledge that is there leaves a trace in its history.

    The answer is the same for a pledge that is not there.
    """
    pledge_id = (request.view_args or {}).get("pledge_id")
    if error.code in _TURNED_AWAY and isinstance(pledge_id, uuid.UUID) and current_user.is_authenticated:
        with _breaking_no_page(), contextlib.suppress(AlreadyDoneError, NotFoundError):
            note_refusal(NoteRefusal(current_actor(), pledge_id))
    return answer_refusal(error)
