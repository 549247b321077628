"""The finished document: dated, sealed, validated, published once; and what happens when it cannot be finished."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import uuid
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from sqlalchemy import select, text

from approval.adapters.ed25519 import verify_ed25519
from approval.adapters.pdf_checkpoint import checkpoint_of
from approval.adapters.timestamp_authority import TimestampUnavailableError
from approval.domain.checkpoint import open_checkpoint
from approval.domain.commands import FinalisePledge
from approval.domain.document import SEAL_FIELD, Finding
from approval.domain.errors import NotFoundError, WorkNotReadyError
from approval.domain.pledge_text import DateLine, DatePolicy
from approval.domain.states import AuthorityKind
from approval.extensions import db, parts
from approval.models.audit_event import AuditEvent
from approval.models.outbox_message import OutboxMessage
from approval.services.finalise_pledge import finalise_pledge
from approval.services.open_signing import open_signing
from tests.factories.history import events, require_sound_history
from tests.factories.signed_log import log_key, sign_log
from tests.factories.signing_house import (
    MovingClock,
    SigningHouse,
    add_signer,
    current_signing,
    make_agreed_pledge,
    make_open_pledge,
    open_command,
    sign_by,
    stored_pledge,
)


def _signed_pledge(app: Flask, house: SigningHouse) -> uuid.UUID:
    pledge_id = make_open_pledge(app, house)
    sign_by(app, pledge_id, *reversed(house.representatives))
    return pledge_id


def _final_text(pdf: bytes, tmp_path: Path) -> str:
    file = tmp_path / "final.pdf"
    file.write_bytes(pdf)
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext is not installed")
    return subprocess.run([tool, file, "-"], capture_output=True, text=True, check=True).stdout


def test_finished_document_is_sound_dated_and_published(
    signing_app: Flask, house: SigningHouse, tmp_path: Path
) -> None:
    pledge_id = _signed_pledge(signing_app, house)
    with signing_app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))

        pledge = stored_pledge(pledge_id)
        assert pledge.state == "finalised"
        assert pledge.final_sha256 is not None
        pdf = parts().file_store.get(pledge.final_sha256)
        report = parts().validator.inspect(pdf)
        assert report.finding is Finding.SOUND, report.problems
        assert "ngày 15 tháng 5 năm 2024" in _final_text(pdf, tmp_path)
        event = events("pledge:document:finalised")[0]
        assert (event["actor"], event["obj"]["state_to"]) == ("system", "finalised")
        assert event["data"]["date"] == {"day": 15, "month": 5, "year": 2024}
        require_sound_history()


def test_day_is_that_of_the_last_trusted_signature_in_vietnam(
    signing_app: Flask, house: SigningHouse, clock: MovingClock, tmp_path: Path
) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    sign_by(signing_app, pledge_id, house.representatives[0])
    clock.forward(hours=15, minutes=30)  # 17:30 UTC is 00:30 on the 16th in Vietnam
    sign_by(signing_app, pledge_id, house.representatives[1])
    clock.forward(days=2)
    with signing_app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))

        pdf = parts().file_store.get(stored_pledge(pledge_id).final_sha256 or "")
        assert "ngày 16 tháng 5 năm 2024" in _final_text(pdf, tmp_path)


def test_seal_vouches_for_the_history_as_it_stood(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = _signed_pledge(signing_app, house)
    with signing_app.app_context():
        before = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
        assert before is not None
        finalise_pledge(FinalisePledge(pledge_id))

        event = events("pledge:document:finalised")[0]
        following = db.session.get_one(AuditEvent, before.seq + 1)
        assert event["data"]["sealed_size"] == before.seq + 1
        assert event["data"]["sealed_root"] == following.prev_root.hex()
        assert base64.b64encode(following.prev_root).decode() in _seal_reason(pledge_id)


def test_seal_carries_the_newest_signed_head(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = _signed_pledge(signing_app, house)
    size = sign_log(signing_app)
    with signing_app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))

        note = checkpoint_of(_seal(pledge_id))
        assert note is not None
        sealed = open_checkpoint(note, log_key(), verify_ed25519)
        assert sealed.checkpoint.size == size
        (event,) = events("pledge:document:finalised")
        assert event["data"]["checkpoint_sha256"] == sha256(note).hexdigest()
        assert event["data"]["sealed_size"] >= size


def test_a_document_finished_before_the_first_signed_head_carries_none(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = _signed_pledge(signing_app, house)
    with signing_app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))
        assert checkpoint_of(_seal(pledge_id)) is None
        assert events("pledge:document:finalised")[0]["data"]["checkpoint_sha256"] is None


def _seal_reason(pledge_id: uuid.UUID) -> str:
    return str(_seal(pledge_id)["/Reason"])


def _seal(pledge_id: uuid.UUID) -> generic.DictionaryObject:
    pdf = parts().file_store.get(stored_pledge(pledge_id).final_sha256 or "")
    reader = PdfFileReader(BytesIO(pdf))
    seal: generic.DictionaryObject = next(
        one.sig_object for one in reader.embedded_signatures if one.field_name == SEAL_FIELD
    )
    return seal


def test_finished_mail_goes_once_to_everybody_concerned(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    with signing_app.app_context():
        deputy = add_signer(
            house.bloc_id, house.agencies[0], name="Phó đại diện", kind=AuthorityKind.KT, title="Phó Giám đốc"
        )
        db.session.commit()
    sign_by(signing_app, pledge_id, deputy, house.representatives[1])
    with signing_app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))

        mails = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "finished")).all()
        concerned = [*house.representatives, deputy, house.coordinator, house.observer]
        assert sorted(mail.person_id or 0 for mail in mails) == sorted(actor.person_id or 0 for actor in concerned)
        facts = {json.loads(mail.facts)["final_sha256"] for mail in mails}
        assert facts == {stored_pledge(pledge_id).final_sha256}


def test_doing_it_again_changes_nothing(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = _signed_pledge(signing_app, house)
    with signing_app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))
        before = (stored_pledge(pledge_id).final_sha256, len(events()))

        finalise_pledge(FinalisePledge(pledge_id))

        assert (stored_pledge(pledge_id).final_sha256, len(events())) == before


def test_pledge_still_being_signed_is_left_alone(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    sign_by(signing_app, pledge_id, house.representatives[0])
    with signing_app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))

        assert stored_pledge(pledge_id).state == "signing"
        assert events("pledge:document:finalised") == []


def test_unknown_pledge_is_not_found(signing_app: Flask, house: SigningHouse) -> None:
    with signing_app.app_context(), pytest.raises(NotFoundError):
        finalise_pledge(FinalisePledge(uuid.uuid4()))


def test_silent_time_stamp_server_leaves_the_pledge_finalising_and_it_ends_later(
    signing_app: Flask, house: SigningHouse
) -> None:
    pledge_id = _signed_pledge(signing_app, house)
    with signing_app.app_context():
        tsa = parts().tsa
        ask = tsa.token

        def silent(digest: bytes) -> bytes:
            raise TimestampUnavailableError("silent")

        tsa.token = silent  # type: ignore[method-assign]
        with pytest.raises(WorkNotReadyError) as cause:
            finalise_pledge(FinalisePledge(pledge_id))
        assert "dấu thời gian" in cause.value.vi
        assert stored_pledge(pledge_id).state == "finalising"

        tsa.token = ask  # type: ignore[method-assign]
        finalise_pledge(FinalisePledge(pledge_id))
        assert stored_pledge(pledge_id).state == "finalised"


@pytest.mark.parametrize("damage", ["gone", "changed"])
def test_damaged_head_is_never_sealed(signing_app: Flask, house: SigningHouse, damage: str) -> None:
    pledge_id = _signed_pledge(signing_app, house)
    with signing_app.app_context():
        head = current_signing(pledge_id).head_sha256
        file = next(parts().settings.data_dir.rglob(f"{head}.bin"))
        file.chmod(0o600)
        if damage == "gone":
            file.unlink()
        else:
            file.write_bytes(file.read_bytes()[:-1] + b"!")

        with pytest.raises(WorkNotReadyError) as cause:
            finalise_pledge(FinalisePledge(pledge_id))

        assert cause.value.code == "file-not-readable"
        assert stored_pledge(pledge_id).state == "finalising"


def test_head_without_all_signatures_is_not_sealed_even_if_the_database_says_so(
    signing_app: Flask, house: SigningHouse
) -> None:
    pledge_id = _signed_pledge(signing_app, house)
    with signing_app.app_context():
        _drop_guards("signing")
        signing = current_signing(pledge_id)
        signing.head_sha256 = signing.base_sha256
        db.session.commit()

        with pytest.raises(WorkNotReadyError) as cause:
            finalise_pledge(FinalisePledge(pledge_id))

        assert cause.value.code == "head-not-sound"
        assert stored_pledge(pledge_id).final_sha256 is None


def _drop_guards(table: str) -> None:
    """What somebody with the database's password can do: remove the triggers first."""
    names = db.session.scalars(
        text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"), {"table": table}
    ).all()
    for name in names:
        db.session.execute(text(f'DROP TRIGGER "{name}"'))
    assert names


