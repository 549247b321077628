"""Subjects and names come back word for word, in the strict reader and in the lenient one."""

from email import message_from_bytes
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.adapters.mail_headers import SMTP_POLICY

LONG_SUBJECT = (
    "[Khối thi đua VHXH 2] Nội dung đã thay đổi sau khi Quý Cơ quan cho ý kiến: dự thảo lần 2 "
    "Bản giao ước thi đua năm 2024 (hạn 17:00 20/5/2024)"
)
NAMES = [
    "Đại diện Sở Lao động - Thương binh và Xã hội (Phó Giám đốc)",
    "Sở Văn hóa, Thể thao và Du lịch",
    'Nguyễn "A" <b>, c@d',
    "Thư ký",
]
words = st.lists(st.text("aăâđêôơưếởựỹ xYZ,.:;()<>@\"'=?_-", min_size=1, max_size=70), min_size=1, max_size=12)


def sent(message: EmailMessage) -> bytes:
    """What goes over the wire."""
    return message.as_bytes()


def lenient(raw: bytes, name: str) -> str:
    """As readers that know RFC 2047 and little else."""
    value = message_from_bytes(raw)[name]
    return str(make_header(decode_header(value)))


@given(words.map(" ".join).map(str.strip).filter(bool))
def test_a_subject_survives_the_wire(subject: str) -> None:
    message = EmailMessage(policy=SMTP_POLICY)
    message["Subject"] = subject
    raw = sent(message)
    assert lenient(raw, "Subject") == subject or subject.isascii()
    assert message_from_bytes(raw, policy=default)["Subject"].split() == subject.split()


@pytest.mark.parametrize("subject", [LONG_SUBJECT, "ữ" * 300])
def test_a_long_subject_keeps_every_space_and_no_line_is_long(subject: str) -> None:
    message = EmailMessage(policy=SMTP_POLICY)
    message["Subject"] = subject
    raw = sent(message)
    assert lenient(raw, "Subject") == subject
    assert message_from_bytes(raw, policy=default)["Subject"] == subject
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78 + len("Subject: ")


@pytest.mark.parametrize("name", NAMES)
def test_a_name_stays_one_address(name: str) -> None:
    message = EmailMessage(policy=SMTP_POLICY)
    message["To"] = Address(name, addr_spec="nguoi.nhan@example.vn")
    raw = sent(message)
    assert lenient(raw, "To").startswith(name) or name.isascii()
    (address,) = message_from_bytes(raw, policy=default)["To"].addresses
    assert address.addr_spec == "nguoi.nhan@example.vn"
    assert address.display_name.split() == name.split()


def test_plain_headers_are_left_to_the_library() -> None:
    message = EmailMessage(policy=SMTP_POLICY)
    message["Subject"] = "Plain"
    message["Comments"] = "Tiếng Việt"
    assert b"Subject: Plain\r\n" in sent(message)
    assert "Subject: Plain\n" in message.as_string(policy=SMTP_POLICY.clone(linesep="\n"))
