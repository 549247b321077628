"""The evidence bundle of a pledge that lived through the services: sound for everybody who checks it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import uuid
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from approval.app import create_app
from approval.cli.evidence import command as evidence_command
from approval.cli.verify import command as verify_command
from approval.domain.commands import SYSTEM_ACTOR
from approval.domain.errors import NotFoundError, TransitionRefusedError
from approval.domain.reading_commands import HandedFile, HandOutFile, NoteRefusal, ViewDocument
from approval.extensions import db
from approval.models.audit_event import AuditPrivate
from approval.models.person import Person
from approval.queries.evidence_bundle import load_any_evidence_bundle
from approval.services.erase_private import ErasePrivate, erase_private
from approval.services.hand_out_file import hand_out_file
from approval.services.note_refusal import note_refusal
from approval.services.view_document import view_document
from tests.factories.both_verifiers import judge
from tests.factories.log_house import LogHouse
from tests.factories.review_house import make_review
from tests.factories.settings import make_settings
from tests.factories.signing_house import MAY_15, MovingClock, SigningHouse, make_house
from tests.factories.stored_heads import finished_pledge, house_of, stamp_late, store_head


@dataclass(frozen=True)
class Told:
    """A finished pledge, its bundle, and the installation that made it."""

    app: Flask
    people: SigningHouse
    house: LogHouse
    pledge_id: uuid.UUID
    bundle: bytes


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Told:
    """Heads were signed after each verdict and signature, the last one witnessed and stamped."""
    folder = tmp_path_factory.mktemp("told")
    database = folder / "told.sqlite3"
    database.write_bytes(migrated_sqlite.read_bytes())
    app = create_app(make_settings(folder, database_url=f"sqlite:///{database}"), clock=MovingClock(MAY_15))
    people, house = make_house(app), house_of(app)
    pledge_id = finished_pledge(app, people, lambda: store_head(app, house))
    read_and_print(app, people, pledge_id)
    store_head(app, house, witnesses=house.witnesses[:4], stamped=True)
    with app.app_context():
        bundle = load_any_evidence_bundle(db.session(), pledge_id)
    return Told(app, people, house, pledge_id, bundle)


def read_and_print(app: Flask, people: SigningHouse, pledge_id: uuid.UUID) -> None:
    """What goes on around a finished document: it is read, taken, printed, and refused to somebody."""
    reader = people.representatives[0]
    with app.app_context():
        view_document(ViewDocument(reader, pledge_id, 1, "ab" * 32))
        hand_out_file(HandOutFile(reader, pledge_id, HandedFile.FINAL_TO_PRINT, "ab" * 32))
        hand_out_file(HandOutFile(reader, pledge_id, HandedFile.DRAFT))
        note_refusal(NoteRefusal(people.observer, pledge_id))


def names(bundle: bytes) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return set(archive.namelist())


def content(bundle: bytes, path: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return archive.read(path)


def test_both_verifiers_find_it_sound(told: Told) -> None:
    found = judge(told.bundle, told.house.policy_text(quorum=4))
    assert (found.code, found.failed()) == (0, set())
    assert found.words["replay"] == "1 bản, 2 cơ quan thống nhất"
    assert found.outcomes["times"] == found.outcomes["witnesses"] == found.outcomes["carried"] == "PASS"


def test_it_holds_what_the_readme_promises(told: Told) -> None:
    found = names(told.bundle)
    assert {
        "manifest.json",
        "manifest.p7s",
        "document/final.pdf",
        "document/revisions/1.json",
        "log/leaves.bin",
        "log/events.jsonl",
        "mail/deliveries.json",
        "opinions/table.pdf",
        "opinions/table.json",
        "verify.py",
        "README.vi.md",
        "README.en.md",
        "certificates/root-1.pem",
        "certificates/seal-1.pem",
        "certificates/revoked-1.crl",
    } <= found
    assert len([name for name in found if name.endswith(".note")]) >= 4
    assert len([name for name in found if name.endswith(".tsr")]) == 1


def test_no_address_and_no_private_detail_leaves_with_it(told: Told) -> None:
    deliveries = json.loads(content(told.bundle, "mail/deliveries.json"))
    assert {mail["kind"] for mail in deliveries["mails"]} >= {"signing-invitation", "finished"}
    for path in ("mail/deliveries.json", "log/events.jsonl"):
        assert b"@bacgiang" not in content(told.bundle, path)
        assert b"10.0.0.7" not in content(told.bundle, path)


def test_erasing_private_details_changes_nothing(told: Told) -> None:
    with told.app.app_context():
        before = db.session.query(AuditPrivate).count()
        for actor in told.people.representatives:
            erase_private(ErasePrivate(SYSTEM_ACTOR, db.session.get_one(Person, actor.person_id).email))
        assert db.session.query(AuditPrivate).count() < before
    store_head(told.app, told.house, witnesses=told.house.witnesses[:4])
    with told.app.app_context():
        bundle = load_any_evidence_bundle(db.session(), told.pledge_id)
    found = judge(bundle, told.house.policy_text(quorum=4))
    assert (found.code, found.failed()) == (0, set())


@pytest.fixture
def folder(told: Told, tmp_path: Path) -> Path:
    """The bundle as `a.zip`, unpacked into `a`, and a policy."""
    (tmp_path / "a.zip").write_bytes(told.bundle)
    (tmp_path / "policy.txt").write_text(told.house.policy_text(quorum=3), encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        archive.extractall(tmp_path / "a")
    return tmp_path


def run(folder: Path, *words: str) -> str:
    done = subprocess.run(words, cwd=folder, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return (done.stdout + done.stderr).decode()


def test_the_verifier_inside_finds_it_sound(folder: Path) -> None:
    words = run(folder, sys.executable, "-I", "-S", "a/verify.py", "a.zip", "--policy", "policy.txt")
    assert words.splitlines()[-1].startswith("HỢP LỆ")


def test_approval_verify_judges_the_pdf_as_well(folder: Path) -> None:
    words = ["--policy", str(folder / "policy.txt")]
    result = CliRunner().invoke(verify_command, [str(folder / "a.zip"), *words])
    assert result.exit_code == 0, result.output
    assert "PASS pdf: 5 chữ ký" in result.output
    assert result.output.startswith("HỢP LỆ")


def test_a_root_may_be_named_by_its_certificate(folder: Path) -> None:
    (folder / "log.txt").write_text((folder / "policy.txt").read_text().replace("root", "#"), encoding="utf-8")
    words = ["--policy", str(folder / "log.txt"), "--trust", str(folder / "a/certificates/root-1.pem")]
    assert CliRunner().invoke(verify_command, [str(folder / "a.zip"), *words]).exit_code == 0


def test_without_a_policy_nobody_is_known(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPROVAL_DATA_DIR", str(folder / "none"))
    result = CliRunner().invoke(verify_command, [str(folder / "a.zip")])
    assert result.exit_code == 4
    assert "NOT CHECKED pdf: nguyên vẹn và đủ chữ ký, nhưng chưa biết ai phát hành" in result.output


def test_openssl_finds_the_seal_right(folder: Path) -> None:
    certificates = ["-CAfile", "certificates/root-1.pem", "-purpose", "any", "-attime", _moment()]
    what = ["-inform", "DER", "-in", "manifest.p7s", "-content", "manifest.json", "-out", "/dev/null"]
    assert "erification successful" in run(folder / "a", "openssl", "cms", "-verify", "-cades", *what, *certificates)


def test_openssl_finds_the_stamp_right(folder: Path) -> None:
    token = next((folder / "a/log/checkpoints").glob("*.tsr"))
    head = b"".join(token.with_suffix(".note").read_bytes().splitlines(keepends=True)[:5])
    (folder / "a/head").write_bytes(head)
    chain = b"".join(path.read_bytes() for path in (folder / "a/certificates").glob("chain-*.pem"))
    (folder / "a/chain.pem").write_bytes(chain)
    certificates = ["-CAfile", "certificates/root-1.pem", "-untrusted", "chain.pem", "-attime", _moment()]
    what = ["-data", "head", "-in", str(token), "-token_in"]
    assert "Verification: OK" in run(folder / "a", "openssl", "ts", "-verify", *what, *certificates)


def _moment() -> str:
    return str(int(MAY_15.timestamp()) + 60)


def test_before_the_first_head_there_is_nothing_to_hand_out(signing_place: Flask) -> None:
    pledge_id = make_review(signing_place, make_house(signing_place))
    with signing_place.app_context(), pytest.raises(TransitionRefusedError) as refused:
        load_any_evidence_bundle(db.session(), pledge_id)
    assert refused.value.code == "log-not-signed"


def test_an_unfinished_pledge_gives_what_there_is(signing_place: Flask) -> None:
    house = house_of(signing_place)
    pledge_id = make_review(signing_place, make_house(signing_place))
    store_head(signing_place, house)
    with signing_place.app_context():
        bundle = load_any_evidence_bundle(db.session(), pledge_id)
    found = judge(bundle, house.policy_text())
    assert (found.code, found.failed()) == (2, {"complete"})


def test_a_pledge_that_is_not_there_has_no_bundle(signing_place: Flask) -> None:
    with signing_place.app_context(), pytest.raises(NotFoundError):
        load_any_evidence_bundle(db.session(), uuid.uuid4())


@pytest.fixture
def signing_place(tmp_path: Path, migrated_sqlite: Path) -> Flask:
    """An installation of its own."""
    database = tmp_path / "place.sqlite3"
    database.write_bytes(migrated_sqlite.read_bytes())
    return create_app(make_settings(tmp_path, database_url=f"sqlite:///{database}"), clock=MovingClock(MAY_15))


def test_the_command_writes_the_same(told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPROVAL_MODE", "test")
    words = [str(told.pledge_id), "--out", str(tmp_path / "b.zip")]
    result = CliRunner().invoke(evidence_command, words, obj=lambda: told.app)
    assert result.exit_code == 0, result.output
    assert judge((tmp_path / "b.zip").read_bytes(), told.house.policy_text(quorum=4)).code == 0


def test_a_place_that_cannot_be_written_is_named(told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPROVAL_MODE", "test")
    words = [str(told.pledge_id), "--out", str(tmp_path / "none" / "b.zip")]
    result = CliRunner().invoke(evidence_command, words, obj=lambda: told.app)
    assert result.exit_code == 1
    assert "Chọn chỗ khác" in result.output


def test_a_stamp_that_came_late_accuses_nobody(tmp_path: Path, migrated_sqlite: Path) -> None:
    database = tmp_path / "late.sqlite3"
    database.write_bytes(migrated_sqlite.read_bytes())
    clock = MovingClock(MAY_15)
    app = create_app(make_settings(tmp_path, database_url=f"sqlite:///{database}"), clock=clock)
    people, house = make_house(app), house_of(app)
    sizes: list[int] = []
    pledge_id = finished_pledge(app, people, lambda: sizes.append(store_head(app, house)))
    clock.forward(days=1)
    stamp_late(app, house, sizes[0])
    newest = store_head(app, house, witnesses=house.witnesses[:1], stamped=True)
    with app.app_context():
        bundle = load_any_evidence_bundle(db.session(), pledge_id)
    stamps = {name for name in names(bundle) if name.endswith(".tsr")}
    assert stamps == {f"log/checkpoints/{newest}.tsr"}
    assert house.witnesses[0].key.name.encode() not in content(bundle, f"log/checkpoints/{sizes[0]}.note")
    found = judge(bundle, house.policy_text(quorum=1))
    assert (found.code, found.failed()) == (0, set()), found.words
