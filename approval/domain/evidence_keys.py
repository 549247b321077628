"""Which keys of the log a bundle's history names, and to which of them the reader's own lead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from approval.domain.audit_event import EventType
from approval.domain.evidence_events import EvidenceEvent, at_fault
from approval.domain.evidence_policy import EvidencePolicy
from approval.domain.log_signing import is_handover
from approval.domain.signed_note import NoteKey, VerifyEd25519
from approval.domain.strict_base64 import decode


@dataclass(slots=True)
class LogKeys:
    """`trusted`: the reader's own, and those that one of these handed over to. `named`: the others of the history.

    `retired`: by verifier key, the number of the event with which a key handed over, signed by itself.
    """

    trusted: list[NoteKey] = field(default_factory=list)
    named: list[NoteKey] = field(default_factory=list)
    retired: dict[str, int] = field(default_factory=dict)

    @property
    def every(self) -> tuple[NoteKey, ...]:
        """Whoever may have signed for the log at some time."""
        return (*self.trusted, *self.named)

    def is_retired(self, key: NoteKey, size: int) -> bool:
        """Whether a head of that size already counts the event with which the key handed over."""
        return self.retired.get(key.vkey, size) < size


def read_keys(policy: EvidencePolicy, events: Iterable[EvidenceEvent], verify: VerifyEd25519) -> LogKeys:
    """Without a policy, what the history itself names counts as trusted.

    Raises EvidenceFault for a change of keys that the old one did not sign.
    """
    keys = LogKeys(list(policy.log_keys))
    for event in events:
        if event.about_keys:
            _take(keys, event, verify, believing=not policy.log_keys)
    return keys


def _take(keys: LogKeys, event: EvidenceEvent, verify: VerifyEd25519, *, believing: bool) -> None:
    data = event.body["data"]
    vkey, previous = str(data.get("vkey")), str(data.get("previous"))
    try:
        key = NoteKey.from_vkey(vkey)
        signature = decode(str(data.get("signature")))
    except ValueError as error:
        raise at_fault(event, "không ghi đúng khóa của nhật ký") from error
    followed = believing
    if event.body["type"] == EventType.LOG_KEY_ROTATED:
        old = next((one for one in keys.every if one.vkey == previous), None)
        signed = old is not None and is_handover(old, vkey, signature, verify)
        followed = old in keys.trusted
        if followed and not signed:
            raise at_fault(event, "thay khóa của nhật ký mà khóa cũ không ký")
        if signed:
            keys.retired.setdefault(previous, event.seq)
    if key not in keys.trusted:
        (keys.trusted if followed else keys.named).append(key)
