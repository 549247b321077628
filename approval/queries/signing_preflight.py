"""What must be in order before signing is opened, each with a sentence for the coordinator."""

from __future__ import annotations

import datetime as dt
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cryptography import x509
from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from approval.adapters.clock import VIETNAM
from approval.adapters.parts import Parts
from approval.adapters.pledge_print import bloc_header
from approval.adapters.typeset_input import PartyPrint
from approval.domain.date_line import can_fall_in, render_date_line
from approval.domain.errors import PledgeError
from approval.domain.pledge_text import PledgeText
from approval.extensions import db, parts
from approval.models.agency import Agency
from approval.models.bloc import Bloc
from approval.models.comment import Comment
from approval.models.comment_answer import CommentAnswer
from approval.models.person import Person
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.models.pledge_revision import PledgeRevision
from approval.models.signing_authority import SigningAuthority
from approval.models.signing_key import SigningKey
from approval.queries.revision_text import parse_text

# Forty parties leave less than 10 MB of files; below this the disk is full in every practical sense.
_LEAST_FREE_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PreflightItem:
    """One line of the list: `vi` says what was checked, `hint` what to do when it is not `ok` ("" otherwise)."""

    code: str
    ok: bool
    vi: str
    hint: str = ""


def signing_preflight(pledge_id: uuid.UUID) -> tuple[PreflightItem, ...]:
    """Keys of the house, time stamps, fonts and layout, disk, every party's key and authority, and the date.

    Makes one page set and one time stamp for real; takes well under a second. Raises NoResultFound for an unknown id.
    """
    session, tools = db.session(), parts()
    pledge = session.get_one(Pledge, pledge_id)
    text = _current_text(session, pledge)
    items = [
        _try("house-keys", "Khóa mở ký, khóa niêm phong và máy chủ dấu thời gian", tools.signer.check),
        _try("typesetting", "Phông chữ và trình bày toàn văn", lambda: _typeset(session, tools, pledge, text)),
        _comments(session, pledge),
        _disk(tools),
        *_parties(session, tools, pledge),
        _date(text, tools.clock.now().astimezone(VIETNAM).date()),
    ]
    return tuple(items)


def _try(code: str, vi: str, check: Callable[[], object]) -> PreflightItem:
    try:
        check()
    except PledgeError as error:
        return PreflightItem(code, ok=False, vi=vi, hint=error.vi)
    return PreflightItem(code, ok=True, vi=vi)


def _current_text(session: Session, pledge: Pledge) -> PledgeText:
    query = select(PledgeRevision.content).where(
        PledgeRevision.pledge_id == pledge.id, PledgeRevision.number == pledge.revision_number
    )
    return parse_text(session.execute(query).scalar_one())


def _typeset(session: Session, tools: Parts, pledge: Pledge, text: PledgeText) -> None:
    bloc = session.get_one(Bloc, pledge.bloc_id)
    tools.typesetter.typeset_pledge(
        text,
        parties=[PartyPrint(party.heading) for party in text.parties],
        header=bloc_header(superior=bloc.superior, bloc_name=bloc.name, test_notice=tools.authority.is_test),
        mark=None,
        fixed_created=tools.clock.now(),
    )


def _comments(session: Session, pledge: Pledge) -> PreflightItem:
    """The table of opinions goes into the evidence, so no line of it may be without an answer."""
    answered = exists().where(CommentAnswer.comment_id == Comment.id, CommentAnswer.superseded_at.is_(None))
    waiting = select(func.count()).where(Comment.pledge_id == pledge.id, Comment.withdrawn_at.is_(None), ~answered)
    count = session.scalar(waiting) or 0
    hint = f"Còn {count} ý kiến chưa được trả lời; trả lời ở trang Tiếp thu, giải trình trước khi mở ký."
    return PreflightItem(
        "comments", ok=not count, vi="Tiếp thu, giải trình ý kiến của các cơ quan", hint=hint if count else ""
    )


def _disk(tools: Parts) -> PreflightItem:
    free = shutil.disk_usage(tools.settings.data_dir).free
    megabytes = free // (1024 * 1024)
    ok = free >= _LEAST_FREE_BYTES
    hint = "" if ok else "Quản trị giải phóng dung lượng đĩa trước khi mở ký."
    return PreflightItem("disk", ok=ok, vi=f"Dung lượng đĩa còn trống: {megabytes} MB", hint=hint)


def _parties(session: Session, tools: Parts, pledge: Pledge) -> Iterator[PreflightItem]:
    now = tools.clock.now()
    has_authority = exists().where(
        SigningAuthority.person_id == Person.id,
        SigningAuthority.agency_id == PledgeParty.agency_id,
        SigningAuthority.revoked_at.is_(None),
        SigningAuthority.valid_from <= now,
        or_(SigningAuthority.valid_to.is_(None), SigningAuthority.valid_to > now),
    )
    rows = session.execute(
        select(PledgeParty.position, Agency.name, Person.active, SigningKey, has_authority)
        .join(Agency, Agency.id == PledgeParty.agency_id)
        .join(Person, Person.id == PledgeParty.person_id)
        .outerjoin(SigningKey, (SigningKey.person_id == Person.id) & SigningKey.revoked_at.is_(None))
        .where(PledgeParty.pledge_id == pledge.id)
        .order_by(PledgeParty.position)
    )
    for position, agency, active, key, authorised in rows:
        hint = _party_hint(tools, key, now, active=active, authorised=authorised)
        vi = f"{agency}: khóa ký số và thẩm quyền của người đại diện"
        yield PreflightItem(f"party-{position:02d}", ok=not hint, vi=vi, hint=hint)


def _party_hint(tools: Parts, key: SigningKey | None, now: dt.datetime, *, active: bool, authorised: bool) -> str:
    """What to do about this party, "" when all is well."""
    if not active:
        return "Tài khoản người đại diện đã khóa; Quản trị phân công người khác."
    if key is None:
        return "Người đại diện chưa có khóa ký số; Quản trị cấp khóa."
    if not key.not_before <= now <= key.not_after:
        return "Chứng thư chữ ký số đã hết hạn hoặc chưa có hiệu lực; Quản trị cấp khóa mới."
    if tools.authority.is_revoked(x509.load_pem_x509_certificate(key.certificate_pem.encode())):
        return "Chứng thư chữ ký số đã bị thu hồi; Quản trị cấp khóa mới."
    if not authorised:
        return "Chưa có thẩm quyền ký còn hiệu lực; Quản trị ghi thẩm quyền."
    return ""


def _date(text: PledgeText, today: dt.date) -> PreflightItem:
    line = render_date_line(text.place, text.date)
    ok = can_fall_in(text.date, today)
    hint = (
        ""
        if ok
        else f"Hôm nay là {today:%d/%m/%Y}, không khớp với “{line}”: ghi sẵn một ngày, hoặc để trống cả tháng và năm."
    )
    return PreflightItem("date", ok=ok, vi=f"Dòng ngày tháng: “{line}”", hint=hint)
