"""An honest installation with a finished pledge, and copies of its database for somebody to rewrite."""

from __future__ import annotations

import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from approval.app import create_app
from approval.domain.signing_layout import SigningLayout
from approval.extensions import db
from approval.models.signing import Signing
from approval.queries.evidence_bundle import load_any_evidence_bundle
from approval.services.sealed_document import SealingWork, seal_document
from approval.services.stored_text import parse_stored_text
from tests.factories.both_verifiers import Judgement, judge
from tests.factories.evil_operator import Operator
from tests.factories.log_house import LogHouse
from tests.factories.settings import make_settings
from tests.factories.signing_house import MAY_15, MovingClock, make_house
from tests.factories.stored_heads import finished_pledge, house_of, store_head
from tests.servers.databases import close

SEALED = "pledge:document:finalised"


@dataclass(frozen=True)
class Scene:
    """An honest installation: its database, its log's keys, the receipt a representative kept."""

    folder: Path
    database: Path
    house: LogHouse
    pledge_id: uuid.UUID
    receipt: bytes
    sizes: tuple[int, ...]
    resealed: str


def make_scene(folder: Path, migrated_sqlite: Path) -> Scene:
    """Every verdict and signature is under a head that four witnesses signed."""
    database = shutil.copyfile(migrated_sqlite, folder / "honest.sqlite3")
    clock = MovingClock(MAY_15)
    app = create_app(make_settings(folder, database_url=f"sqlite:///{database}"), clock=clock)
    people, house = make_house(app), house_of(app)
    sizes: list[int] = []

    def sign_head() -> None:
        clock.forward(minutes=1)
        sizes.append(store_head(app, house, witnesses=house.witnesses[:4]))

    pledge_id = finished_pledge(app, people, sign_head)
    sign_head()
    resealed = _sealed_anew(app)
    close(app)
    operator = Operator(database)
    receipt = house.head(sizes[-1], operator.roots()[sizes[-1]])
    return Scene(folder, database, house, pledge_id, receipt, tuple(sizes), resealed)


def _sealed_anew(app: Flask) -> str:
    """Hash of the finished document as the seal's key makes it with no head inside."""
    with app.app_context():
        signing = db.session.scalars(select(Signing)).one()
        layout, printed = SigningLayout.from_json(signing.layout), parse_stored_text(signing.printed_content)
        return seal_document(SealingWork(signing.head_sha256, layout, printed, 1, bytes(32))).sha256


@dataclass
class Attack:
    """One rewriting of a copy of the database."""

    scene: Scene
    operator: Operator

    def bundle(self) -> bytes:
        """What the installation hands out now."""
        url = f"sqlite:///{self.operator.path}"
        app = create_app(make_settings(self.scene.folder, database_url=url), clock=MovingClock(MAY_15))
        with app.app_context():
            made = load_any_evidence_bundle(db.session(), self.scene.pledge_id)
        close(app)
        return made

    def reseal(self) -> None:
        """Put the document without a head in place of the one that went out."""
        self.operator.run("UPDATE pledge SET final_sha256 = ?", self.scene.resealed)
        body = self.operator.bodies[self.operator.find(SEALED)]
        body["obj"]["doc_sha256"], body["data"]["checkpoint_sha256"] = self.scene.resealed, None

    def found(self, *, receipt: bool = False, quorum: int = 0) -> Judgement:
        """By a reader with this much."""
        kept = {"thu-ngay-15-5.txt": self.scene.receipt} if receipt else {}
        return judge(self.bundle(), self.scene.house.policy_text(quorum=quorum), kept)
