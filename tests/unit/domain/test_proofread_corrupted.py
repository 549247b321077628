"""How many slips are found in texts that are not the seed, and how often a clean text is blamed."""

from __future__ import annotations

from collections import Counter

from approval.adapters.phrase_file import load_phrases
from approval.domain.near_miss import near_misses
from approval.domain.phrase_list import PhraseList
from tests.factories.corrupted_texts import SLIPS, Corrupted, clean_paragraphs, corrupted
from tests.factories.pledge_texts import SEED_FILE
from tests.factories.proof_texts import findings, pledge_of

COUNT, SEED = 800, 20240505


def is_mended(case: Corrupted, phrases: PhraseList) -> bool:
    """Whether taking the suggestion at the slip gives back the clean paragraph."""
    slips = [slip for slip in near_misses(case.text, phrases) if slip.start <= case.start <= slip.end]
    return any(case.text[: slip.start] + slip.suggestion + case.text[slip.end :] == case.clean for slip in slips)


def test_nine_slips_in_ten_are_found_and_mended() -> None:
    phrases = load_phrases()
    made: Counter[str] = Counter()
    mended: Counter[str] = Counter()
    for case in corrupted(phrases, count=COUNT, seed=SEED):
        made[case.slip] += 1
        mended[case.slip] += is_mended(case, phrases)
    recall = mended.total() / made.total()
    by_slip = {name: f"{mended[name] / made[name]:.3f} of {made[name]}" for name in sorted(made)}
    print(f"\nrecall with the right suggestion {recall:.3f} of {COUNT}: {by_slip}")
    assert set(made) == {slip.__name__ for slip in SLIPS}
    assert recall >= 0.9
    assert all(mended[name] / made[name] >= 0.85 for name in made)


def test_clean_texts_are_hardly_ever_blamed() -> None:
    paragraphs = clean_paragraphs()
    words = sum(len(text.split()) for text in paragraphs)
    found = findings(pledge_of(*paragraphs))
    print(f"\nfalse alarms {len(found)} in {words} words, all rules: {[(f.rule, f.found) for f in found]}")
    assert len(paragraphs) >= 12
    assert words >= 1500
    assert len(found) * 1000 <= 1 * words


def test_the_clean_texts_are_not_the_seed() -> None:
    seed = SEED_FILE.read_text(encoding="utf-8").split()
    own = " ".join(" ".join(text.split()) for text in clean_paragraphs())
    shared = [start for start in range(len(seed) - 11) if " ".join(seed[start : start + 12]) in own]
    assert not shared
