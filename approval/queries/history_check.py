"""Checks one pledge's part of the history whenever it is shown, in a way that the reader can repeat with the export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from approval.domain.history_chain import ChainLink, first_break
from approval.domain.merkle_proof import verify_inclusion
from approval.queries.displaced_events import first_hidden
from approval.queries.log_proofs import load_inclusion_proof


@dataclass(frozen=True, slots=True)
class HistoryCheck:
    """`fault` is the number (in the whole log) of the first event that does not fit, None when all `count` do.

    `last_code` (hex) is the leaf hash of the newest event, which through the links commits to all before it;
    `proven_seq` the newest event proven to stand under the head of `head_size` events, None when none can be yet.
    """

    count: int
    fault: int | None
    last_code: str
    proven_seq: int | None
    head_size: int


def check_history(
    session: Session, pledge_ref: str, links: Sequence[ChainLink], *, size: int, root: bytes, total: int
) -> HistoryCheck:
    """Check the pledge's events (oldest first) among themselves and against the newest head: `size` under `root`.

    `total` events have been written: none after the pledge's last one may be gone, or be the pledge's as well.
    """
    covered = [link for link in links if link.seq < size]
    fault = first_break(links)
    if fault is None:
        fault = first_hidden(session, pledge_ref, after=links[-1].seq if links else -1, size=total)
    if fault is None and covered and not _is_under(session, covered[-1], size, root):
        fault = covered[-1].seq
    return HistoryCheck(
        count=len(links),
        fault=fault,
        last_code=links[-1].leaf.hex() if links else "",
        proven_seq=covered[-1].seq if covered else None,
        head_size=size,
    )


def _is_under(session: Session, link: ChainLink, size: int, root: bytes) -> bool:
    try:
        proof = load_inclusion_proof(session, link.seq, size)
    except (LookupError, ValueError):
        return False
    return verify_inclusion(link.leaf, link.seq, size, proof, root)
