"""The folder of a signer: what is written reads back, and damage is never taken for "nothing signed yet"."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from approval.adapters.ed25519 import NoteSigner, verify_ed25519
from approval.adapters.signer_folder import SignerFolder
from approval.domain.checkpoint import Checkpoint
from approval.domain.log_signing import LogRefusedError
from approval.domain.signed_note import KeyType, NoteError

HEAD = Checkpoint("khoi.example/nhat-ky", 5, b"\x05" * 32)
OTHER = Checkpoint("khoi-khac.example/nhat-ky", 9, b"\x09" * 32)


@pytest.fixture
def folder(tmp_path: Path) -> SignerFolder:
    made = SignerFolder(tmp_path / "signer")
    with made.locked():
        made.start(NoteSigner.generate(HEAD.origin), {HEAD.origin: HEAD})
    return made


def test_a_new_folder_knows_nothing(tmp_path: Path) -> None:
    new = SignerFolder(tmp_path / "new")
    with new.locked():
        assert new.signer() is None
        assert new.next_signer() is None
        assert new.heads() == {}


def test_what_is_written_reads_back(folder: SignerFolder) -> None:
    signer = folder.signer()
    assert signer is not None
    assert verify_ed25519(signer.key.public, signer.sign(b"x"), b"x")
    folder.write_heads({HEAD.origin: HEAD, OTHER.origin: OTHER})
    assert SignerFolder(folder.path).heads() == {HEAD.origin: HEAD, OTHER.origin: OTHER}


def test_nobody_else_can_read_it(folder: SignerFolder) -> None:
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.path.iterdir()} == {0o600}


def test_a_rotation_begun_is_finished_or_forgotten(folder: SignerFolder) -> None:
    new = NoteSigner.generate(HEAD.origin)
    folder.write_next(new)
    folder.drop_next()
    assert folder.next_signer() is None
    folder.write_next(new)
    folder.take_next()
    found = folder.signer()
    assert found is not None
    assert found.key == new.key
    assert folder.next_signer() is None
    assert folder.heads() == {HEAD.origin: HEAD}


@pytest.mark.parametrize("state", [b"", b"{", b"[]", b'{"heads":["x"]}', b'{"heads":[7]}', b"\xff"])
def test_a_damaged_state_is_no_empty_state(folder: SignerFolder, state: bytes) -> None:
    (folder.path / "state.json").write_bytes(state)
    with pytest.raises(LogRefusedError, match="cannot be read"):
        folder.heads()


def test_a_key_without_its_state_is_refused(folder: SignerFolder) -> None:
    (folder.path / "state.json").unlink()
    with pytest.raises(LogRefusedError, match="state file is gone"):
        folder.signer()


def _cut(skey: str) -> str:
    return skey[:-8]


def _rename(skey: str) -> str:
    return skey.replace("khoi", "hoi", 1)


@pytest.mark.parametrize("spoil", [_cut, _rename, lambda _: "", lambda _: "khóa"], ids=["cut", "renamed", "", "other"])
def test_a_damaged_key_is_refused(folder: SignerFolder, spoil: Callable[[str], str]) -> None:
    path = folder.path / "key"
    path.write_text(spoil(path.read_text()), encoding="utf-8")
    with pytest.raises(LogRefusedError, match="cannot be read"):
        folder.signer()


def test_a_private_key_reads_back_with_its_kind() -> None:
    witness = NoteSigner.generate("so-noi-vu.example", KeyType.COSIGNATURE)
    assert NoteSigner.from_skey(witness.skey).key == witness.key
    with pytest.raises(NoteError, match="number does not fit"):
        NoteSigner.from_skey(witness.skey.replace("so-noi-vu", "so-y-te"))
