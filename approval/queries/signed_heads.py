"""Files that are being signed, as they are now: for whoever looks at them before they are sealed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.document import ExpectedDocument
from approval.domain.signing_layout import SigningLayout
from approval.domain.states import State
from approval.models.pledge import Pledge
from approval.models.signature import Signature
from approval.models.signing import Signing


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The newest file of a pledge in `signing` with at least one signature, and what it must hold."""

    pledge_id: uuid.UUID
    sha256: str
    expected: ExpectedDocument


_HEADS = (
    select(Signing.pledge_id, Signing.head_sha256, Signing.layout, Signature.field_name)
    .join(Pledge, Pledge.id == Signing.pledge_id)
    .join(Signature, Signature.signing_id == Signing.id)
    .where(Pledge.state == State.SIGNING.value, Signing.voided_at.is_(None))
    .order_by(Signing.id)
)


def load_signed_heads(session: Session) -> tuple[SignedHead, ...]:
    """Every such file, the oldest signing first; one statement, so head and signatures belong together."""
    layouts: dict[tuple[uuid.UUID, str, str], set[str]] = {}
    for pledge_id, sha256, layout, field_name in session.execute(_HEADS):
        layouts.setdefault((pledge_id, sha256, layout), set()).add(field_name)
    return tuple(
        SignedHead(pledge_id, sha256, SigningLayout.from_json(layout).expected(frozenset(signed), final=False))
        for (pledge_id, sha256, layout), signed in layouts.items()
    )
