"""Bundles of an installation whose log signer, time stamps and witnesses are the real ones, over a change of keys."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask

from approval.adapters.ed25519 import NoteSigner
from approval.adapters.evidence_pdf import check_pdf
from approval.adapters.evidence_zip import read_bundle
from approval.adapters.signer_folder import SignerFolder
from approval.adapters.witness_station import WitnessStation, witness_signer
from approval.app import create_app
from approval.cli.log_signing import LogSigning
from approval.domain.signed_note import KeyType, NoteKey
from approval.domain.witness import AddCheckpoint
from approval.extensions import db, parts
from approval.queries.evidence_bundle import load_any_evidence_bundle
from approval.queries.log_keys import load_log_keys
from approval.queries.log_proofs import load_consistency_proof
from approval.services.record_cosignature import RecordCosignature, record_cosignature
from tests.factories.both_verifiers import Judgement, judge
from tests.factories.settings import make_settings
from tests.factories.signed_log import log_key, log_signing, newest_checkpoint
from tests.factories.signing_house import MAY_15, MovingClock, make_house
from tests.factories.stored_heads import finished_pledge, house_of
from worker import stamp_heads as sweep
from worker.stamp_heads import stamp_heads

WITNESSES = ("so-noi-vu.example", "so-y-te.example")


@dataclass
class Installation:
    """Everything that signs, each with its own key and memory."""

    app: Flask
    clock: MovingClock
    folder: Path
    seen: dict[str, int] = field(default_factory=dict)

    def sign(self) -> None:
        """The log signer looks, then the time-stamp authority and the witnesses are asked."""
        self.clock.forward(minutes=10)
        with self.app.app_context():
            log_signing().prepare()
            log_signing().step()
            stamp_heads()
            for name in WITNESSES:
                self._cosign(name)

    def _cosign(self, name: str) -> None:
        """Over a change of keys an agency writes the new key of the log into its own file."""
        old, head = self.seen.get(name, 0), newest_checkpoint()
        size = head.checkpoint.size
        if size == old:
            return
        proof = load_consistency_proof(db.session(), old, size) if old else ()
        db.session.rollback()
        station = self.station(name)
        answer = station.add_checkpoint(AddCheckpoint(old, proof, head.note.data).data)
        assert answer.status == 200, answer.body
        record_cosignature(RecordCosignature(size, name, answer.body.decode()))
        self.seen[name] = size

    def station(self, name: str) -> WitnessStation:
        home = SignerFolder(self.folder / name)
        signer = witness_signer(home, lambda: NoteSigner.generate(name, KeyType.COSIGNATURE))
        return WitnessStation(home, signer, [log_key()], self.clock)

    def keys(self) -> tuple[NoteKey, ...]:
        """Every key the log ever had."""
        with self.app.app_context():
            return tuple(NoteKey.from_vkey(one.vkey) for one in load_log_keys(db.session()))

    def finished(self, change: Callable[[LogSigning], object]) -> uuid.UUID:
        """A pledge from draft to seal, its heads signed on the way, the key of the log changed before the seal."""
        people = make_house(self.app)
        pledge_id = finished_pledge(self.app, people, self.sign, lambda: change(log_signing()))
        self.sign()
        return pledge_id

    def judged(self, pledge_id: uuid.UUID, *known: NoteKey) -> Judgement:
        """The bundle, by a reader with these keys of the log who asks for both witnesses."""
        with self.app.app_context():
            bundle = load_any_evidence_bundle(db.session(), pledge_id)
            witnesses = [f"witness {self.station(name).witness.key.vkey}" for name in WITNESSES]
        house = house_of(self.app)
        lines = [f"root {house.root}", *(f"log {key.vkey}" for key in known), *witnesses, "quorum 2"]
        files, _ = read_bundle(bundle)
        assert check_pdf(files, frozenset({house.root}), self.clock)[0].line.startswith("PASS pdf:")
        return judge(bundle, "\n".join(lines))


@pytest.fixture
def place(tmp_path: Path, migrated_sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setattr(sweep, "_paused_until", [0.0])
    database = tmp_path / "place.sqlite3"
    database.write_bytes(migrated_sqlite.read_bytes())
    clock = MovingClock(MAY_15)
    app = create_app(make_settings(tmp_path, database_url=f"sqlite:///{database}"), clock=clock)
    with app.app_context():
        assert parts().clock is clock
    return Installation(app, clock, tmp_path / "witnesses")


def test_a_rotated_key_is_followed_and_the_older_head_in_the_seal_still_fits(place: Installation) -> None:
    pledge_id = place.finished(LogSigning.rotate)
    old, new = place.keys()
    assert place.judged(pledge_id, new).failed() == set()
    found = place.judged(pledge_id, old)
    assert (found.code, found.failed()) == (0, set()), found.words
    assert found.outcomes["times"] == found.outcomes["witnesses"] == found.outcomes["carried"] == "PASS"


def test_a_lost_key_is_replaced_for_everybody_to_see(place: Installation) -> None:
    pledge_id = place.finished(LogSigning.replace_lost)
    old, new = place.keys()
    assert place.judged(pledge_id, new).failed() == set()
    assert place.judged(pledge_id, old, new).failed() == set()
    found = place.judged(pledge_id, old)
    assert (found.code, found.failed()) == (4, {"heads"})
    assert new.id.hex() in found.words["heads"]
