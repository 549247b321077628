"""Who acts in this request, for commands; who reads, for queries."""

from __future__ import annotations

from flask import abort, request
from flask_login import current_user

from approval.domain.commands import Actor
from approval.domain.states import Role
from approval.queries.session import SignedInPerson
from approval.queries.visible_pledge import Viewer


def signed_in() -> SignedInPerson:
    """The person signed in. Views reach this only behind a policy; without one the answer is 401, not a crash."""
    person: object = current_user._get_current_object()  # noqa: SLF001 - the documented way to leave the proxy
    if not isinstance(person, SignedInPerson):
        abort(401)
    return person


def current_actor() -> Actor:
    """The signed-in person as the actor of a command; `agency_id` only for representatives."""
    person = signed_in()
    return Actor(
        person_id=person.person_id,
        role=person.role,
        agency_id=_acts_for(person),
        ip=client_address(),
        user_agent=request.user_agent.string,
    )


def current_viewer() -> Viewer:
    """The signed-in person as the reader of a page."""
    person = signed_in()
    return Viewer(person.person_id, person.role, _acts_for(person), person.bloc_id)


def client_address() -> str:
    """The caller's address, as far as the configured number of proxies can be believed; "" when unknown."""
    return request.remote_addr or ""


def _acts_for(person: SignedInPerson) -> int | None:
    """The agency a representative speaks for. A coordinator may sit in one, but drafting gives no right to answer."""
    return person.agency_id if person.role is Role.REPRESENTATIVE else None