def test_fixed_date_is_left_as_printed(
    signing_app: Flask, house: SigningHouse, clock: MovingClock, tmp_path: Path
) -> None:
    pledge_id = make_agreed_pledge(signing_app, house)
    command = replace(
        open_command(signing_app, house, pledge_id, date=DateLine(10, 5, 2024)),
        date_policy=DatePolicy.FIXED_AT_OPENING,
    )
    with signing_app.app_context():
        open_signing(command)
    clock.forward(days=40)  # the month is over: a fixed day does not mind
    sign_by(signing_app, pledge_id, *house.representatives)
    with signing_app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))

        pdf = parts().file_store.get(stored_pledge(pledge_id).final_sha256 or "")
        assert "ngày 10 tháng 5 năm 2024" in _final_text(pdf, tmp_path)


def test_blank_month_and_year_are_filled_too(
    signing_app: Flask, house: SigningHouse, clock: MovingClock, tmp_path: Path
) -> None:
    clock.forward(days=580)
    pledge_id = make_agreed_pledge(signing_app, house)
    command = replace(open_command(signing_app, house, pledge_id), date=DateLine())
    with signing_app.app_context():
        open_signing(command)
    sign_by(signing_app, pledge_id, *house.representatives)
    with signing_app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))

        pdf = parts().file_store.get(stored_pledge(pledge_id).final_sha256 or "")
        assert "ngày 16 tháng 12 năm 2025" in _final_text(pdf, tmp_path)
