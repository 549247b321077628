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


def test_the_further_roots_of_the_installation_are_believed_as_by_its_page(
    tmp_path: Path, pledge: SignedPledge, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APPROVAL_DATA_DIR", str(tmp_path / "none"))
    assert verify(tmp_path, pledge.final).exit_code == 4
    monkeypatch.setenv("APPROVAL_TRUST_ROOTS", str(root))
    assert verify(tmp_path, pledge.final).exit_code == 0
    monkeypatch.setenv("APPROVAL_TRUST_ROOTS", str(tmp_path / "missing.pem"))
    result = verify(tmp_path, pledge.final)
    assert result.exit_code == 64
    assert "APPROVAL_TRUST_ROOTS" in result.output


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
    assert result.exit_code == 4
    assert "KHÔNG XÁC ĐỊNH" in result.output
    assert "TAMPERED" not in result.output
    assert "✓" not in result.output


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_document_cut_back_is_incomplete_to_an_outsider(
    tmp_path: Path, pledge: SignedPledge, root: Path, count: int
) -> None:
    """With the root and nothing else: the revocation lists went with the revisions cut off."""
    result = verify(tmp_path, cut_revisions(pledge.final, count), "--trust", str(root))
    assert result.exit_code == 2, result.output
    assert "CHƯA ĐỦ" in result.output
    assert "cắt bớt" in result.output
    assert "KHÔNG XÁC ĐỊNH" not in result.output


def judge_alone(folder: Path, pdf: bytes, monkeypatch: pytest.MonkeyPatch) -> Result:
    """On a machine where nobody said whom to trust."""
    monkeypatch.setenv("APPROVAL_DATA_DIR", str(folder / "nowhere"))
    return verify(folder, pdf)


def test_without_a_root_a_whole_document_has_an_unknown_issuer(
    tmp_path: Path, pledge: SignedPledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = judge_alone(tmp_path, pledge.final, monkeypatch)
    assert result.exit_code == 4, result.output
    assert "KHÔNG XÁC ĐỊNH" in result.output
    assert "--trust" in result.output
    assert "? KY_01" in result.output
    assert "Văn bản / document" not in result.output, "a title nobody vouches for"


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda pdf: flip(pdf, 1500), 1),
        (white_box, 1),
        (lambda pdf: cut_revisions(pdf, 1), 2),
        (lambda pdf: cut_revisions(pdf, 3), 2),
        (lambda _pdf: b"hello", 3),
    ],
)
def test_without_a_root_everything_else_is_judged(
    tmp_path: Path,
    pledge: SignedPledge,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[bytes], bytes],
    code: int,
) -> None:
    result = judge_alone(tmp_path, spoil(pledge.final), monkeypatch)
    assert result.exit_code == code, result.output
    assert "✓" not in result.output


@pytest.mark.parametrize("words", [[], ["--nothing"], ["a.pdf", "--trust", "nowhere.pem"], ["a.pdf", "b.pdf"]])
def test_a_wrong_call_is_no_verdict(words: list[str]) -> None:
    result = CliRunner().invoke(command, words)
    assert result.exit_code == 64
    assert "Usage" in result.output


def test_a_root_that_is_no_certificate_is_named(tmp_path: Path, pledge: SignedPledge) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("not a certificate")
    result = verify(tmp_path, pledge.final, "--trust", str(wrong))
    assert "không chứa chứng thư" in result.output
    assert result.exit_code == 64
