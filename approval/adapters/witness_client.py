"""The log's side of C2SP tlog-witness: hand a signed head over, take the cosignature back."""

from __future__ import annotations

import urllib.error
import urllib.request
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException

from approval.adapters.ed25519 import verify_ed25519
from approval.domain.checkpoint import decode_number
from approval.domain.signed_note import NoteError, NoteSignature, SignedNote, parse_note, parse_signature, signed_by
from approval.domain.witness import SIZE_TYPE, AddCheckpoint
from approval.domain.witness_address import WitnessAddress

_SECONDS = 5.0
_LONGEST_REPLY = 16 * 1024


class WitnessError(Exception):
    """No cosignature; the message says why, for logs."""


@dataclass(frozen=True, slots=True)
class OtherSize:
    """The witness holds a head of another size than the log believed."""

    size: int


def ask_witness(address: WitnessAddress, request: AddCheckpoint) -> NoteSignature | OtherSize:
    """The witness's signature on the note of the request, checked. Raises WitnessError."""
    status, content_type, body = _post(f"{address.url}/add-checkpoint", request.data)
    try:
        if status == HTTPStatus.CONFLICT and content_type == SIZE_TYPE:
            return OtherSize(decode_number(body.removesuffix("\n")))
        if status == HTTPStatus.OK:
            return _own_signature(address, request, body)
    except NoteError as error:
        raise WitnessError(f"answer that cannot be used: {error}") from error
    raise WitnessError(f"{status}: {' '.join(body.split())[:200]}")


def _own_signature(address: WitnessAddress, request: AddCheckpoint, body: str) -> NoteSignature:
    text = parse_note(request.note).text
    signatures = tuple(parse_signature(line) for line in body.removesuffix("\n").split("\n"))
    found = signed_by(SignedNote(text, signatures), address.key, verify_ed25519)
    if found is None:
        raise NoteError(f"not signed with the key of {address.key.name}")
    return found


def _post(url: str, data: bytes) -> tuple[int, str, str]:
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    request = urllib.request.Request(url, data=data, headers=headers)  # noqa: S310 - http(s) only, see WitnessAddress
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as reply:  # noqa: S310 - as above
            return reply.status, reply.headers.get_content_type(), _words(reply.read(_LONGEST_REPLY))
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers.get_content_type(), _words(error.read(_LONGEST_REPLY))
    except (OSError, HTTPException, ValueError) as error:
        raise WitnessError(f"{type(error).__name__}: {error}") from error


def _words(body: bytes) -> str:
    return body.decode("utf-8", "replace")
