"""Recording and ending the right to sign for an agency."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from approval.domain.commands import GrantAuthority, RevokeAuthority
from approval.domain.errors import AlreadyDoneError, InvalidInputError, NotAllowedError, NotFoundError
from approval.domain.states import AuthorityKind
from approval.extensions import db
from approval.models.signing_authority import SigningAuthority
from approval.services.grant_authority import grant_authority
from approval.services.revoke_authority import revoke_authority
from tests.factories.history import events
from tests.factories.signing_house import MAY_15, SigningHouse


def _grant(house: SigningHouse) -> GrantAuthority:
    return GrantAuthority(
        actor=house.administrator,
        person_id=house.representatives[0].person_id or 0,
        kind=AuthorityKind.KT,
        position_title="Phó Giám đốc",
        document_reference="QĐ 12/QĐ-STN ngày 02/01/2024",
        valid_from=MAY_15,
        valid_to=MAY_15 + timedelta(days=30),
    )


def test_granted_authority_is_stored_for_the_persons_own_agency(signing_app: Flask, house: SigningHouse) -> None:
    with signing_app.app_context():
        authority_id = grant_authority(_grant(house))

        row = db.session.get_one(SigningAuthority, authority_id)
        assert (row.agency_id, row.kind, row.revoked_at) == (house.agencies[0], "KT", None)
        data = events("authority:record:granted")[0]["data"]
        assert data["lines"] == ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]
        assert data["valid_to"] == "2024-06-14T02:00:00+00:00"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"position_title": "  "}, "position_title"),
        ({"position_title": "x" * 201}, "position_title"),
        ({"kind": AuthorityKind.TUQ, "document_reference": " "}, "document_reference"),
        ({"valid_to": MAY_15}, "valid_to"),
        ({"kind": AuthorityKind.HEAD}, "kind"),
    ],
)
def test_unusable_grants_are_refused_and_store_nothing(
    signing_app: Flask, house: SigningHouse, change: dict[str, object], field: str
) -> None:
    with signing_app.app_context():
        before = len(db.session.scalars(select(SigningAuthority)).all())

        with pytest.raises(InvalidInputError) as refused:
            grant_authority(replace(_grant(house), **change))  # type: ignore[arg-type]

        assert refused.value.field == field
        assert len(db.session.scalars(select(SigningAuthority)).all()) == before
        assert events() == []


def test_only_an_administrator_grants_and_only_to_representatives(signing_app: Flask, house: SigningHouse) -> None:
    with signing_app.app_context():
        with pytest.raises(NotAllowedError):
            grant_authority(replace(_grant(house), actor=house.coordinator))
        with pytest.raises(NotFoundError):
            grant_authority(replace(_grant(house), person_id=house.observer.person_id or 0))


def test_revoked_authority_makes_room_for_a_new_one_of_its_kind(signing_app: Flask, house: SigningHouse) -> None:
    with signing_app.app_context():
        first = grant_authority(_grant(house))

        revoke_authority(RevokeAuthority(house.administrator, first))
        second = grant_authority(_grant(house))

        assert second != first
        assert db.session.get_one(SigningAuthority, first).revoked_at == MAY_15
        assert [event["data"]["authority"] for event in events("authority:record:revoked")] == [first]


def test_revoking_twice_says_when_it_was_done(signing_app: Flask, house: SigningHouse) -> None:
    with signing_app.app_context():
        authority_id = grant_authority(_grant(house))
        revoke_authority(RevokeAuthority(house.administrator, authority_id))

        with pytest.raises(AlreadyDoneError) as told:
            revoke_authority(RevokeAuthority(house.administrator, authority_id))

        assert told.value.done_at == MAY_15
        assert len(events("authority:record:revoked")) == 1


def test_only_an_administrator_revokes_what_exists(signing_app: Flask, house: SigningHouse) -> None:
    with signing_app.app_context():
        with pytest.raises(NotAllowedError):
            revoke_authority(RevokeAuthority(house.representatives[0], 1))
        with pytest.raises(NotFoundError):
            revoke_authority(RevokeAuthority(house.administrator, 999))
