"""Every route × method × kind of visitor, generated from the URL map: a new route is covered the day it appears."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from approval.domain.commands import Actor
from approval.domain.states import Role
from approval.extensions import db
from approval.models.agency import Agency
from approval.models.bloc import Bloc
from approval.models.person import Person
from approval.models.pledge_party import PledgeParty
from approval.models.signing_authority import SigningAuthority
from approval.services.open_signing import open_signing
from approval.web.guards import Policy, policies_of
from tests.factories.review_comments import comment_by
from tests.factories.review_house import agree_by, answer_all
from tests.factories.signing_house import (
    add_person,
    add_signer,
    current_revision,
    current_signing,
    make_asked_pledge,
    open_command,
)
from tests.functional.conftest import Place
from tests.functional.visitor import Visitor

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
WRITING = {"POST", "PUT", "PATCH", "DELETE"}
SECRET_WORDS = ("Sở Thử nghiệm 1 và", "GIAO ƯỚC THI ĐUA NĂM", "Nên nêu rõ chỉ tiêu")


@dataclass(frozen=True)
class Target:
    """One pledge being signed, with all that its forms could carry."""

    pledge_id: uuid.UUID
    fields: dict[str, str]
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Stranger:
    """People of another bloc: their agency is no party to the pledge."""

    representative: Actor
    coordinator: Actor
    observer: Actor


@pytest.fixture
def target(place: Place) -> Target:
    """The pledge everything is tried on."""
    pledge_id, comment_id = _commented_and_opened(place)
    with place.app.app_context():
        revision, signing = current_revision(pledge_id), current_signing(pledge_id)
        authority = db.session.scalars(select(SigningAuthority.id)).first()
        fields = {
            "revision_number": str(revision.number),
            "revision_sha256": revision.sha256,
            "document_sha256": signing.base_sha256,
            "version": "1",
            "authority_id": str(authority),
            "kind": "agree",
            "comment": "",
            "reason": "Thử.",
            "pin": "482915",
            "consent": "yes",
            "deadline": "17:00 30/5/2024",
            "date_choice": "keep",
            "year": "2025",
            "date_policy": "filled_at_finalisation",
            "phan": "khoan-1",
            "body": "Góp ý thử.",
            "stage": "signing",
            "replaces": str(place.house.representatives[0].person_id),
            "person_id": str(place.house.representatives[1].person_id),
            **dict.fromkeys(("first_after", "every", "late_every", "escalate_after", "cap"), "1"),
        }
        arguments = {
            "pledge_id": pledge_id,
            "comment_id": comment_id,
            "number": 1,
            "authority_id": authority,
            "person_id": place.house.representatives[1].person_id,
            "name": "00000000000000000001-00000000",
            "index": 0,
            "filename": "theme.css",
            "party_id": db.session.scalars(select(PledgeParty.id)).first(),
            "agency_id": place.house.agencies[0],
            "outbox_id": 1,
            "year": 2024,
            "month": 5,
            "seq": 0,
        }
    return Target(pledge_id, fields, arguments)


def _commented_and_opened(place: Place) -> tuple[uuid.UUID, int]:
    """A pledge in state `signing`, and a comment of the second agency on the agreed text."""
    pledge_id = make_asked_pledge(place.app, place.house)
    comment_id = comment_by(place.app, pledge_id, place.house.representatives[1])
    answer_all(place.app, place.house, pledge_id)
    agree_by(place.app, pledge_id, *place.house.representatives)
    command = open_command(place.app, place.house, pledge_id)
    with place.app.app_context():
        open_signing(command)
    return pledge_id, comment_id


@pytest.fixture
def stranger(place: Place) -> Stranger:
    """A second bloc with one agency of its own."""
    with place.app.app_context():
        agency = Agency(name="Sở Ngoài khối", short_name="SNK")
        bloc = Bloc(name="Khối khác", short_name="Khối khác", superior="UBND tỉnh Bắc Giang", place="Bắc Giang")
        db.session.add_all([agency, bloc])
        db.session.flush()
        people = Stranger(
            representative=add_signer(bloc.id, agency.id, name="Đại diện Sở Ngoài khối"),
            coordinator=add_person(Role.COORDINATOR, bloc.id, name="Thư ký Khối khác"),
            observer=add_person(Role.OBSERVER, bloc.id, name="Người theo dõi Khối khác"),
        )
        db.session.commit()
        return people


def test_every_endpoint_declares_a_policy(place: Place) -> None:
    for rule in place.app.url_map.iter_rules():
        assert policies_of(place.app, rule.endpoint), rule


def test_anonymous_visitor_learns_nothing(place: Place, target: Target) -> None:
    for rule, method, answer in _every_request(place, target, place.visitor()):
        _check_turned_away(place, rule, method, answer)


def test_revoked_session_is_anonymous(place: Place, target: Target) -> None:
    visitor, thief = place.visitor(place.house.representatives[0]), place.visitor()
    thief.carry(visitor.cookie() or "")
    visitor.post("/dang-xuat")
    for rule, method, answer in _every_request(place, target, thief):
        _check_turned_away(place, rule, method, answer)


def test_closed_account_is_anonymous(place: Place, target: Target) -> None:
    visitor = place.visitor(place.house.representatives[0])
    with place.app.app_context():
        person = db.session.get_one(Person, place.house.representatives[0].person_id)
        person.active = False
        db.session.commit()
    for rule, method, answer in _every_request(place, target, visitor):
        _check_turned_away(place, rule, method, answer)


INSIDERS: dict[str, Callable[[Place], Actor]] = {
    "coordinator": lambda place: place.house.coordinator,
    "representative": lambda place: place.house.representatives[0],
    "observer": lambda place: place.house.observer,
    "administrator": lambda place: place.house.administrator,
}


@pytest.mark.parametrize("name", INSIDERS)
def test_role_without_policy_is_refused(place: Place, target: Target, name: str) -> None:
    actor = INSIDERS[name](place)
    for rule, method, answer in _every_request(place, target, place.visitor(actor), token=False):
        expected = _expected(place, rule, method, actor.role)
        if expected is not None:
            assert answer.status_code == expected, (name, method, rule.rule, answer.status_code)
        elif method in WRITING:
            assert answer.status_code == 400, (name, method, rule.rule, "a form without its token must be refused")
        else:
            assert answer.status_code in {200, 303, 308, 404, 409}, (name, method, rule.rule, answer.status_code)


def test_observer_cannot_see_an_unfinished_pledge(place: Place, target: Target) -> None:
    _check_unknown_pledge(place, target, place.house.observer)


@pytest.mark.parametrize("name", ["representative", "coordinator", "observer"])
def test_people_of_another_agency_or_bloc_cannot_find_the_pledge(
    place: Place, target: Target, stranger: Stranger, name: str
) -> None:
    _check_unknown_pledge(place, target, getattr(stranger, name))


def _check_unknown_pledge(place: Place, target: Target, actor: Actor) -> None:
    """Every route of the pledge answers 404 (403 where the role is already wrong), also with a perfect form."""
    for rule, method, answer in _every_request(place, target, place.visitor(actor)):
        if "pledge_id" not in rule.arguments:
            continue
        expected = _expected(place, rule, method, actor.role) or 404
        assert answer.status_code == expected, (actor.role, method, rule.rule, answer.status_code)
        assert not any(word in answer.text for word in SECRET_WORDS), rule.rule


def _check_turned_away(place: Place, rule: Rule, method: str, answer: TestResponse) -> None:
    expected = _expected(place, rule, method, None)
    if expected is None:
        assert answer.status_code in {200, 303, 400, 404, 422, 503}, (method, rule.rule, answer.status_code)
        return
    assert answer.status_code == expected, (method, rule.rule, answer.status_code)
    if expected == 302:
        assert answer.location.startswith("/dang-nhap"), rule.rule
        assert not any(word in answer.text for word in SECRET_WORDS), rule.rule


def _expected(place: Place, rule: Rule, method: str, role: Role | None) -> int | None:
    """The status the policy alone decides; None where the view decides."""
    allowed = policies_of(place.app, rule.endpoint)
    if method not in _methods_of(place, rule):
        return 405
    if Policy.EMBEDDED in allowed:
        return 404
    if Policy.PUBLIC in allowed:
        return None
    if role is None:
        return 302
    return None if Policy.SIGNED_IN in allowed or Policy(role.value) in allowed else 403


def _methods_of(place: Place, rule: Rule) -> set[str]:
    """All methods of this path; another rule of the same path may answer POST."""
    same = [other for other in place.app.url_map.iter_rules() if other.rule == rule.rule]
    return {method for other in same for method in other.methods or ()}


def _every_request(
    place: Place, target: Target, visitor: Visitor, *, token: bool = True
) -> Iterator[tuple[Rule, str, TestResponse]]:
    """Ask for every path by every method. Each pair is told with the rule that answers it."""
    form_token = visitor.token() if token else ""
    paths = [(rule, _path(place, rule, target)) for rule in place.app.url_map.iter_rules()]
    for rule, path in paths:
        for method in METHODS:
            if method not in (rule.methods or ()) and method in _methods_of(place, rule):
                continue
            if rule.endpoint == "auth.leave" and method == "POST" and token and visitor.cookie():
                continue
            data = {**target.fields, "csrf_token": form_token} if method in WRITING else None
            query = {"ban": target.fields["document_sha256"]}
            yield rule, method, visitor.client.open(path, method=method, data=data, query_string=query, buffered=True)


def _path(place: Place, rule: Rule, target: Target) -> str:
    """The rule's path with a real object in each place."""
    values = {name: target.arguments[name] for name in rule.arguments}
    return place.app.url_map.bind("localhost").build(rule.endpoint, values)
