"""What passes and what is refused as a new password."""

from __future__ import annotations

import pytest

from approval.domain.errors import InvalidInputError
from approval.domain.password_rule import MAX_LENGTH, MIN_LENGTH, check_new_password

EMAIL = "vanthu.soyte@bacgiang.example"


@pytest.mark.parametrize(
    "password",
    [
        "con mèo leo cây cau hỏi thăm",
        "Tr0ng đầm gì đẹp bằng sen",
        "x7-Kq_pR2mLw9Zt4",
        "🌾 lúa chín vàng trên đồi",
    ],
)
def test_long_unusual_passwords_are_accepted(password: str) -> None:
    check_new_password(password, email=EMAIL)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password-short"),
        ("a" * (MIN_LENGTH - 1), "password-short"),
        ("a" * 20, "password-guessable"),
        ("123456789012345", "password-guessable"),
        ("matkhaumatkhau123", "password-guessable"),
        ("Mật khẩu Sở Y tế 2024", "password-guessable"),
        ("vanthu.soyte@bacgiang.example", "password-guessable"),
        ("qwertyuiopasdfghjkl", "password-guessable"),
        ("passwordpassword1", "password-guessable"),
        ("Đại diện Sở Ngoại vụ", "password-guessable"),
        ("đường vắng " * 30, "password-long"),
    ],
)
def test_short_endless_or_guessable_passwords_are_refused(password: str, code: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        check_new_password(password, email=EMAIL)

    assert refused.value.code == code
    assert refused.value.field == "new_password"


def test_length_limits_are_inclusive() -> None:
    check_new_password("tre già măng mọc", email=EMAIL)
    mixed = ("lũy tre làng xưa " * 20)[:MAX_LENGTH]
    assert len(mixed) == MAX_LENGTH
    check_new_password(mixed, email=EMAIL)
