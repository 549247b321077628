"""Which stored files belong to a pledge, and who may have them."""

from __future__ import annotations

import re
import uuid

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from approval.domain.errors import NotFoundError
from approval.models.signature import Signature
from approval.models.signing import Signing
from approval.queries.proof_files import newest_file
from approval.queries.visible_pledge import Viewer, load_visible_pledge

_DIGEST = re.compile(r"[0-9a-f]{64}")


def no_such_file() -> NotFoundError:
    """One answer for a file that is not there, not yet there, or not this pledge's."""
    return NotFoundError(
        "file-not-found",
        "Chưa có tệp này. Mở trang văn bản để xem bước hiện tại và các tệp tải được.",
        "There is no such file yet. Open the pledge to see its state and the files it has.",
    )


def final_file(session: Session, viewer: Viewer, pledge_id: uuid.UUID) -> tuple[str, str]:
    """Hash and title of the finished document.

    Raises NotFoundError until the pledge is finalised: unsealed bytes never pass for it.
    """
    pledge, _bloc = load_visible_pledge(session, viewer, pledge_id)
    if pledge.final_sha256 is None:
        raise no_such_file()
    return pledge.final_sha256, pledge.title


def renewed_file(session: Session, viewer: Viewer, pledge_id: uuid.UUID) -> tuple[str, str]:
    """Hash and title of the finished document with the newest time stamp over it.

    Raises NotFoundError until its proof was renewed.
    """
    sha256, title = final_file(session, viewer, pledge_id)
    newest = newest_file(session, pledge_id, sha256)
    if newest == sha256:
        raise no_such_file()
    return newest, title


def opened_file(session: Session, viewer: Viewer, pledge_id: uuid.UUID) -> tuple[str, str]:
    """Hash and title of the certified file that people read before signing."""
    pledge, _bloc = load_visible_pledge(session, viewer, pledge_id)
    sha256 = session.scalar(
        select(Signing.base_sha256).where(Signing.pledge_id == pledge.id, Signing.voided_at.is_(None))
    )
    if sha256 is None:
        raise no_such_file()
    return sha256, pledge.title


def stopped_file(session: Session, viewer: Viewer, pledge_id: uuid.UUID, number: int) -> tuple[str, str]:
    """Hash and title of the last file of the pledge's stopped signing `number` (from 1), kept as evidence.

    Raises NotFoundError when there is none.
    """
    pledge, _bloc = load_visible_pledge(session, viewer, pledge_id)
    query = select(Signing.head_sha256).where(Signing.pledge_id == pledge.id, Signing.voided_at.is_not(None))
    heads = session.scalars(query.order_by(Signing.id)).all()
    if not 1 <= number <= len(heads):
        raise no_such_file()
    return heads[number - 1], pledge.title


def file_of_pledge(session: Session, viewer: Viewer, pledge_id: uuid.UUID, sha256: str) -> str:
    """The hash back, if it names a file of this pledge's signings or its final one. Raises NotFoundError."""
    pledge, _bloc = load_visible_pledge(session, viewer, pledge_id)
    if not _DIGEST.fullmatch(sha256):
        raise no_such_file()
    if sha256 == pledge.final_sha256:
        return sha256
    known = session.scalar(
        select(Signing.id)
        .outerjoin(Signature, Signature.signing_id == Signing.id)
        .where(
            Signing.pledge_id == pledge.id,
            or_(Signing.base_sha256 == sha256, Signing.head_sha256 == sha256, Signature.document_sha256 == sha256),
        )
        .limit(1)
    )
    if known is None:
        raise no_such_file()
    return sha256
