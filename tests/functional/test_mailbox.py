"""The test mailbox: only on one machine, and nothing in a mail is ever run."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from approval.adapters.mail_sink import store_mail
from approval.config import KdfCost, Mode
from approval.domain.errors import NotFoundError
from approval.queries.mailbox import TextPiece, list_mails, read_mail
from tests.functional.conftest import Place

REAL_COST = KdfCost(memory_kib=19456, time=2, parallelism=1)
BASE_URL = "http://127.0.0.1:8000"


def mail(subject: str = "Đề nghị góp ý", body: str = "Kính gửi") -> EmailMessage:
    """A mail as the product sends it: text, HTML, a PDF."""
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "khong-tra-loi@giao-uoc.example"
    message["To"] = "Đại diện Sở Y tế <yte@bacgiang.example>"
    message["Date"] = "Wed, 15 May 2024 09:12:00 +0700"
    message.set_content(body)
    message.add_alternative("<script>alert(1)</script><p>HTML</p>", subtype="html")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="Bản giao ước.pdf")
    return message


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The sink's folder of the embedded instance."""
    folder = tmp_path / "data" / "mail"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def newcomer(app_factory: Callable[..., Flask], sqlite_url: str, folder: Path) -> FlaskClient:
    """A browser on an embedded instance."""
    assert folder.is_dir()
    return app_factory(
        mode=Mode.EMBEDDED,
        database_url=sqlite_url,
        public_base_url=BASE_URL,
        password_kdf=REAL_COST,
        pin_kdf=REAL_COST,
    ).test_client()


def test_mailbox_does_not_exist_outside_the_embedded_mode(place: Place) -> None:
    visitor = place.visitor(place.house.administrator)
    for path in ("/thu", "/thu/0-0", "/thu/0-0/tep/0"):
        assert visitor.get(path).status_code == 404
    assert "Hộp thư" not in visitor.get("/viec-can-xu-ly").text


def test_newcomer_reads_a_mail_and_follows_its_link(newcomer: FlaskClient, folder: Path) -> None:
    assert "Chưa có thư nào" in newcomer.get("/thu").text
    link = f"{BASE_URL}/van-ban/0b65afbe-3d76-4bfc-920d-a3818b6470e8"
    stored = store_mail(folder, mail(body=f"Mời Ông/Bà xem {link}, rồi trả lời.").as_bytes())
    page = BeautifulSoup(newcomer.get("/thu").text, "html.parser")
    opened = page.find("a", string="Đề nghị góp ý")
    assert opened is not None
    assert opened["href"] == f"/thu/{stored.stem}"
    shown = BeautifulSoup(newcomer.get(f"/thu/{stored.stem}").text, "html.parser")
    assert shown.select_one(".mail-text a")["href"] == link  # type: ignore[index]
    assert "09:12 15/5/2024" in shown.text


def test_newest_mail_comes_first(newcomer: FlaskClient, folder: Path) -> None:
    for number in (1, 2, 3):
        store_mail(folder, mail(subject=f"Thư số {number}").as_bytes())
    page = BeautifulSoup(newcomer.get("/thu").text, "html.parser")
    assert [row.text for row in page.select("tbody th a")] == ["Thư số 3", "Thư số 2", "Thư số 1"]


def test_hostile_mail_is_only_text(newcomer: FlaskClient, folder: Path) -> None:
    body = f"<script>alert(1)</script> https://evil.example/x {BASE_URL}.evil.example/y javascript:alert(1)"
    stored = store_mail(folder, mail(subject="<img src=x onerror=alert(1)>", body=body).as_bytes())
    for path in ("/thu", f"/thu/{stored.stem}"):
        page = BeautifulSoup(newcomer.get(path).text, "html.parser")
        assert not page.find_all(["script", "iframe"])
        assert not page.select("img[src=x]")
        assert not [link for link in page.select("a[href]") if not str(link["href"]).startswith(("/", "#"))]


def test_attachment_is_a_download_under_its_vietnamese_name(newcomer: FlaskClient, folder: Path) -> None:
    stored = store_mail(folder, mail().as_bytes())
    answer = newcomer.get(f"/thu/{stored.stem}/tep/0")
    assert answer.data == b"%PDF-1.7"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="tep.pdf"; filename*=UTF-8')
    assert "B%E1%BA%A3n%20giao%20%C6%B0%E1%BB%9Bc.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Security-Policy"].endswith("; sandbox")
    assert newcomer.get(f"/thu/{stored.stem}/tep/1").status_code == 404


@pytest.mark.parametrize(
    "name", ["..", "../secret", "..%2f..%2fsecret-key", "%2e%2e%2fsecret", "a", "1-0%00", "1-0.eml", ".1-0", "1-0/.."]
)
def test_names_never_leave_the_folder(newcomer: FlaskClient, folder: Path, name: str) -> None:
    (folder.parent / "secret.eml").write_text("Subject: secret\n\nsecret 4711")
    answer = newcomer.get(f"/thu/{name}", follow_redirects=True)
    assert "4711" not in answer.text


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "", ".", "1-0/../../secret", "1-0\n"])
def test_reader_opens_only_names_the_sink_gives(folder: Path, name: str) -> None:
    (folder.parent / "secret.eml").write_text("Subject: secret\n\nsecret 4711")
    with pytest.raises(NotFoundError):
        read_mail(folder, name, base_url=BASE_URL)


def test_files_that_are_no_mails_do_not_break_the_list(newcomer: FlaskClient, folder: Path) -> None:
    (folder / ".0001-00.part").write_bytes(b"half")
    (folder / "note.txt").write_text("x")
    store_mail(folder, b"\xff\xfe\x00 broken \x00")
    store_mail(folder, b"")
    answer = newcomer.get("/thu")
    assert answer.status_code == 200
    assert "02 thư mới nhất" in answer.text
    for line in list_mails(folder):
        assert newcomer.get(f"/thu/{line.name}").status_code == 200


def test_html_only_mail_is_not_rendered(folder: Path) -> None:
    message = EmailMessage()
    message["Date"] = "không phải ngày"
    message.set_content("<b>HTML</b>", subtype="html")
    stored = store_mail(folder, message.as_bytes())
    page = read_mail(folder, stored.stem, base_url=BASE_URL)
    assert page.pieces == (TextPiece("(Thư này không có phần văn bản thuần.)"),)
