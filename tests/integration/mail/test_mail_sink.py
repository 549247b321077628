"""The sink keeps whole mails in files only the owner can read."""

import smtplib
import stat
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from approval.adapters.mail_sink import mail_sink, store_mail
from tests.servers.waiting import free_port

pytestmark = pytest.mark.integration


def test_a_mail_becomes_a_private_file_in_order_of_arrival(tmp_path: Path) -> None:
    folder, port = tmp_path / "mail", free_port()
    sink = mail_sink(folder, host="127.0.0.1", port=port)
    sink.start()
    try:
        for number in range(3):
            message = EmailMessage()
            message["Subject"] = f"Thư số {number}"
            message.set_content("Kính gửi\n.\nhết\n")
            with smtplib.SMTP("127.0.0.1", port, timeout=10) as smtp:
                smtp.send_message(message, "a@khoi.example", ["b@so.example"])
    finally:
        sink.stop()
    files = sorted(folder.iterdir())
    assert [file.suffix for file in files] == [".eml"] * 3
    mails = [message_from_bytes(file.read_bytes(), policy=default) for file in files]
    assert [mail["Subject"] for mail in mails] == ["Thư số 0", "Thư số 1", "Thư số 2"]
    assert mails[0].get_content().splitlines() == ["Kính gửi", ".", "hết"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_mail_is_seen_whole_or_not_at_all(tmp_path: Path) -> None:
    path = store_mail(tmp_path, b"Subject: x\r\n\r\nbody")
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
