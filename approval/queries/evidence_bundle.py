"""Everything that proves one pledge's story, in one sealed archive that outsiders check without us."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from approval.domain.errors import TransitionRefusedError
from approval.domain.evidence_manifest import (
    DELIVERIES,
    EVENTS,
    FINAL_PDF,
    LEAVES,
    MANIFEST,
    MANIFEST_SEAL,
    OPINIONS_JSON,
    OPINIONS_PDF,
    README_EN,
    README_VI,
    VERIFIER,
    Manifest,
)
from approval.extensions import parts
from approval.models.pledge import Pledge
from approval.queries.evidence_rows import (
    delivery_file,
    event_file,
    events_before,
    head_files,
    kept_opinions,
    leaves_before,
    newest_signed_size,
    revision_files,
)
from approval.queries.visible_pledge import Viewer, load_visible_pledge, no_such_pledge


def load_evidence_bundle(session: Session, viewer: Viewer, pledge_id: uuid.UUID) -> tuple[bytes, str]:
    """The archive, and the pledge's title. Raises NotFoundError for who may not see it, and as below."""
    pledge, _bloc = load_visible_pledge(session, viewer, pledge_id)
    return _bundle(session, pledge), pledge.title


def load_any_evidence_bundle(session: Session, pledge_id: uuid.UUID) -> bytes:
    """The archive, for the installation's own command line.

    Raises NotFoundError, TransitionRefusedError before the first head over the pledge's events is signed,
    TimestampUnavailableError.
    """
    pledge = session.get(Pledge, pledge_id)
    if pledge is None:
        raise no_such_pledge()
    return _bundle(session, pledge)


def _bundle(session: Session, pledge: Pledge) -> bytes:
    files = _history(session, pledge) | revision_files(session, pledge)
    files[DELIVERIES] = delivery_file(session, pledge.id)
    if pledge.final_sha256 is not None:
        files[FINAL_PDF] = parts().file_store.get(pledge.final_sha256)
    tools = parts().evidence_tools
    files |= {VERIFIER: tools.verifier(), README_VI: tools.readme("vi"), README_EN: tools.readme("en")}
    files |= tools.certificates([data for path, data in files.items() if path.endswith(".tsr")])
    manifest = Manifest.of(str(pledge.id), files).canonical_bytes()
    return tools.archive({**files, MANIFEST: manifest, MANIFEST_SEAL: tools.seal(manifest)})


def _history(session: Session, pledge: Pledge) -> dict[str, bytes]:
    size = newest_signed_size(session)
    events = events_before(session, pledge, size)
    if not any(not event.about_keys for event in events):
        raise TransitionRefusedError(
            "log-not-signed",
            "Nhật ký chưa được ký tới các sự kiện của văn bản này nên chưa lập được hồ sơ chứng cứ. Thử lại sau mười "
            "phút; nếu vẫn vậy, báo Quản trị kiểm tra bộ phận ký nhật ký.",
            "No signed head of the history covers this pledge's events yet, so there is no evidence to hand out. Try "
            "again in ten minutes; if it stays, ask the administrator to look after the log signer.",
        )
    files = head_files(session, events, size) | {LEAVES: leaves_before(session, size), EVENTS: event_file(events)}
    opinions = kept_opinions(events)
    if opinions is not None:
        files |= {path: parts().file_store.get(one) for path, one in zip(_OPINIONS, opinions, strict=True)}
    return files


_OPINIONS = (OPINIONS_PDF, OPINIONS_JSON)
