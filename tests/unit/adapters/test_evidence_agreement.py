"""Two verifiers that share no code: they agree on honest and on harmed bundles, and no changed bit gets past them."""

from __future__ import annotations

import random

import pytest

from approval.adapters.evidence_verifier import verify_bundle
from approval.adapters.evidence_zip import read_bundle, write_bundle
from approval.adapters.offline import archive as offline_archive
from approval.adapters.offline import heads as offline_heads
from approval.adapters.offline import questions as offline
from approval.adapters.offline.outcome import Fault
from approval.domain.evidence_manifest import check_manifest
from approval.domain.evidence_policy import EvidencePolicy
from approval.domain.evidence_report import EvidenceFault, Outcome, exit_code
from tests.factories.both_verifiers import judge
from tests.factories.evidence_bundles import Heads, make_bundle
from tests.factories.evidence_story import plain_story
from tests.factories.log_house import LogHouse
from tests.factories.random_stories import harmed_bundle, honest_bundle

_SMALL = 4096


def require_no_false_alarm(house: LogHouse, seeds: range) -> None:
    policy = house.policy_text(quorum=3)
    for seed in seeds:
        found = judge(honest_bundle(house, seed), policy)
        assert (found.code, found.failed()) == (0, set()), f"seed {seed}: {found.words}"


def require_finding(house: LogHouse, seeds: range) -> None:
    policy = house.policy_text(quorum=3)
    for seed in seeds:
        # Of a damaged certificate the one may still read what the other does not; the verdict is the same.
        ours, theirs = codes(harmed_bundle(house, seed), policy)
        assert ours == theirs, f"seed {seed}"
        assert ours in {1, 2}, f"seed {seed}"


def test_honest_histories_raise_no_alarm(log_house: LogHouse) -> None:
    require_no_false_alarm(log_house, range(15))


def test_harmed_bundles_are_found(log_house: LogHouse) -> None:
    require_finding(log_house, range(40))


@pytest.mark.campaign
def test_a_thousand_honest_histories_raise_no_alarm(log_house: LogHouse) -> None:
    require_no_false_alarm(log_house, range(1000))


@pytest.mark.campaign
def test_a_thousand_harmed_bundles_are_found(log_house: LogHouse) -> None:
    require_finding(log_house, range(1000))


@pytest.fixture(scope="module")
def bundle(log_house: LogHouse) -> bytes:
    """Everything a bundle may hold."""
    return make_bundle(log_house, plain_story(sign_head=log_house.head), Heads([5, 11], log_house.witnesses[:3], [11]))


def codes(data: bytes, policy: str) -> tuple[int, int]:
    _, checks = verify_bundle(data, EvidencePolicy.from_text(policy), {})
    return exit_code(checks), offline.exit_code(offline.check_bundle(data, offline_heads.Policy(policy), {}))


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def is_refused_at_once(data: bytes) -> bool:
    """By both, over the archive or its list of files: what the other questions would say changes nothing then."""
    files, archive = read_bundle(data)
    theirs, (outcome, _) = offline_archive.read_zip(data)
    assert (archive.outcome.value, files) == (outcome, theirs)
    if archive.outcome is not Outcome.PASS:
        return True
    try:
        check_manifest(files)
    except EvidenceFault:
        with pytest.raises(Fault):
            offline_archive.check_manifest(theirs, offline_archive.read_manifest(theirs))
        return True
    return False


def is_found(data: bytes, policy: str) -> bool:
    """By both."""
    if is_refused_at_once(data):
        return True
    ours, theirs = codes(data, policy)
    return ours == theirs and ours != 0


def require_every_flip_found(house: LogHouse, bundle: bytes, bits: list[int]) -> None:
    """Of the archive's own bits."""
    policy = house.policy_text(quorum=3)
    unnoticed = [bit for bit in bits if not is_found(flipped(bundle, bit), policy)]
    assert unnoticed == [], "these bits do not matter; nothing of a bundle should not"


def require_every_file_flip_found(house: LogHouse, bundle: bytes, each: int) -> int:
    """Of the files, in an archive written anew: one bit of every `each`th byte, of large files fewer; how many."""
    files, _ = read_bundle(bundle)
    policy, rng, unnoticed, count = house.policy_text(quorum=3), random.Random(7), [], 0
    for path, data in files.items():
        step = each if len(data) < _SMALL else each * 40
        for place in range(rng.randrange(step), len(data), step):
            changed = {**files, path: flipped(data, 8 * place + rng.randrange(8))}
            count += 1
            if not is_found(write_bundle(changed), policy):
                unnoticed.append((path, place))
    assert unnoticed == []
    return count


def test_random_bits_of_the_archive_count(log_house: LogHouse, bundle: bytes) -> None:
    rng = random.Random(11)
    require_every_flip_found(log_house, bundle, [rng.randrange(8 * len(bundle)) for _ in range(40)])


def test_bytes_of_every_file_count(log_house: LogHouse, bundle: bytes) -> None:
    require_every_file_flip_found(log_house, bundle, 150)


@pytest.mark.campaign
def test_ten_thousand_bits_of_the_archive_count(log_house: LogHouse, bundle: bytes) -> None:
    rng = random.Random(13)
    require_every_flip_found(log_house, bundle, [rng.randrange(8 * len(bundle)) for _ in range(10_000)])


@pytest.mark.campaign
def test_every_byte_of_the_small_files_counts(log_house: LogHouse, bundle: bytes) -> None:
    print(f"{require_every_file_flip_found(log_house, bundle, 1)} bytes changed, each found")
