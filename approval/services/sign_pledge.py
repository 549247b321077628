"""One representative signs: check, PIN, lease, one PDF revision, compare-and-swap, one event."""

from __future__ import annotations

from dataclasses import dataclass

from approval.adapters.failpoints import failpoint
from approval.adapters.pdf_errors import FieldAlreadySignedError
from approval.domain.audit_event import EventType
from approval.domain.commands import SignPledge
from approval.domain.document import SignedRevision
from approval.domain.errors import BusyError
from approval.domain.states import Action, Role, State
from approval.extensions import db, parts
from approval.models.pledge import Pledge
from approval.models.signature import Signature
from approval.models.signing import Signing
from approval.services.drawn_picture import drawn_picture
from approval.services.outbox import queue_finalisation
from approval.services.signing_act import SigningAct, confirm_act, prepare_act, refuse_unfitting_day
from approval.services.signing_lease import Lease, release_lease, signing_lease
from approval.services.transition_pledge import transition_pledge
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work
from approval.services.unlock_signing_key import OpenedKey, forget_attempts, unlocked_signing_key

# Only a lease that ended under a slow time-stamp authority lets the head move; twice in a row is already unlikely.
_TRIES = 5


@dataclass(frozen=True, slots=True)
class _Step:
    """A signed file built on one head, not yet the new head."""

    previous_sha256: str
    document_sha256: str
    revision: SignedRevision


class _HeadMovedError(Exception):
    """Somebody signed between reading the head and taking the lock; build on the new head."""


def sign_pledge(command: SignPledge) -> None:
    """Add this person's signature; the last one moves the pledge to `finalising` and leaves the work to the worker.

    Raises AlreadyDoneError, StaleTextError, NotAllowedError (authority, wrong PIN, locked PIN, key), NotFoundError,
    InvalidInputError (consent), TransitionRefusedError, CertificateNotUsableError, TimestampUnavailableError,
    BusyError. In each case no signature was recorded.
    """
    act = prepare_act(command)
    with unlocked_signing_key(command.actor, command.pin, pledge_id=command.pledge_id) as opened:
        stamp = _typeset_stamp(act)
        failpoint("sign:1")
        with signing_lease(act.signing_id) as lease:
            failpoint("sign:2")
            _add_signature(command, act, opened, stamp, lease)
    failpoint("sign:6")


def _add_signature(command: SignPledge, act: SigningAct, opened: OpenedKey, stamp: bytes, lease: Lease) -> None:
    for _ in range(_TRIES):
        try:
            step = _sign_head(act, opened, stamp)
            _record(command, act, opened, step, lease)
        except FieldAlreadySignedError:
            # The same person's other click was faster: the check says so in the right words.
            prepare_act(command)
            raise
        except _HeadMovedError:
            continue
        return
    raise _head_keeps_moving()


def _typeset_stamp(act: SigningAct) -> bytes:
    return parts().typesetter.typeset_signature_stamp(
        act.box,
        picture_png=act.picture or drawn_picture(act.display_name),
        authority_lines=act.authority_lines,
        name=act.display_name,
        note="",
        test_notice=parts().authority.is_test,
    )


def _sign_head(act: SigningAct, opened: OpenedKey, stamp: bytes) -> _Step:
    head_sha256 = db.session.get_one(Signing, act.signing_id, populate_existing=True).head_sha256
    # Let go of the read transaction: signing takes long, and on SQLite an old snapshot cannot become a writer.
    db.session.rollback()
    revision = parts().signer.sign(
        parts().file_store.get(head_sha256),
        field_name=act.box.name,
        key=opened.key,
        stamp_pdf=stamp,
        reason=f"Ký {act.printed.title}",
        location=act.printed.place,
    )
    # The trusted time decides the day to be filled in, and midnight may have passed since the first check.
    refuse_unfitting_day(act.printed, revision.signed_at)
    failpoint("sign:3")
    document_sha256 = parts().file_store.put(revision.pdf)
    failpoint("sign:4")
    return _Step(head_sha256, document_sha256, revision)


def _record(command: SignPledge, act: SigningAct, opened: OpenedKey, step: _Step, lease: Lease) -> None:
    with unit_of_work() as uow:
        pledge, signing = confirm_act(uow, command, act)
        if signing.head_sha256 != step.previous_sha256:
            raise _HeadMovedError
        forget_attempts(uow, opened.key_id)
        state_from = State(pledge.state)
        _move_head(uow, act, step, signing)
        # The database lets a pledge into `finalising` only with every signature there to be seen.
        uow.session.flush()
        fired = _count_signature(uow, pledge)
        release_lease(signing, lease)
        if fired:
            queue_finalisation(uow, pledge, signing.id)
        uow.record(
            EventDraft(
                type=EventType.SIGNATURE_ADDED,
                actor=command.actor,
                pledge=pledge,
                state_from=state_from,
                state_to=State(pledge.state),
                doc_sha256=step.document_sha256,
                revision=command.revision_number,
                data={**_evidence(command, act, step), "fired": fired, "signed_count": pledge.signed_count},
            )
        )
        uow.session.flush()
        failpoint("sign:5")


def _count_signature(uow: UnitOfWork, pledge: Pledge) -> list[str]:
    """Move the counter, and the state with it in the same UPDATE when this was the last signature."""
    transition_pledge(uow, pledge, Action.SIGN, Role.REPRESENTATIVE)
    pledge.signed_count += 1
    if pledge.signed_count < pledge.party_count:
        return []
    transition_pledge(uow, pledge, Action.ALL_SIGNED, Role.SYSTEM)
    return [Action.ALL_SIGNED.value]


def _move_head(uow: UnitOfWork, act: SigningAct, step: _Step, signing: Signing) -> None:
    uow.session.add(
        Signature(
            signing_id=signing.id,
            party_id=act.party_id,
            person_id=act.person_id,
            authority_id=act.authority_id,
            authority_lines="\n".join(act.authority_lines),
            position=signing.head_position + 1,
            field_name=act.box.name,
            previous_sha256=step.previous_sha256,
            document_sha256=step.document_sha256,
            certificate_serial=step.revision.certificate_serial,
            certificate_subject=step.revision.certificate_subject,
            signed_at=step.revision.signed_at,
        )
    )
    # The database lets the head move only to a signature that is there to be seen.
    uow.session.flush()
    signing.head_sha256 = step.document_sha256
    signing.head_position += 1


def _evidence(command: SignPledge, act: SigningAct, step: _Step) -> dict[str, object]:
    return {
        "authority": act.authority_id,
        "authority_lines": list(act.authority_lines),
        "base_sha256": command.document_sha256,
        "certificate_serial": step.revision.certificate_serial,
        "field": act.box.name,
        "previous_sha256": step.previous_sha256,
        "revision_sha256": command.revision_sha256,
        "signed_at": step.revision.signed_at.isoformat(),
    }


def _head_keeps_moving() -> BusyError:
    return BusyError(
        "signing-busy",
        "Nhiều cơ quan đang ký cùng lúc. Ông/Bà chờ ít giây rồi bấm ký lại; chưa có gì được ghi.",
        "Several agencies are signing at once. Wait a few seconds and sign again; nothing was recorded.",
    )
