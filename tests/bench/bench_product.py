"""One instance with the real pledge and its five agencies, moved from step to step as fast as services allow."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import EnvironBuilder, run_wsgi_app

from approval.app import create_app
from approval.config import KdfCost, Settings
from approval.domain.commands import Actor, GiveVerdict, ImportPledge, OpenSigning, SignPledge, SubmitForReview
from approval.domain.pledge_text import DateLine, DatePolicy
from approval.domain.states import Role, VerdictKind
from approval.extensions import db, parts
from approval.models.bloc import Bloc
from approval.models.person import Person
from approval.models.signing_authority import SigningAuthority
from approval.services.give_verdict import give_verdict
from approval.services.import_pledge import import_pledge
from approval.services.open_signing import open_signing
from approval.services.seed_embedded import STARTER_FILE, SeedAccount, draw_accounts, seed_embedded
from approval.services.sign_pledge import sign_pledge
from approval.services.submit_for_review import submit_for_review
from tests.factories.signing_house import MovingClock, current_revision, current_signing, stored_pledge
from tests.functional.visitor import Visitor

# A working day in the month that the pledge prints.
_MAY_15 = datetime(2024, 5, 15, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Client:
    """One signed-in person. Requests are built beforehand, so that only the server's part is timed."""

    account: SeedAccount
    actor: Actor
    visitor: Visitor

    def get(self, path: str) -> dict[str, Any]:
        """A request for a page."""
        return self._environ(EnvironBuilder(path))

    def post(self, path: str, token: str, **fields: object) -> dict[str, Any]:
        """A form, sent with its token; a list fills a repeated field."""
        values = {name: value if isinstance(value, list) else str(value) for name, value in fields.items()}
        data = {"csrf_token": token, **values}
        return self._environ(EnvironBuilder(path, method="POST", data=data))

    def _environ(self, builder: EnvironBuilder) -> dict[str, Any]:
        builder.headers["Cookie"] = "; ".join(
            f"{name}={value}" for name in ("session_id", "form") if (value := self.visitor.cookie(name))
        )
        return builder.get_environ()


@dataclass(frozen=True)
class BenchProduct:
    """The application, its clock in May 2024, and its people with living sessions."""

    app: Flask
    clock: MovingClock
    coordinator: Client
    parties: tuple[Client, ...]
    observer: Client

    def serve(self, environ: dict[str, Any]) -> int:
        """Answer one request to the last byte; its status."""
        _, status, _ = run_wsgi_app(self.app, environ, buffered=True)
        return int(status.partition(" ")[0])

    def in_review(self) -> uuid.UUID:
        """A new pledge, sent to the five."""
        with self.app.app_context():
            bloc_id = db.session.scalars(select(Bloc.id)).one()
            actor = self.coordinator.actor
            pledge_id = import_pledge(ImportPledge(actor, bloc_id, STARTER_FILE.read_bytes()))
            version = stored_pledge(pledge_id).version
            submit_for_review(SubmitForReview(actor, pledge_id, version, parts().clock.now() + timedelta(days=7)))
        return pledge_id

    def open_for_signature(self) -> uuid.UUID:
        """A new pledge everybody agreed to, its bytes frozen."""
        pledge_id = self.in_review()
        for client in self.parties:
            with self.app.app_context():
                revision = current_revision(pledge_id)
                give_verdict(
                    GiveVerdict(client.actor, pledge_id, revision.number, revision.sha256, VerdictKind.AGREE, "")
                )
        with self.app.app_context():
            revision = current_revision(pledge_id)
            open_signing(
                OpenSigning(
                    actor=self.coordinator.actor,
                    pledge_id=pledge_id,
                    revision_number=revision.number,
                    revision_sha256=revision.sha256,
                    date=DateLine(None, 5, 2024),
                    date_policy=DatePolicy.FILLED_AT_FINALISATION,
                    deadline=parts().clock.now() + timedelta(days=3),
                )
            )
        return pledge_id

    def signed_by_all(self) -> uuid.UUID:
        """A new pledge that waits for the worker."""
        pledge_id = self.open_for_signature()
        for client in self.parties:
            self.sign(pledge_id, client)
        return pledge_id

    def sign(self, pledge_id: uuid.UUID, client: Client) -> None:
        """One signature by the service alone."""
        command = self.sign_command(pledge_id, client)
        with self.app.app_context():
            sign_pledge(command)

    def sign_command(self, pledge_id: uuid.UUID, client: Client) -> SignPledge:
        """What this person's signing page would send."""
        with self.app.app_context():
            revision = current_revision(pledge_id)
            return SignPledge(
                actor=client.actor,
                pledge_id=pledge_id,
                revision_number=revision.number,
                revision_sha256=revision.sha256,
                document_sha256=current_signing(pledge_id).base_sha256,
                authority_id=_authority(client),
                pin=client.account.pin or "",
                consent=True,
            )

    def head(self, pledge_id: uuid.UUID) -> bytes:
        """The newest file of a pledge that is being signed."""
        with self.app.app_context():
            return parts().file_store.get(current_signing(pledge_id).head_sha256)


def make_product(settings: Settings) -> BenchProduct:
    """Seed an instance and sign its people in. Passwords are cheap, PINs cost what they cost in production."""
    clock = MovingClock(_MAY_15)
    app = create_app(replace(settings, pin_kdf=KdfCost()), clock=clock)
    accounts = draw_accounts()
    with app.app_context():
        seed_embedded(accounts)
    clients = [_client(app, account) for account in accounts]
    return BenchProduct(
        app=app,
        clock=clock,
        coordinator=_only(clients, Role.COORDINATOR),
        parties=tuple(one for one in clients if one.account.role is Role.REPRESENTATIVE),
        observer=_only(clients, Role.OBSERVER),
    )


def _client(app: Flask, account: SeedAccount) -> Client:
    visitor = Visitor(app)
    answer = visitor.sign_in(account.email, account.password)
    assert answer.status_code == 303, answer.text
    with app.app_context():
        person = db.session.scalars(select(Person).where(Person.email == account.email)).one()
        return Client(account, Actor(person.id, account.role, person.agency_id), visitor)


def _only(clients: list[Client], role: Role) -> Client:
    return next(one for one in clients if one.account.role is role)


def _authority(client: Client) -> int:
    query = select(SigningAuthority.id).where(SigningAuthority.person_id == client.actor.person_id)
    return db.session.scalars(query).first() or 0
