"""The quick difference policy against pyHanko's default one: the same verdict and level for every signature."""

from __future__ import annotations

from io import BytesIO

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffPolicy, DiffResult, ModificationLevel

from approval.adapters.pdf_diff import StepMemory, StepwiseDiffPolicy
from tests.factories.signed_pledges import SignedPledge, seal, sign_as, signed_pledge
from tests.factories.tampering import CHANGES, CHANGES_AFTER_SEAL, revision_ends

Verdicts = list[str]


@pytest.fixture(scope="module")
def pledge() -> SignedPledge:
    return signed_pledge()


def verdicts(pdf: bytes, policy: DiffPolicy) -> Verdicts:
    """One line for each signature: its level of modification, and whether its own lock was respected."""
    found = []
    for signature in PdfFileReader(BytesIO(pdf)).embedded_signatures:
        signature.compute_integrity_info(diff_policy=policy)
        result = signature.diff_result
        level = result.modification_level.name if isinstance(result, DiffResult) else "REFUSED"
        found.append(f"{signature.field_name} {level} {signature.summarise_integrity_info()['docmdp_ok']}")
    return found


def stepwise(pdf: bytes, memory: StepMemory | None = None) -> StepwiseDiffPolicy:
    ends = dict(enumerate(revision_ends(pdf), start=1))
    return StepwiseDiffPolicy(pdf, ends, memory or StepMemory())


def assert_same(pdf: bytes, memory: StepMemory | None = None) -> Verdicts:
    expected = verdicts(pdf, DEFAULT_DIFF_POLICY)
    assert verdicts(pdf, stepwise(pdf, memory)) == expected
    return expected


def test_every_genuine_state_gets_the_same_verdict(pledge: SignedPledge) -> None:
    memory = StepMemory()
    for state in (*pledge.states, pledge.final):
        assert not any("REFUSED" in line for line in assert_same(state, memory))


@pytest.mark.parametrize("change", CHANGES_AFTER_SEAL, ids=lambda name: name)
def test_every_change_after_the_seal_gets_the_same_verdict(pledge: SignedPledge, change: str) -> None:
    assert_same(CHANGES_AFTER_SEAL[change](pledge.final))


@pytest.mark.parametrize("change", CHANGES, ids=lambda name: name)
def test_every_change_between_signatures_gets_the_same_verdict(pledge: SignedPledge, change: str) -> None:
    head = sign_as(pledge.house, pledge.opened, 1).pdf
    spoiled = sign_as(pledge.house, CHANGES[change](head), 2).pdf
    memory = StepMemory()
    assert_same(pledge.final, memory)
    assert any("REFUSED" in line for line in assert_same(spoiled, memory))
    assert_same(seal(pledge.house, spoiled), memory)


def test_a_step_seen_before_is_not_walked_again(pledge: SignedPledge, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = StepMemory()
    first = verdicts(pledge.final, stepwise(pledge.final, memory))
    monkeypatch.setattr(StepwiseDiffPolicy, "apply", lambda *_args, **_more: pytest.fail("walked again"))
    assert verdicts(pledge.final, stepwise(pledge.final, memory)) == first


def test_the_memory_keeps_to_its_size() -> None:
    memory = StepMemory()
    result = DiffResult(ModificationLevel.FORM_FILLING, set())
    for number in range(600):
        memory.keep(number.to_bytes(2, "big"), result)
    assert memory.get((0).to_bytes(2, "big")) is None
    assert memory.get((599).to_bytes(2, "big")) is result
