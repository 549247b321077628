"""`approval renew` on a province's documents as years pass: reported, renewed once, recorded, offered beside."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from approval.adapters.pdf_validator import PdfValidator
from approval.cli.renew import command
from approval.domain.commands import FinalisePledge
from approval.domain.document import Finding
from approval.domain.errors import NotFoundError
from approval.domain.proof_age import ProofNotRenewableError
from approval.extensions import db, parts
from approval.queries.pledge_files import renewed_file
from approval.queries.proof_files import load_proof_files
from approval.queries.visible_pledge import Viewer
from approval.services.finalise_pledge import finalise_pledge
from approval.services.renew_proof import RenewProof, renew_proof
from tests.factories.ageing import install_new_tsa
from tests.factories.history import events, require_sound_history
from tests.factories.signing_house import MovingClock, SigningHouse, make_open_pledge, sign_by, stored_pledge

Run = Callable[..., Result]
ELEVEN_YEARS = 11.5 * 365


@pytest.fixture
def finished(signing_app: Flask, house: SigningHouse) -> uuid.UUID:
    pledge_id = make_open_pledge(signing_app, house)
    sign_by(signing_app, pledge_id, *house.representatives)
    with signing_app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))
    return pledge_id


@pytest.fixture
def run(signing_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("APPROVAL_MODE", "test")
    return lambda *words: CliRunner().invoke(command, list(words), obj=lambda: signing_app)


def observer(house: SigningHouse) -> Viewer:
    actor = house.observer
    return Viewer(actor.person_id or 0, actor.role, actor.agency_id, house.bloc_id)


def renewals() -> list[dict[str, Any]]:
    return events("pledge:proof:renewed")


def test_a_young_document_is_left_alone(signing_app: Flask, finished: uuid.UUID, run: Run) -> None:
    result = run()
    assert result.exit_code == 0, result.output
    assert "còn vững" in result.output
    assert str(finished) in result.output
    with signing_app.app_context():
        assert renewals() == []


def test_the_report_names_what_weakens_within_a_year_and_changes_nothing(
    signing_app: Flask, finished: uuid.UUID, clock: MovingClock, run: Run
) -> None:
    clock.forward(days=ELEVEN_YEARS)
    result = run("--report")
    assert result.exit_code == 1
    assert "SẮP YẾU: BẢN GIAO ƯỚC THI ĐUA NĂM 2024" in result.output
    assert "dấu thời gian cuối 15/05/2024, chứng thư hết hạn" in result.output
    assert run("--report", "--within", "30").exit_code == 0
    with signing_app.app_context():
        assert renewals() == []


def test_an_ageing_document_is_renewed_once_and_recorded(
    signing_app: Flask, house: SigningHouse, finished: uuid.UUID, clock: MovingClock, run: Run
) -> None:
    clock.forward(days=ELEVEN_YEARS)
    with signing_app.app_context():
        install_new_tsa(clock)
    first = run()
    assert first.exit_code == 0, first.output
    assert "đã gia hạn" in first.output
    assert "còn vững" in run().output
    with signing_app.app_context():
        published = stored_pledge(finished).final_sha256 or ""
        (event,) = renewals()
        newest, _title = renewed_file(db.session(), observer(house), finished)
        assert event["obj"]["doc_sha256"] == newest
        assert event["data"]["before_sha256"] == published
        renewed = parts().file_store.get(newest)
        assert sha256(renewed).hexdigest() == newest
        assert renewed.startswith(parts().file_store.get(published))
        clock.forward(days=400)
        outsider = PdfValidator(parts().authority.trust_roots, clock)
        assert outsider.inspect(renewed).finding is Finding.SOUND
        require_sound_history()


def test_what_cannot_be_renewed_is_named_and_stops_nothing(
    signing_app: Flask, finished: uuid.UUID, clock: MovingClock, run: Run
) -> None:
    clock.forward(days=ELEVEN_YEARS)
    result = run()
    assert result.exit_code == 1
    assert "không gia hạn được" in result.output
    assert "Cập nhật chứng thư của nơi cấp dấu thời gian" in result.output
    with signing_app.app_context():
        assert renewals() == []
        with pytest.raises(ProofNotRenewableError):
            renew_proof(RenewProof(finished))


def test_a_lost_file_is_named(signing_app: Flask, finished: uuid.UUID, run: Run) -> None:
    with signing_app.app_context():
        stored = stored_pledge(finished).final_sha256 or ""
        next(parts().settings.data_dir.rglob(f"*{stored[-20:]}*")).unlink()
    result = run()
    assert result.exit_code == 1
    assert "khôi phục từ bản sao lưu" in result.output


def test_an_unfinished_document_has_nothing_to_renew(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    with signing_app.app_context():
        assert load_proof_files(db.session()) == ()
        with pytest.raises(NotFoundError):
            renew_proof(RenewProof(pledge_id))
        with pytest.raises(NotFoundError):
            renewed_file(db.session(), observer(house), pledge_id)


def test_until_it_is_renewed_there_is_no_renewed_file(
    signing_app: Flask, house: SigningHouse, finished: uuid.UUID
) -> None:
    with signing_app.app_context(), pytest.raises(NotFoundError):
        renewed_file(db.session(), observer(house), finished)
