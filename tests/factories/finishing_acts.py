"""Acts after the last signature: finishing the document, and carrying its proof on years later."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from approval.adapters.clock import FixedClock
from approval.domain.commands import FinalisePledge
from approval.extensions import parts
from approval.services.finalise_pledge import finalise_pledge
from approval.services.renew_proof import RenewProof, renew_proof
from tests.factories.ageing import install_new_tsa
from tests.factories.signing_house import SigningHouse, make_open_pledge, sign_by


def _signed(app: Flask, house: SigningHouse) -> uuid.UUID:
    pledge_id = make_open_pledge(app, house)
    sign_by(app, pledge_id, *house.representatives)
    return pledge_id


def prepare_finalising(app: Flask, house: SigningHouse) -> Callable[[], object]:
    """Everybody has signed; the call finishes the document."""
    pledge_id = _signed(app, house)
    return lambda: finalise_pledge(FinalisePledge(pledge_id))


def prepare_renewal(app: Flask, house: SigningHouse) -> Callable[[], object]:
    """A finished document and a newer time-stamp authority; the call carries the proof on."""
    pledge_id = _signed(app, house)
    finalise_pledge(FinalisePledge(pledge_id))
    clock = parts().clock
    assert isinstance(clock, FixedClock)
    clock.moment += timedelta(days=2)
    install_new_tsa(clock)
    return lambda: renew_proof(RenewProof(pledge_id))


FINISHING = (
    ("finalise_pledge", "pledge:document:finalised", prepare_finalising),
    ("renew_proof", "pledge:proof:renewed", prepare_renewal),
)
