"""How long a proof holds: firm, weakening, ended, to the second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from approval.domain.proof_age import (
    WARNING,
    ProofAge,
    ProofNotRenewableError,
    ProofStanding,
    no_longer_provable,
    nothing_gained,
)

NOW = datetime(2030, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("left", "standing"),
    [
        (WARNING + SECOND, ProofStanding.FIRM),
        (WARNING, ProofStanding.WEAKENING),
        (SECOND, ProofStanding.WEAKENING),
        (timedelta(0), ProofStanding.ENDED),
        (-SECOND, ProofStanding.ENDED),
    ],
)
def test_a_proof_weakens_in_the_year_before_its_certificate_ends(left: timedelta, standing: ProofStanding) -> None:
    assert ProofAge(NOW - WARNING, NOW + left).standing(NOW) is standing


def test_another_period_may_be_asked_about() -> None:
    age = ProofAge(NOW, NOW + timedelta(days=40))
    assert age.standing(NOW, timedelta(days=39)) is ProofStanding.FIRM
    assert age.standing(NOW, timedelta(days=40)) is ProofStanding.WEAKENING


def test_refusals_say_what_to_do() -> None:
    for error in (no_longer_provable(), nothing_gained(NOW)):
        assert isinstance(error, ProofNotRenewableError)
        assert error.vi
        assert error.en
    assert "01/01/2030" in nothing_gained(NOW).vi
