"""The log signer on real histories: what it signs, when, and what no database can make it sign."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from approval.adapters.ed25519 import verify_ed25519
from approval.adapters.signer_folder import SignerFolder
from approval.cli.log_signing import LogSigning
from approval.domain.checkpoint import open_checkpoint
from approval.domain.log_signing import LogRefusedError, rotation_statement
from approval.domain.signed_note import NoteError, NoteKey
from approval.domain.strict_base64 import decode
from approval.extensions import db, parts
from approval.models.audit_checkpoint import AuditCheckpoint
from approval.models.audit_event import AuditEvent, AuditHead
from approval.queries.log_keys import load_log_keys
from approval.services.record_log_key import RecordLogKey, record_log_key
from tests.factories.database_owner import back_up, restore, rewrite, unguarded
from tests.factories.history import events, require_sound_history
from tests.factories.review_house import agree_by, import_draft, make_review
from tests.factories.signed_log import load_newest_checkpoint, log_signing, newest_checkpoint
from tests.factories.signing_house import MAY_15, MovingClock, SigningHouse, make_house
from tests.servers.fixtures import AppFactory


@dataclass
class Desk:
    """An application inside its context, its people, its clock, and its signer, started."""

    app: Flask
    house: SigningHouse
    clock: MovingClock
    signing: LogSigning

    def head(self) -> AuditHead:
        db.session.rollback()
        return db.session.get_one(AuditHead, 1, populate_existing=True)

    def more(self) -> None:
        """An event that nobody waits for."""
        import_draft(self.app, self.house)


@pytest.fixture
def desk(app_factory: AppFactory, database_url: str) -> Iterator[Desk]:
    clock = MovingClock(MAY_15)
    app = app_factory(database_url=database_url, clock=clock)
    house = make_house(app)
    with app.app_context():
        signing = log_signing()
        signing.prepare()
        signing.step()
        yield Desk(app, house, clock, signing)


def refusal(act: Callable[[], object]) -> LogRefusedError:
    with pytest.raises(LogRefusedError) as refused:
        act()
    return refused.value


def test_the_first_start_names_its_key_in_the_history_and_signs_it(desk: Desk) -> None:
    (registered,) = events("log:key:registered")
    key = NoteKey.from_vkey(registered["data"]["vkey"])
    assert key.name == "localhost/nhat-ky"
    assert newest_checkpoint().checkpoint == replace(newest_checkpoint().checkpoint, size=1, root=desk.head().root)
    desk.signing.prepare()
    assert len(events("log:key:registered")) == 1


def test_a_verdict_is_signed_at_once_and_a_draft_after_ten_minutes(desk: Desk) -> None:
    desk.more()
    assert desk.signing.step() is None
    desk.clock.forward(minutes=10)
    assert desk.signing.step() == desk.head().size == newest_checkpoint().checkpoint.size
    agree_by(desk.app, make_review(desk.app, desk.house), desk.house.representatives[0])
    assert desk.signing.step() == desk.head().size
    assert newest_checkpoint().checkpoint.root == desk.head().root
    assert desk.signing.step() is None
    require_sound_history()


def test_an_old_backup_stops_the_signer_with_both_sizes(desk: Desk) -> None:
    desk.more()
    copied = back_up()
    agree_by(desk.app, make_review(desk.app, desk.house), desk.house.representatives[0])
    signed = desk.signing.step()
    restore(copied)
    for act in (desk.signing.step, desk.signing.prepare, desk.signing.rotate):
        found = refusal(act)
        assert found.code == "log-behind"
        assert f"chỉ có {copied.size} sự kiện" in found.vi
        assert f"điểm kiểm {signed} sự kiện" in found.vi
    assert newest_checkpoint().checkpoint.size < copied.size


def test_an_old_backup_that_has_grown_past_the_signed_head_is_a_fork(desk: Desk) -> None:
    desk.more()
    copied = back_up()
    desk.clock.forward(minutes=10)
    desk.more()
    signed = desk.signing.step()
    assert signed == copied.size + 1
    restore(copied)
    desk.more()
    assert refusal(desk.signing.step).code == "log-forked"
    desk.more()
    desk.clock.forward(minutes=10)
    assert refusal(desk.signing.step).code == "log-forked"
    assert newest_checkpoint().checkpoint.size < copied.size


def test_an_event_edited_with_all_its_hashes_is_a_fork(desk: Desk) -> None:
    for _ in range(3):
        desk.more()
    desk.clock.forward(minutes=10)
    desk.signing.step()
    desk.more()
    payload = db.session.scalars(select(AuditEvent.payload).where(AuditEvent.seq == 1)).one()
    rewrite(1, payload.replace(b"imported", b"important"))
    desk.clock.forward(minutes=10)
    assert refusal(desk.signing.step).code == "log-forked"


def test_missing_subtrees_prove_nothing(desk: Desk) -> None:
    for _ in range(4):
        desk.more()
    desk.clock.forward(minutes=10)
    desk.signing.step()
    desk.more()
    unguarded(("DELETE FROM audit_node", {}))
    desk.clock.forward(minutes=10)
    assert refusal(desk.signing.step).code == "log-forked"


def test_a_rotated_key_is_signed_by_the_old_one_and_signs_from_then_on(desk: Desk) -> None:
    old = load_log_keys(db.session())[0]
    vkey = desk.signing.rotate()
    first, second = load_log_keys(db.session())
    assert (first, second.vkey, second.previous) == (old, vkey, old.vkey)
    statement = rotation_statement(old.vkey, vkey)
    assert verify_ed25519(NoteKey.from_vkey(old.vkey).public, decode(second.signature), statement)
    assert desk.signing.step() == desk.head().size
    note = load_newest_checkpoint(db.session()) or b""
    open_checkpoint(note, NoteKey.from_vkey(vkey), verify_ed25519)
    with pytest.raises(NoteError, match="did not sign"):
        open_checkpoint(note, NoteKey.from_vkey(old.vkey), verify_ed25519)
    assert desk.signing.prepare() == vkey


@pytest.mark.parametrize("recorded", [True, False], ids=["the history knows", "the history does not know"])
def test_a_rotation_cut_short_ends_as_the_history_says(desk: Desk, recorded: bool) -> None:
    folder = SignerFolder(parts().settings.log_signer_dir)
    old = folder.signer()
    assert old is not None
    new = type(old).generate(old.key.name)
    folder.write_next(new)
    if recorded:
        record_log_key(RecordLogKey(new.key.vkey, old.key.vkey, "x"))
    assert desk.signing.prepare() == (new if recorded else old).key.vkey
    assert folder.next_signer() is None


def test_after_a_rotation_cut_short_by_another_process_no_head_bears_the_old_key(desk: Desk) -> None:
    folder = SignerFolder(parts().settings.log_signer_dir)
    old = folder.signer()
    assert old is not None
    new = type(old).generate(old.key.name)
    folder.write_next(new)
    record_log_key(RecordLogKey(new.key.vkey, old.key.vkey, "x"))
    assert desk.signing.step() == desk.head().size
    open_checkpoint(load_newest_checkpoint(db.session()) or b"", new.key, verify_ed25519)


def test_a_lost_key_is_not_replaced_in_silence(desk: Desk, tmp_path: Path) -> None:
    elsewhere = LogSigning(SignerFolder(tmp_path / "empty"), "localhost/nhat-ky")
    found = refusal(elsewhere.prepare)
    assert found.code == "log-key-lost"
    assert load_log_keys(db.session())[0].vkey in found.vi
    vkey = elsewhere.replace_lost()
    _, second = load_log_keys(db.session())
    assert (second.vkey, second.signature) == (vkey, "")
    assert events("log:key:registered")[1]["data"]["previous"] == load_log_keys(db.session())[0].vkey
    assert elsewhere.prepare() == vkey
    assert elsewhere.step() == desk.head().size
    assert refusal(desk.signing.prepare).code == "log-other-key"


def test_the_name_of_a_history_does_not_change(desk: Desk) -> None:
    renamed = LogSigning(SignerFolder(parts().settings.log_signer_dir), "ten-khac.example/nhat-ky")
    found = refusal(renamed.prepare)
    assert found.code == "log-other-origin"
    assert "APPROVAL_LOG_ORIGIN=localhost/nhat-ky" in found.vi


def test_a_head_signed_before_a_crash_is_signed_again_with_the_same_bytes(desk: Desk) -> None:
    note = load_newest_checkpoint(db.session())
    db.session.rollback()
    unguarded(("DELETE FROM audit_checkpoint", {}))
    assert desk.signing.step() == 1
    assert load_newest_checkpoint(db.session()) == note
    assert db.session.get_one(AuditCheckpoint, 1).signed_at == MAY_15


def test_a_key_folder_emptied_under_a_running_signer_stops_it(desk: Desk) -> None:
    folder = parts().settings.log_signer_dir
    for file in folder.iterdir():
        file.unlink()
    agree_by(desk.app, make_review(desk.app, desk.house), desk.house.representatives[0])
    assert refusal(desk.signing.step).code == "log-key-lost"
    assert list(folder.glob("key")) == []
