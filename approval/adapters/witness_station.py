"""A witness at work: requests over HTTP, one folder with its key and the last head it signed of each log."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from approval.adapters.clock import Clock
from approval.adapters.ed25519 import NoteSigner, verify_ed25519
from approval.adapters.signer_folder import SignerFolder
from approval.domain.log_signing import LogRefusedError
from approval.domain.signed_note import NoteKey
from approval.domain.witness import LONGEST_REQUEST, WORDS_TYPE, Answer, RefusedError, Witness, cosign, judge

log = logging.getLogger(__name__)

Start = Callable[[str, list[tuple[str, str]]], object]


class WitnessStation:
    """Judges one request at a time; what it is about to sign is on disk before it signs."""

    def __init__(self, folder: SignerFolder, signer: NoteSigner, logs: Iterable[NoteKey], clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self.witness = Witness(signer.key, tuple(logs), signer.sign, verify_ed25519)

    def add_checkpoint(self, data: bytes) -> Answer:
        """Answer a request. Raises LogRefusedError when the folder is damaged."""
        with self._folder.locked():
            heads = self._folder.heads()
            try:
                head = judge(self.witness, data, heads.get)
            except RefusedError as error:
                return error.answer
            if heads.get(head.origin) != head:
                self._folder.write_heads({**heads, head.origin: head})
        return cosign(self.witness, head, int(self._clock.now().timestamp()))

    def __call__(self, environ: dict[str, Any], start: Start) -> list[bytes]:
        """The same as a WSGI application; `/` tells the public key."""
        status, content_type, body = self._answer(environ)
        start(f"{status.value} {status.phrase}", [("Content-Type", content_type), ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, environ: dict[str, Any]) -> tuple[HTTPStatus, str, bytes]:
        route = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if route == ("GET", "/"):
            return HTTPStatus.OK, WORDS_TYPE, f"{self.witness.key.vkey}\n".encode()
        if route != ("POST", "/add-checkpoint"):
            return HTTPStatus.NOT_FOUND, WORDS_TYPE, b"POST /add-checkpoint\n"
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > LONGEST_REQUEST:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, WORDS_TYPE, b"too long\n"
        try:
            answer = self.add_checkpoint(environ["wsgi.input"].read(int(length)))
        except (LogRefusedError, OSError):
            log.exception("nothing is signed")
            return HTTPStatus.INTERNAL_SERVER_ERROR, WORDS_TYPE, b"the witness cannot use its folder\n"
        return HTTPStatus(answer.status), answer.content_type, answer.body


def witness_signer(folder: SignerFolder, make: Callable[[], NoteSigner]) -> NoteSigner:
    """The key of the folder, made where there is none. Raises LogRefusedError."""
    with folder.locked():
        found = folder.signer()
        if found is None:
            found = make()
            folder.start(found, {})
        return found
