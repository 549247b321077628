"""The desk of one bloc: who sits at which browser, and where the pages of a pledge are."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cached_property

import pytest
from sqlalchemy import func, select

from approval.domain.audit_event import EventType
from approval.extensions import db
from approval.models.audit_event import AuditEvent
from approval.models.pledge import Pledge
from tests.factories.signing_house import SigningHouse, stored_pledge
from tests.functional.conftest import Place
from tests.functional.visitor import Visitor


@dataclass
class Desk:
    """A place and its people at their browsers, signed in when first asked for."""

    place: Place

    @property
    def house(self) -> SigningHouse:
        return self.place.house

    @cached_property
    def coordinator(self) -> Visitor:
        return self.place.visitor(self.house.coordinator)

    @cached_property
    def first(self) -> Visitor:
        """The representative of the first agency."""
        return self.place.visitor(self.house.representatives[0])

    @cached_property
    def second(self) -> Visitor:
        """The representative of the second agency."""
        return self.place.visitor(self.house.representatives[1])

    def stored(self, pledge_id: uuid.UUID) -> Pledge:
        """The pledge as it is in the database now."""
        with self.place.app.app_context():
            return stored_pledge(pledge_id)

    def count(self, model: type) -> int:
        """Rows of a table."""
        with self.place.app.app_context():
            return db.session.scalar(select(func.count()).select_from(model)) or 0

    def events(self) -> int:
        """How many events of pledges there are, reading and wrong PINs apart: nothing refused may add one."""
        with self.place.app.app_context():
            query = select(func.count()).where(
                AuditEvent.pledge_ref.is_not(None),
                AuditEvent.type.not_like("pledge:file:%"),
                AuditEvent.type != EventType.PIN_REFUSED.value,
            )
            return db.session.scalar(query) or 0


@pytest.fixture
def desk(place: Place) -> Desk:
    """The bloc of two agencies, in May 2024."""
    return Desk(place)


def page_of(pledge_id: uuid.UUID, part: str = "") -> str:
    """Address of a pledge's page or of a part of it."""
    return f"/van-ban/{pledge_id}{'/' + part if part else ''}"
