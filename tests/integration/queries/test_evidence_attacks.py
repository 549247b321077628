"""The attack table: a database rewritten by its owner, and what each reader finds in the bundle it then gives.

Columns: the database alone; with the log's key as well; with the seal's key too, so that the document is sealed anew
without the head that was in it; the same against a reader who kept a receipt; and against a reader who asks for three
of five witnesses. What nobody finds is written down as such: it is what receipts are for.
"""

from __future__ import annotations

import copy
import shutil
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from approval.adapters.evidence_pdf import check_pdf
from approval.adapters.evidence_zip import read_bundle
from approval.app import create_app
from approval.extensions import parts
from tests.factories.attacked_installation import SEALED, Attack, Scene, make_scene
from tests.factories.both_verifiers import judge
from tests.factories.evil_operator import Operator, signing_as
from tests.factories.settings import make_settings
from tests.factories.signing_house import MAY_15, MovingClock, stored_pledge
from tests.factories.tampering import cut_revisions
from tests.servers.databases import close

VERDICT, COMMENT_ANSWERED = "pledge:verdict:given", "pledge:comment:answered"
COMMENT_ADDED, SIGNATURE = "pledge:comment:added", "pledge:signature:added"


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Scene:
    """Made once, spoiled in copies."""
    return make_scene(tmp_path_factory.mktemp("scene"), migrated_sqlite)


@pytest.fixture
def attack(scene: Scene, tmp_path: Path) -> Attack:
    """A copy to spoil."""
    return Attack(scene, Operator(shutil.copyfile(scene.database, tmp_path / "copy.sqlite3")))


def edit(bodies: Operator) -> int:
    """Other words in somebody's mouth."""
    place = bodies.find(VERDICT)
    bodies.bodies[place]["data"]["comment"] = "Hoàn toàn nhất trí."
    return place


def delete(bodies: Operator) -> int:
    """An answer that was given never was."""
    place = bodies.find(COMMENT_ANSWERED)
    del bodies.bodies[place]
    # So that nobody who kept the size misses one.
    nobody: dict[str, object] = {"agency": None, "data": {}, "pledge": None, "pprev": None, "pseq": None}
    nobody["type"] = "person:session:opened"
    bodies.bodies.append({**bodies.bodies[-1], **nobody})
    return place


def insert(bodies: Operator) -> int:
    """A comment that nobody made, at a time when somebody could have."""
    place = bodies.find(COMMENT_ADDED) + 1
    bodies.bodies.insert(place, copy.deepcopy(bodies.bodies[place - 1]))
    return place


def forge_verdict(bodies: Operator) -> int:
    """An agreement by somebody who never gave it."""
    place = bodies.find(VERDICT, 1)
    bodies.bodies[place]["actor"] = "representative:999"
    return place


QUIET = [edit, delete, insert, forge_verdict]


def test_the_honest_history_is_sound_for_every_reader(attack: Attack) -> None:
    assert attack.found().code == 0
    assert attack.found(receipt=True, quorum=4).code == 0


@pytest.mark.parametrize("change", QUIET)
def test_database_alone(attack: Attack, change: Callable[[Operator], int]) -> None:
    place = change(attack.operator)
    attack.operator.store()
    found = attack.found()
    assert found.code == 1
    before = max((size for size in attack.scene.sizes if size <= place), default=0)
    after = min(size for size in attack.scene.sizes if size > place)
    assert f"có sự kiện từ {before} đến {after - 1} bị sửa, bỏ hoặc chèn" in found.words["tree"]


@pytest.mark.parametrize("change", QUIET)
def test_with_the_logs_key_the_document_itself_tells(attack: Attack, change: Callable[[Operator], int]) -> None:
    """The head in its seal was signed before the act was changed."""
    change(attack.operator)
    attack.operator.store(sign=signing_as(attack.scene.house), kept=[])
    found = attack.found()
    assert (found.code, "carried" in found.failed()) == (1, True)
    assert "có sự kiện trước 9 bị sửa, bỏ hoặc chèn" in found.words["carried"]


@pytest.mark.parametrize("change", QUIET)
def test_with_the_keys_of_log_and_seal_nobody_alone_can_tell(attack: Attack, change: Callable[[Operator], int]) -> None:
    attack.reseal()
    change(attack.operator)
    attack.operator.store(sign=signing_as(attack.scene.house), kept=[])
    assert attack.found().code == 0


@pytest.mark.parametrize("change", QUIET)
def test_with_both_keys_against_one_receipt(attack: Attack, change: Callable[[Operator], int]) -> None:
    attack.reseal()
    change(attack.operator)
    attack.operator.store(sign=signing_as(attack.scene.house), kept=[])
    found = attack.found(receipt=True)
    assert (found.code, found.failed()) == (1, {"receipts"})
    assert "nhật ký khác với thu-ngay-15-5.txt" in found.words["receipts"]


@pytest.mark.parametrize("change", QUIET)
def test_with_both_keys_against_witnesses(attack: Attack, change: Callable[[Operator], int]) -> None:
    attack.reseal()
    place = change(attack.operator)
    honest = [size for size in attack.scene.sizes if size <= place]
    attack.operator.store(sign=signing_as(attack.scene.house), kept=honest)
    found = attack.found(quorum=3)
    assert (found.code, found.failed()) == (2, {"witnesses"})
    unseen = int(found.words["witnesses"].split()[2])
    assert max(honest, default=0) <= unseen <= place


