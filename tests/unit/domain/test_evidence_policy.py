"""The reader's policy: four kinds of lines, and nothing guessed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from approval.adapters.offline import heads as offline
from approval.domain.evidence_policy import EvidencePolicy, PolicyError
from tests.factories.log_house import LogHouse


def test_a_policy_reads_back(log_house: LogHouse) -> None:
    text = "# công bố ngày 1/5\n" + log_house.policy_text(quorum=3) + "\n"
    policy = EvidencePolicy.from_text(text)
    assert policy.log_keys == (log_house.log.key,)
    assert policy.witnesses == tuple(one.key for one in log_house.witnesses)
    assert (policy.quorum, policy.roots) == (3, frozenset({log_house.root}))
    assert offline.Policy(text).quorum == 3


def test_nothing_known_is_a_policy_too() -> None:
    assert EvidencePolicy.from_text("") == EvidencePolicy()
    assert offline.Policy("").quorum == 0


def test_a_fingerprint_may_be_written_with_colons(log_house: LogHouse) -> None:
    pairs = ":".join(log_house.root[at : at + 2].upper() for at in range(0, 64, 2))
    assert EvidencePolicy.from_text(f"root {pairs}").roots == {log_house.root}
    assert offline.Policy(f"root {pairs}").roots == {log_house.root}


@pytest.mark.parametrize(
    "make",
    [
        lambda _: "key x",
        lambda _: "log nonsense",
        lambda house: f"log {house.witnesses[0].key.vkey}",
        lambda house: f"log {house.log.key.vkey}\nlog {house.log.key.vkey}",
        lambda house: f"witness {house.log.key.vkey}\nquorum 1",
        lambda house: f"witness {house.witnesses[0].key.vkey}",
        lambda house: f"witness {house.witnesses[0].key.vkey}\nquorum 2",
        lambda house: f"witness {house.witnesses[0].key.vkey}\nquorum 0",
        lambda house: f"witness {house.witnesses[0].key.vkey}\nquorum x",
        lambda house: f"witness {house.witnesses[0].key.vkey}\nquorum 1\nquorum 1",
        lambda _: "quorum 1",
        lambda _: "root abc",
    ],
)
def test_what_is_no_policy_is_refused(log_house: LogHouse, make: Callable[[LogHouse], str]) -> None:
    text = make(log_house)
    with pytest.raises(PolicyError):
        EvidencePolicy.from_text(text)
    with pytest.raises(ValueError):
        offline.Policy(text)
