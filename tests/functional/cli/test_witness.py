"""`approval witness`: its key is made once, and whatever does not fit is said before it listens."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from approval.adapters.ed25519 import NoteSigner
from approval.cli.witness import open_station
from approval.domain.signed_note import KeyType
from approval.domain.witness import AddCheckpoint
from tests.factories.forked_log import ForkedLog, leaf
from tests.factories.merkle_tree import StoredTree

NAME = "so-noi-vu.example"
LOG = ForkedLog()
VKEY = LOG.signer.key.vkey


def test_the_key_is_made_once_and_the_memory_outlives_the_process(tmp_path: Path) -> None:
    first = open_station(NAME, (VKEY,), tmp_path / "w")
    assert first.witness.key.type is KeyType.COSIGNATURE
    tree = StoredTree(leaf(number) for number in range(4))
    assert first.add_checkpoint(LOG.request(tree, old=0).data).status == 200
    second = open_station(NAME, (VKEY,), tmp_path / "w")
    assert second.witness.key == first.witness.key
    assert second.add_checkpoint(AddCheckpoint(0, (), LOG.note(LOG.head(tree))).data).body == b"4\n"


@pytest.mark.parametrize(
    ("name", "vkey", "words"),
    [
        ("hai từ", VKEY, "Tên hoặc khóa không dùng được"),
        (NAME, VKEY[:-6], "Sao chép nguyên dòng khóa"),
        (NAME, "", "Sao chép nguyên dòng khóa"),
    ],
    # The key is another one in every process, and the names of tests must not be.
    ids=["a name with a space", "a key cut short", "no key"],
)
def test_what_cannot_be_used_is_said(tmp_path: Path, name: str, vkey: str, words: str) -> None:
    with pytest.raises(click.ClickException, match=words):
        open_station(name, (vkey,), tmp_path / "w")


def test_a_folder_has_one_name(tmp_path: Path) -> None:
    open_station(NAME, (VKEY,), tmp_path / "w")
    with pytest.raises(click.ClickException, match=f"nhân chứng {NAME}"):
        open_station("so-y-te.example", (VKEY,), tmp_path / "w")


def test_a_damaged_folder_is_not_begun_anew(tmp_path: Path) -> None:
    open_station(NAME, (VKEY,), tmp_path / "w")
    (tmp_path / "w" / "state.json").unlink()
    with pytest.raises(click.ClickException, match="Khôi phục thư mục này"):
        open_station(NAME, (VKEY,), tmp_path / "w")


def test_a_key_of_another_kind_is_no_log(tmp_path: Path) -> None:
    witness = NoteSigner.generate(NAME, KeyType.COSIGNATURE)
    with pytest.raises(click.ClickException, match="khóa"):
        open_station(NAME, (witness.key.vkey,), tmp_path / "w")
