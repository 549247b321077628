"""A whole bundle judged by both verifiers: files, seal, time stamps, and how the answers add up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from approval.adapters.ed25519 import verify_ed25519
from approval.adapters.evidence_judge import CmsJudge
from approval.adapters.evidence_zip import write_bundle
from approval.domain.evidence_check import EvidenceTools, check_bundle
from approval.domain.evidence_manifest import MANIFEST, MANIFEST_SEAL, note_path, token_path
from approval.domain.evidence_policy import EvidencePolicy
from approval.domain.evidence_report import Check, Outcome, exit_code
from tests.factories.both_verifiers import Judgement, judge
from tests.factories.evidence_bundles import Heads, bundle_files, make_bundle, sealed, without
from tests.factories.evidence_story import (
    PledgeStory,
    cancelled_story,
    change,
    eventful_story,
    plain_story,
)
from tests.factories.log_house import MAY_20, LogHouse

SEAL_EVENT = 9


@pytest.fixture
def one() -> PledgeStory:
    """Eleven events, the ninth seals."""
    return plain_story()


def judged(house: LogHouse, one: PledgeStory, files: dict[str, bytes], policy: str | None = None) -> Judgement:
    return judge(write_bundle(sealed(house, one.pledge, files)), policy or house.policy_text())


@pytest.mark.parametrize("make", [plain_story, eventful_story, cancelled_story])
def test_honest_bundles_are_sound(log_house: LogHouse, make: Callable[[], PledgeStory]) -> None:
    found = judge(make_bundle(log_house, make()), log_house.policy_text())
    assert (found.code, found.failed()) == (0, set())


def test_files_without_a_manifest_are_no_bundle(log_house: LogHouse) -> None:
    tools = EvidenceTools(verify_ed25519, CmsJudge())
    (found,) = check_bundle({"ghi-chu.txt": b""}, EvidencePolicy.from_text(log_house.policy_text()), {}, tools)
    assert (found.outcome, exit_code((found,))) == (Outcome.UNREADABLE, 3)


def test_a_pledge_still_being_signed_is_incomplete(log_house: LogHouse, one: PledgeStory) -> None:
    del one.story.fields[SEAL_EVENT:]
    one.files.pop("document/final.pdf")
    found = judge(make_bundle(log_house, one), log_house.policy_text())
    assert (found.code, found.failed()) == (2, {"complete"})


def test_a_pledge_under_review_is_incomplete(log_house: LogHouse, one: PledgeStory) -> None:
    del one.story.fields[6:]
    one.files = {path: data for path, data in one.files.items() if path.startswith("document/revisions/")}
    found = judge(make_bundle(log_house, one), log_house.policy_text())
    assert (found.code, found.failed()) == (2, {"complete"})


@pytest.mark.parametrize(
    "path", ["document/final.pdf", "document/revisions/1.json", "opinions/table.pdf", "opinions/table.json"]
)
def test_another_file_than_the_events_name_is_found(log_house: LogHouse, one: PledgeStory, path: str) -> None:
    found = judged(log_house, one, bundle_files(log_house, one) | {path: b"another"})
    assert (found.code, found.failed()) == (1, {"documents"})
    assert found.words["documents"] == f"{path} không phải tệp mà nhật ký ghi"


def test_a_revision_that_no_event_names_is_found(log_house: LogHouse, one: PledgeStory) -> None:
    files = bundle_files(log_house, one)
    files["document/revisions/2.json"] = files["document/revisions/1.json"]
    assert judged(log_house, one, files).failed() == {"documents"}


@pytest.mark.parametrize("path", ["document/final.pdf", "document/revisions/1.json", "opinions/table.json"])
def test_a_file_that_an_event_names_is_missed(log_house: LogHouse, one: PledgeStory, path: str) -> None:
    found = judged(log_house, one, without(bundle_files(log_house, one), [path]))
    assert (found.code, found.words["documents"]) == (2, f"thiếu tệp {path}")


@pytest.mark.parametrize(
    "data", [{"sealed_root": "00" * 32}, {"sealed_size": 0}, {"sealed_size": 99}, {"sealed_size": None}]
)
def test_the_seal_named_the_history_as_it_stood(log_house: LogHouse, one: PledgeStory, data: dict[str, object]) -> None:
    change(one, SEAL_EVENT, data=data)
    found = judge(make_bundle(log_house, one), log_house.policy_text())
    assert (found.code, found.failed()) == (1, {"documents"})


def test_what_has_no_manifest_is_no_bundle(log_house: LogHouse) -> None:
    found = judge(write_bundle({"verify.py": b""}), log_house.policy_text())
    assert (found.code, found.failed()) == (3, {"archive"})


def test_without_a_readable_manifest_the_rest_is_still_looked_at(log_house: LogHouse, one: PledgeStory) -> None:
    files = sealed(log_house, one.pledge, bundle_files(log_house, one)) | {MANIFEST: b"{}"}
    found = judge(write_bundle(files), log_house.policy_text())
    assert (found.code, found.outcomes["events"], found.outcomes["heads"]) == (1, "SKIPPED", "SKIPPED")


@pytest.mark.parametrize("path", ["log/leaves.bin", "log/events.jsonl", MANIFEST_SEAL])
def test_a_bundle_with_a_hole_is_incomplete(log_house: LogHouse, one: PledgeStory, path: str) -> None:
    files = sealed(log_house, one.pledge, bundle_files(log_house, one))
    found = judge(write_bundle(without(files, [path])), log_house.policy_text())
    assert (found.code, found.words["manifest"]) == (2, f"thiếu tệp {path}")


def test_a_seal_over_another_manifest_is_found(log_house: LogHouse, one: PledgeStory) -> None:
    files = sealed(log_house, one.pledge, bundle_files(log_house, one))
    other = sealed(log_house, one.pledge, {"verify.py": b""})
    found = judge(write_bundle(files | {MANIFEST_SEAL: other[MANIFEST_SEAL]}), log_house.policy_text())
    assert (found.code, found.failed()) == (1, {"seal"})


def test_another_houses_seal_is_not_known(log_house: LogHouse, one: PledgeStory, tmp_path: Path) -> None:
    stranger = LogHouse.build(tmp_path / "pki")
    found = judge(make_bundle(stranger, one), log_house.policy_text())
    assert (found.code, found.failed()) == (4, {"seal"})


def test_time_stamps_bound_the_history_from_above(log_house: LogHouse, one: PledgeStory) -> None:
    change(one, 10, at=MAY_20 + timedelta(minutes=6))
    found = judge(make_bundle(log_house, one, Heads([11], stamped=[11])), log_house.policy_text())
    assert (found.code, found.failed()) == (1, {"times"})
    assert found.words["times"].startswith("sự kiện 10 ghi thời điểm sau khi log/checkpoints/11.note")


def test_witnesses_bound_it_too(log_house: LogHouse, one: PledgeStory) -> None:
    change(one, 10, at=MAY_20 + timedelta(minutes=6))
    bundle = make_bundle(log_house, one, Heads([10, 11], log_house.witnesses[:1]))
    found = judge(bundle, log_house.policy_text(quorum=1))
    assert found.failed() == {"times"}


def test_a_clock_a_little_ahead_is_no_crime(log_house: LogHouse, one: PledgeStory) -> None:
    change(one, 10, at=MAY_20 + timedelta(minutes=4))
    found = judge(make_bundle(log_house, one, Heads([11], stamped=[11])), log_house.policy_text())
    assert (found.code, found.outcomes["times"]) == (0, "PASS")


def test_a_stamp_of_another_head_is_found(log_house: LogHouse, one: PledgeStory) -> None:
    files = bundle_files(log_house, one, Heads([5, 11], stamped=[5]))
    files[token_path(11)] = files[token_path(5)]
    found = judged(log_house, one, files)
    assert found.words["times"] == "log/checkpoints/11.tsr: dấu thời gian của một thứ khác"


def test_a_witness_may_add_its_line_after_the_stamp(log_house: LogHouse, one: PledgeStory) -> None:
    files = bundle_files(log_house, one, Heads([11], stamped=[11]))
    text = files[note_path(11)].decode().partition("\n\n")[0] + "\n"
    files[note_path(11)] += log_house.witnesses[0].cosign(text, int(MAY_20.timestamp())).line.encode()
    assert judged(log_house, one, files, log_house.policy_text(quorum=1)).code == 0


def test_lines_begin_with_one_of_three_words() -> None:
    words = {outcome: Check("tree", outcome, "x").line for outcome in Outcome}
    assert words[Outcome.PASS] == "PASS tree: x"
    assert words[Outcome.TAMPERED] == words[Outcome.INCOMPLETE] == words[Outcome.UNREADABLE] == "FAIL tree: x"
    assert words[Outcome.UNKNOWN] == words[Outcome.SKIPPED] == "NOT CHECKED tree: x"


def test_the_gravest_finding_is_the_verdict() -> None:
    def code(*outcomes: Outcome) -> int:
        return exit_code(Check("x", outcome, "") for outcome in outcomes)

    assert code(Outcome.PASS, Outcome.SKIPPED) == 0
    assert code(Outcome.PASS, Outcome.UNKNOWN) == 4
    assert code(Outcome.UNKNOWN, Outcome.INCOMPLETE) == 2
    assert code(Outcome.INCOMPLETE, Outcome.TAMPERED) == 1
    assert code(Outcome.TAMPERED, Outcome.UNREADABLE) == 3
