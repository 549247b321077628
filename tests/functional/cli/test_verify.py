"""`approval verify`: the exit code is the verdict, the words say why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from approval.adapters.clock import SystemClock
from approval.cli.verify import command
from tests.factories.pki import signing_house
from tests.factories.signed_pledges import SignedPledge, sign_all
from tests.factories.tampering import cut_revisions, flip, white_box


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("verify")


@pytest.fixture(scope="module")
def pledge(folder: Path) -> SignedPledge:
    """Signed yesterday, whatever day the tests run."""
    house = signing_house(folder, moment=SystemClock().now() - timedelta(days=1))
    return sign_all(house, parties=2, order=(2, 1))


@pytest.fixture
def root(tmp_path: Path, pledge: SignedPledge) -> Path:
    return pem(tmp_path / "root.pem", pledge.house.authority.root.certificate)


def pem(path: Path, certificate: x509.Certificate) -> Path:
    path.write_bytes(certificate.public_bytes(Encoding.PEM))
    return path


def verify(folder: Path, pdf: bytes, *words: str) -> Result:
    file = folder / "file.pdf"
    file.write_bytes(pdf)
    return CliRunner().invoke(command, [str(file), *words])


def test_a_finished_document_is_sound(tmp_path: Path, pledge: SignedPledge, root: Path) -> None:
    result = verify(tmp_path, pledge.final, "--trust", str(root))
    assert result.exit_code == 0, result.output
    assert "HỢP LỆ" in result.output
    assert "✓ KY_01" in result.output
    assert "Văn bản / document: " in result.output
    assert sha256(pledge.final).hexdigest() in result.output


def test_a_test_root_is_called_one(tmp_path: Path, pledge: SignedPledge, root: Path) -> None:
    result = verify(tmp_path, pledge.final, "--trust", str(root))
    assert pledge.house.authority.root.certificate.subject.rfc4514_string() in result.output
    assert "THỬ NGHIỆM" in result.output.upper()


@pytest.mark.parametrize("spoil", [lambda pdf: flip(pdf, 1500), white_box])
def test_a_changed_document_is_tampered(
    tmp_path: Path, pledge: SignedPledge, root: Path, spoil: Callable[[bytes], bytes]
) -> None:
    result = verify(tmp_path, spoil(pledge.final), "--trust", str(root))
    assert result.exit_code == 1, result.output
    assert "KHÔNG HỢP LỆ" in result.output


def test_a_document_without_its_seal_is_incomplete_at_home(
    tmp_path: Path, pledge: SignedPledge, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APPROVAL_DATA_DIR", str(folder))
    result = verify(tmp_path, pledge.revisions[-1].pdf)
    assert result.exit_code == 2, result.output
    assert "CHƯA ĐỦ" in result.output


def test_a_finished_document_is_sound_at_home(
    tmp_path: Path, pledge: SignedPledge, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APPROVAL_DATA_DIR", str(folder))
    assert verify(tmp_path, pledge.final).exit_code == 0


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7\nnothing else", "Kính gửi".encode()])
def test_what_is_no_pledge_is_unreadable(tmp_path: Path, root: Path, content: bytes) -> None:
    result = verify(tmp_path, content, "--trust", str(root))
    assert result.exit_code == 3, result.output
    assert "KHÔNG ĐỌC ĐƯỢC" in result.output


def test_a_file_that_is_not_there_is_unreadable(tmp_path: Path, root: Path) -> None:
    result = CliRunner().invoke(command, [str(tmp_path / "nothing.pdf"), "--trust", str(root)])
    assert result.exit_code == 3
    assert "Không mở được tệp" in result.output


def test_another_root_is_not_trusted(tmp_path: Path, pledge: SignedPledge) -> None:
    stranger = pem(tmp_path / "stranger.pem", signing_house(tmp_path).authority.root.certificate)
    result = verify(tmp_path, pledge.final, "--trust", str(stranger))
    assert result.exit_code == 1
    assert "KHÔNG XÁC ĐỊNH" in result.output
    assert "TAMPERED" not in result.output


def test_a_cut_document_is_not_sound(tmp_path: Path, pledge: SignedPledge, root: Path) -> None:
    assert verify(tmp_path, cut_revisions(pledge.final, 1), "--trust", str(root)).exit_code in {1, 2}


def test_without_a_root_it_asks_for_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPROVAL_DATA_DIR", str(tmp_path))
    result = verify(tmp_path, b"%PDF-1.7")
    assert result.exit_code == 2
    assert "--trust" in result.output


def test_a_root_that_is_no_certificate_is_named(tmp_path: Path, pledge: SignedPledge) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("not a certificate")
    assert "không chứa chứng thư" in verify(tmp_path, pledge.final, "--trust", str(wrong)).output
