"""`approval verify` with receipts that people kept in files of their own naming."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from approval.cli.verify import command
from approval.domain.audit_event import leaf_hash
from tests.factories.evidence_bundles import make_bundle
from tests.factories.evidence_story import plain_story
from tests.factories.log_house import LogHouse
from tests.factories.merkle_tree import StoredTree


@pytest.fixture(scope="module")
def log_house(tmp_path_factory: pytest.TempPathFactory) -> LogHouse:
    return LogHouse.build(tmp_path_factory.mktemp("log"))


@pytest.fixture
def folder(tmp_path: Path, log_house: LogHouse) -> Path:
    """A bundle, the reader's policy, and two heads saved under one name: `an` fits, `binh` contradicts."""
    one = plain_story()
    root = StoredTree(map(leaf_hash, one.story.payloads())).root(4)
    (tmp_path / "a.zip").write_bytes(make_bundle(log_house, one))
    (tmp_path / "policy.txt").write_text(log_house.policy_text(), encoding="utf-8-sig")
    for name, kept in (("an", root), ("binh", bytes(32))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mail.txt").write_bytes(log_house.head(4, kept))
    return tmp_path


def verify(folder: Path, *names: str) -> str:
    receipts = [word for name in names for word in ("--receipt", str(folder / name / "mail.txt"))]
    words = [str(folder / "a.zip"), "--policy", str(folder / "policy.txt"), *receipts]
    return CliRunner().invoke(command, words).output


@pytest.mark.parametrize("order", [("an", "binh"), ("binh", "an")])
def test_receipts_of_one_name_are_all_asked(folder: Path, order: tuple[str, str]) -> None:
    contradicting = folder / "binh" / "mail.txt"
    assert f"FAIL receipts: nhật ký khác với {contradicting}" in verify(folder, *order)


def test_a_receipt_alone_goes_by_its_short_name(folder: Path) -> None:
    assert "FAIL receipts: nhật ký khác với mail.txt" in verify(folder, "binh")
    assert "PASS receipts: 1 biên nhận khớp" in verify(folder, "an")
