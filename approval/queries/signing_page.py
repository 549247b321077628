"""What a person must see before signing: the exact file, in which capacity, with which key."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from approval.domain.authority import authority_lines
from approval.domain.date_line import render_date_line
from approval.domain.errors import NotAllowedError, TransitionRefusedError
from approval.domain.pledge_text import DatePolicy
from approval.domain.signing_layout import SigningLayout
from approval.domain.states import AuthorityKind, State
from approval.models.person import Person
from approval.models.signing import Signing
from approval.models.signing_authority import SigningAuthority
from approval.models.signing_key import SigningKey
from approval.queries.pledge_board import BoardRow
from approval.queries.pledge_page import PledgePage, load_pledge_page
from approval.queries.revision_text import parse_text
from approval.queries.visible_pledge import Viewer


@dataclass(frozen=True, slots=True)
class AuthorityChoice:
    """One recorded authority of the signer, as it will be printed."""

    id: int
    lines: tuple[str, ...]
    reference: str


@dataclass(frozen=True, slots=True)
class KeyView:
    """The signer's current key. `locked_until` is set after too many wrong PINs."""

    subject: str
    serial: str
    not_after: datetime
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class SigningPage:
    """The signing page of one representative; `my_field_page` counts from 0."""

    page: PledgePage
    mine: BoardRow
    signer_name: str
    base_sha256: str
    head_sha256: str
    page_count: int
    my_field_page: int
    date_line: str
    date_policy: DatePolicy
    authorities: tuple[AuthorityChoice, ...]
    key: KeyView | None


def load_signing_page(
    session: Session, viewer: Viewer, pledge_id: uuid.UUID, *, now: datetime, opened: int | None = None
) -> SigningPage:
    """The page to sign on; `opened` as in `load_pledge_page`.

    Raises NotFoundError for a stranger, NotAllowedError when the viewer's agency is no party, TransitionRefusedError
    when the pledge is not open for signing.
    """
    page = load_pledge_page(session, viewer, pledge_id, opened=opened)
    mine = page.mine
    if mine is None:
        raise NotAllowedError(
            "not-a-party",
            "Chỉ đại diện cơ quan tham gia giao ước được ký. Trở về trang văn bản để xem tiến độ.",
            "Only a representative of a party may sign. Go back to the pledge to follow its progress.",
        )
    signing = session.scalar(select(Signing).where(Signing.pledge_id == page.id, Signing.voided_at.is_(None)))
    if page.state is not State.SIGNING or signing is None:
        raise TransitionRefusedError(
            "not-open-for-signing",
            "Văn bản hiện không ở bước ký nên không ký được. Xem bước hiện tại của văn bản trên trang này.",
            "The pledge is not open for signing. Open its page to see where it is.",
        )
    layout = SigningLayout.from_json(signing.layout)
    printed = parse_text(signing.printed_content)
    signer = session.get_one(Person, viewer.person_id)
    return SigningPage(
        page=page,
        mine=mine,
        signer_name=signer.display_name,
        base_sha256=signing.base_sha256,
        head_sha256=signing.head_sha256,
        page_count=layout.page_count,
        my_field_page=layout.signature_box(mine.position).page,
        date_line=render_date_line(printed.place, printed.date),
        date_policy=printed.date_policy,
        authorities=_authorities(session, viewer, mine.agency_id, now),
        key=_key(session, viewer.person_id),
    )


def _authorities(session: Session, viewer: Viewer, agency_id: int, now: datetime) -> tuple[AuthorityChoice, ...]:
    rows = session.scalars(
        select(SigningAuthority)
        .where(
            SigningAuthority.person_id == viewer.person_id,
            SigningAuthority.agency_id == agency_id,
            SigningAuthority.revoked_at.is_(None),
            SigningAuthority.valid_from <= now,
            or_(SigningAuthority.valid_to.is_(None), SigningAuthority.valid_to > now),
        )
        .order_by(SigningAuthority.id)
    )
    return tuple(
        AuthorityChoice(row.id, authority_lines(AuthorityKind(row.kind), row.position_title), row.document_reference)
        for row in rows
    )


def _key(session: Session, person_id: int) -> KeyView | None:
    row = session.scalar(select(SigningKey).where(SigningKey.person_id == person_id, SigningKey.revoked_at.is_(None)))
    return KeyView(row.certificate_subject, row.certificate_serial, row.not_after, row.locked_until) if row else None
