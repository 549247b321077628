"""Whom an outsider has to believe to check an evidence bundle: the file `policy.txt` of both verifiers."""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256
from sqlalchemy.orm import Session

from approval.extensions import parts
from approval.queries.log_keys import load_believed_keys


def load_checking_policy(session: Session) -> str:
    """Lines log, witness, quorum (more than half of the witnesses) and root, as this installation knows them.

    A reader compares them with what came another way; a key that is missing here has not signed yet.
    """
    tools = parts()
    witnesses = [one.key.vkey for one in tools.settings.witnesses]
    lines = [f"log {vkey}" for vkey in load_believed_keys(session)]
    lines += [f"witness {vkey}" for vkey in witnesses]
    lines += [f"quorum {len(witnesses) // 2 + 1}"] if witnesses else []
    lines += [f"root {root.fingerprint(SHA256()).hex()}" for root in tools.authority.trust_roots]
    return "".join(f"{line}\n" for line in lines)