@pytest.mark.parametrize("witnesses", [2, 3])
def test_colluding_witnesses(attack: Attack, witnesses: int) -> None:
    attack.reseal()
    edit(attack.operator)
    house = attack.scene.house
    attack.operator.store(sign=signing_as(house, house.witnesses[:witnesses]), kept=[])
    assert attack.found(quorum=3).code == (0 if witnesses == 3 else 2)
    assert attack.found(quorum=3, receipt=True).code == 1


def reorder(bodies: Operator) -> int:
    """The second verdict before the first."""
    first, second = bodies.find(VERDICT), bodies.find(VERDICT, 1)
    bodies.bodies[first], bodies.bodies[second] = bodies.bodies[second], bodies.bodies[first]
    return first


def append_back_dated(bodies: Operator) -> int:
    """An event of yesterday at today's end."""
    late = copy.deepcopy(bodies.bodies[bodies.find(COMMENT_ADDED)])
    late["obj"] |= {"state_from": "finalised", "state_to": "finalised"}
    bodies.bodies.append(late)
    return len(bodies.bodies) - 1


@pytest.mark.parametrize("change", [reorder, append_back_dated])
def test_what_time_betrays_even_with_the_key(attack: Attack, change: Callable[[Operator], int]) -> None:
    place = change(attack.operator)
    attack.operator.store(sign=signing_as(attack.scene.house), kept=[])
    found = attack.found()
    assert found.code == 1
    named = int(found.words["events"].split()[2])
    assert place <= named <= place + 3
    assert found.words["events"].endswith("ghi thời điểm sớm hơn sự kiện trước nó")


def truncate(bodies: Operator) -> int:
    """Sealing and all that came after it never happened."""
    place = bodies.find(SEALED)
    del bodies.bodies[place:]
    return place


def test_a_cut_tail_under_the_old_heads(attack: Attack) -> None:
    place = truncate(attack.operator)
    attack.operator.store()
    found = attack.found()
    assert (found.code, found.outcomes["tree"]) == (1, "TAMPERED")
    assert f"thiếu từ {place}" in found.words["tree"]


def test_a_cut_tail_with_the_heads_over_it(attack: Attack) -> None:
    place = truncate(attack.operator)
    attack.operator.store(kept=[size for size in attack.scene.sizes if size <= place])
    attack.operator.run("UPDATE pledge SET state = 'finalising', final_sha256 = NULL, finalised_at = NULL")
    found = attack.found()
    # Only that the story has no end; an older honest bundle would look the same.
    assert (found.code, found.failed()) == (2, {"complete"})
    found = attack.found(receipt=True)
    assert (found.code, found.outcomes["receipts"]) == (2, "INCOMPLETE")
    assert f"có {attack.scene.sizes[-1]} sự kiện" in found.words["receipts"]


def fork(bodies: Operator) -> int:
    """An old backup is restored, and life goes on another way."""
    place = bodies.find(SIGNATURE, 1)
    for body in bodies.bodies[place:]:
        moment = datetime.fromisoformat(body["at"]) + timedelta(seconds=1)
        body["at"] = moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return place


def test_an_old_backup_that_goes_on_with_both_keys(attack: Attack) -> None:
    attack.reseal()
    place = fork(attack.operator)
    honest = [size for size in attack.scene.sizes if size <= place]
    attack.operator.store(sign=signing_as(attack.scene.house), kept=honest)
    assert attack.found().code == 0
    assert attack.found(receipt=True).words["receipts"].startswith("nhật ký khác với")
    found = attack.found(quorum=3)
    assert (found.code, found.failed()) == (2, {"witnesses"})
    assert int(found.words["witnesses"].split()[2]) >= max(honest)


def test_an_old_backup_that_goes_on_with_the_logs_key_alone(attack: Attack) -> None:
    fork(attack.operator)
    attack.operator.store(sign=signing_as(attack.scene.house), kept=[])
    found = attack.found()
    assert (found.code, "carried" in found.failed()) == (1, True)


def test_an_event_held_back_for_a_while_is_not_found(attack: Attack) -> None:
    """The residual risk: bounded by the ten minutes until the next head, and by the actor who gets no receipt."""
    attack.reseal()
    bodies = attack.operator.bodies
    place = attack.operator.find(COMMENT_ANSWERED)
    bodies[place]["at"] = bodies[place + 1]["at"]
    attack.operator.store(sign=signing_as(attack.scene.house), kept=[])
    assert attack.found().code == 0


def test_a_signature_that_nobody_gave_is_not_in_the_pdf(attack: Attack) -> None:
    """The one thing no operator can write: what only the person's own key makes."""
    url = f"sqlite:///{attack.operator.path}"
    app = create_app(make_settings(attack.scene.folder, database_url=url), clock=MovingClock(MAY_15))
    cut = _cut_pdf(app, attack.scene.pledge_id)
    attack.operator.run("UPDATE pledge SET final_sha256 = ?", cut)
    body = attack.operator.bodies[attack.operator.find(SEALED)]
    body["obj"]["doc_sha256"], body["data"]["checkpoint_sha256"] = cut, None
    close(app)
    attack.operator.store(sign=signing_as(attack.scene.house), kept=[])
    bundle = attack.bundle()
    files, _ = read_bundle(bundle)
    found, _ = check_pdf(files, frozenset({attack.scene.house.root}), MovingClock(MAY_15))
    assert judge(bundle, attack.scene.house.policy_text()).code == 0
    assert found.line.startswith("FAIL pdf:")


def _cut_pdf(app: Flask, pledge_id: uuid.UUID) -> str:
    """Hash of a stored file that lacks the last signature and the seal."""
    with app.app_context():
        final = parts().file_store.get(stored_pledge(pledge_id).final_sha256 or "")
        return parts().file_store.put(cut_revisions(final, 3))
