"""Naming another person to act for an agency: who may, whom, when; a refusal changes nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest

from approval.domain.commands import Actor, LockAccount
from approval.domain.errors import (
    AlreadyDoneError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    PledgeError,
    StaleTextError,
    TransitionRefusedError,
)
from approval.domain.reminder_commands import ReplaceRepresentative
from approval.domain.states import Role
from approval.extensions import db
from approval.models.bloc import Bloc
from approval.models.pledge_party import PledgeParty
from approval.services.cancel_pledge import cancel_pledge
from approval.services.lock_account import lock_account
from approval.services.open_signing import open_signing
from approval.services.replace_representative import replace_representative
from approval.services.revise_pledge import revise_pledge
from tests.factories.history import events
from tests.factories.reminder_acts import party_ids, replace_command
from tests.factories.review_house import agree_by, cancel_command, revise_command
from tests.factories.signing_house import add_person, add_signer, open_command, sign_by
from tests.integration.reminders.conftest import Desk


def command(desk: Desk, successor: Actor, index: int = 0) -> ReplaceRepresentative:
    return replace_command(desk.app, desk.house, desk.pledge_id, successor, index=index)


def act(desk: Desk, wanted: ReplaceRepresentative) -> None:
    with desk.app.app_context():
        replace_representative(wanted)


def acting(desk: Desk, index: int = 0) -> int:
    with desk.app.app_context():
        return db.session.get_one(PledgeParty, party_ids(desk.app, desk.pledge_id)[index]).person_id


def refuse(desk: Desk, wanted: ReplaceRepresentative, error: type[PledgeError], code: str) -> PledgeError:
    """It raises, and nobody was replaced."""
    before, rows = acting(desk), desk.rows()
    with pytest.raises(error, match=code) as refused:
        act(desk, wanted)
    assert (acting(desk), desk.rows()) == (before, rows)
    return refused.value


def other_bloc(desk: Desk, role: Role) -> Actor:
    """Somebody of another bloc; its representative is of the same agency."""
    with desk.app.app_context():
        bloc = Bloc(name="Khối khác", short_name="Khối khác", superior="UBND tỉnh Bắc Giang", place="Bắc Giang")
        db.session.add(bloc)
        db.session.flush()
        agency = desk.house.agencies[0] if role is Role.REPRESENTATIVE else None
        actor = add_person(role, bloc.id, name="Người khối khác", agency_id=agency)
        db.session.commit()
        return actor


def locked(desk: Desk) -> Actor:
    actor = desk.another()
    with desk.app.app_context():
        lock_account(LockAccount(desk.house.administrator, actor.person_id or 0))
    return actor


@pytest.mark.parametrize(
    "somebody",
    [
        lambda desk: desk.house.representatives[1],
        lambda desk: desk.house.observer,
        lambda desk: desk.house.coordinator,
        lambda desk: other_bloc(desk, Role.REPRESENTATIVE),
        locked,
        lambda desk: replace(desk.house.observer, person_id=987654),
    ],
    ids=["another-agency", "observer", "coordinator", "another-bloc", "locked", "nobody"],
)
def test_only_an_active_representative_of_the_agency_is_named(desk: Desk, somebody: Callable[[Desk], Actor]) -> None:
    refused = refuse(desk, command(desk, somebody(desk)), InvalidInputError, "representative-unknown")
    assert "đề nghị Quản trị tạo tài khoản" in refused.vi


def test_who_acts_already_is_not_named_again(desk: Desk) -> None:
    wanted = command(desk, desk.house.representatives[0])
    refuse(desk, wanted, InvalidInputError, "representative-same")


def test_the_same_twice_is_done_already_and_an_old_page_is_told(desk: Desk) -> None:
    wanted, other = command(desk, desk.another()), command(desk, desk.another(name="Người thứ ba"))
    act(desk, wanted)
    refused = refuse(desk, wanted, AlreadyDoneError, "representative-already-replaced")
    assert refused.vi == "Ông/Bà đã giao người này đại diện cơ quan lúc 09:00 ngày 15/05/2024. Không cần làm lại."
    refuse(desk, other, StaleTextError, "representative-changed")
    with desk.app.app_context():
        assert len(events("pledge:representative:replaced")) == 1


def test_coordinator_and_administrator_may_others_may_not(desk: Desk) -> None:
    wanted = command(desk, desk.another())
    for actor in desk.house.representatives[:2]:
        refuse(desk, replace(wanted, actor=actor), NotAllowedError, "coordinator-only")
    for stranger in (desk.house.observer, other_bloc(desk, Role.COORDINATOR)):
        refuse(desk, replace(wanted, actor=stranger), NotFoundError, "pledge-not-found")
    refuse(desk, replace(wanted, party_id=987654), NotFoundError, "party-not-found")
    refuse(desk, replace(wanted, pledge_id=uuid.uuid4()), NotFoundError, "pledge-not-found")
    act(desk, replace(wanted, actor=desk.house.administrator))
    assert acting(desk) == wanted.person_id


def test_in_a_draft_it_says_to_send_it_out_first(desk: Desk) -> None:
    wanted = command(desk, desk.another())
    again = revise_command(desk.app, desk.house, desk.pledge_id)
    with desk.app.app_context():
        revise_pledge(again)
    refused = refuse(desk, wanted, TransitionRefusedError, "pledge-in-draft")
    assert "Gửi lấy ý kiến trước" in refused.vi


def test_of_a_pledge_that_is_over_nobody_is_replaced(desk: Desk) -> None:
    wanted = command(desk, desk.another())
    cancelling = cancel_command(desk.app, desk.house.coordinator, desk.pledge_id)
    with desk.app.app_context():
        cancel_pledge(cancelling)
    refuse(desk, wanted, TransitionRefusedError, "pledge-over")


def test_an_agency_that_has_signed_keeps_its_person(desk: Desk) -> None:
    agree_by(desk.app, desk.pledge_id, *desk.house.representatives)
    opening = open_command(desk.app, desk.house, desk.pledge_id)
    with desk.app.app_context():
        open_signing(opening)
        deputy = add_signer(desk.house.bloc_id, desk.house.agencies[0], name="Phó Giám đốc")
        db.session.commit()
    sign_by(desk.app, desk.pledge_id, deputy)
    refuse(desk, command(desk, desk.another()), TransitionRefusedError, "agency-already-signed")
    act(desk, command(desk, desk.another(1), index=1))
    with desk.app.app_context():
        assert len(events("pledge:representative:replaced")) == 1
