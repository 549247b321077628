"""Takes the newest signed head to the witnesses and keeps what they sign. Nothing waits for it."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from approval.adapters.witness_client import OtherSize, WitnessError, ask_witness
from approval.domain.signed_note import NoteSignature
from approval.domain.witness import AddCheckpoint
from approval.domain.witness_address import WitnessAddress
from approval.extensions import db, parts
from approval.queries.uncosigned_heads import UncosignedHead, load_request, load_uncosigned_heads
from approval.services.record_cosignature import RecordCosignature, record_cosignature

log = logging.getLogger(__name__)

# A witness that is away is asked again later, not at every sweep.
_PAUSE_SECONDS = 30.0
# Of this process: witness name → when it may be asked again (monotonic seconds).
_paused_until: dict[str, float] = {}

Reply = NoteSignature | OtherSize | WitnessError


def witness_heads() -> int:
    """Ask every witness that has something to sign; returns how many signed."""
    addresses = {one.key.name: one for one in parts().settings.witnesses if not _is_paused(one.key.name)}
    if not addresses:
        return 0
    # A view of now, whatever ran before in this thread.
    db.session.rollback()
    heads = {head.witness: head for head in load_uncosigned_heads(db.session(), addresses)}
    believed = {name: head.old for name, head in heads.items()}
    replies = _ask(addresses, heads, believed)
    # A witness knows best which head it signed last: a lost answer, or a database of ours that went back.
    others = {name: reply.size for name, reply in replies.items() if isinstance(reply, OtherSize)}
    replies |= _ask(addresses, heads, others)
    return sum(_keep(heads[name], reply) for name, reply in replies.items())


def _ask(
    addresses: Mapping[str, WitnessAddress], heads: Mapping[str, UncosignedHead], olds: Mapping[str, int]
) -> dict[str, Reply]:
    requests: dict[str, AddCheckpoint] = {}
    for name, old in olds.items():
        if old <= heads[name].size:
            requests[name] = load_request(db.session(), heads[name], old)
    # No transaction stays open while others think.
    db.session.rollback()
    if not requests:
        return {}
    with ThreadPoolExecutor(len(requests)) as pool:
        return dict(
            zip(requests, pool.map(_ask_one, (addresses[name] for name in requests), requests.values()), strict=True)
        )


def _ask_one(address: WitnessAddress, request: AddCheckpoint) -> Reply:
    try:
        return ask_witness(address, request)
    except WitnessError as error:
        return error


def _keep(head: UncosignedHead, reply: Reply) -> bool:
    if isinstance(reply, NoteSignature):
        record_cosignature(RecordCosignature(head.size, head.witness, reply.line))
        return True
    _paused_until[head.witness] = time.monotonic() + _PAUSE_SECONDS
    if isinstance(reply, OtherSize) and reply.size > head.size:
        log.error(
            "witness %s holds a head of %s events, this history has one of %s: the database went back",
            *(head.witness, reply.size, head.size),
        )
    else:
        log.warning("witness %s did not sign the head of %s events: %s", head.witness, head.size, reply)
    return False


def _is_paused(name: str) -> bool:
    return time.monotonic() < _paused_until.get(name, 0.0)
