"""What a new password must be: long, and not made of words and runs that everybody tries first."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from approval.domain.errors import InvalidInputError

# NIST SP 800-63B-4 asks for 15 characters where a password is the only factor, and no composition rules.
MIN_LENGTH = 15
# Above this, hashing time is the attacker's to choose.
MAX_LENGTH = 200
# What must be left over once everything guessable is taken out.
_MIN_UNGUESSABLE = 6

# Shorter parts of an address ("vn", "bg") would take harmless letters out everywhere.
_SHORTEST_WORD = 3

_COMMON_WORDS = [
    "password",
    "passw0rd",
    "passwd",
    "matkhau",
    "matma",
    "admin",
    "administrator",
    "quantri",
    "letmein",
    "welcome",
    "iloveyou",
    "qwerty",
    "qwertyuiop",
    "asdfgh",
    "asdfghjkl",
    "zxcvbn",
    "zxcvbnm",
    "abc",
    "abcd",
    "abcdef",
    "abcdefgh",
    "secret",
    "dragon",
    "monkey",
    "football",
    "sunshine",
    "princess",
    "vietnam",
    "hanoi",
    "saigon",
    "bacgiang",
    "bacninh",
    "danang",
    "haiphong",
    "anhyeuem",
    "emyeuanh",
    "tinhyeu",
    "hanhphuc",
    "giaouoc",
    "thidua",
    "khenthuong",
    "khoithidua",
    "soyte",
    "songoaivu",
    "baohiemxahoi",
    "sovanhoa",
    "thethaodulich",
    "laodongthuongbinh",
    "uybannhandan",
    "ubnd",
    "thuky",
    "giamdoc",
    "phogiamdoc",
    "daidien",
    "coquan",
    "changeme",
    "default",
    "test",
    "demo",
    "user",
    "login",
]
_BY_LENGTH = sorted(_COMMON_WORDS, key=len, reverse=True)
_RUNS = re.compile(r"(.)\1{2,}")


def check_new_password(password: str, *, email: str) -> None:
    """Refuse a short, endless or guessable password. Raises InvalidInputError naming the form field `new_password`."""
    if len(password) < MIN_LENGTH:
        raise _refusal(
            "password-short",
            f"Mật khẩu cần ít nhất {MIN_LENGTH} ký tự; nên dùng một câu dễ nhớ.",
            f"The password needs at least {MIN_LENGTH} characters; a sentence you can remember is best.",
        )
    if len(password) > MAX_LENGTH:
        raise _refusal(
            "password-long",
            f"Mật khẩu dài quá {MAX_LENGTH} ký tự; hãy rút ngắn lại.",
            f"The password is longer than {MAX_LENGTH} characters; shorten it.",
        )
    if len(_unguessable(password, email)) < _MIN_UNGUESSABLE:
        raise _refusal(
            "password-guessable",
            "Mật khẩu dễ đoán vì gồm từ thông dụng, tên cơ quan, địa chỉ thư hoặc dãy phím; hãy chọn mật khẩu khác.",
            "The password is made of common words, agency names, your address or key runs; choose another one.",
        )


def _unguessable(password: str, email: str) -> str:
    plain = _plain(password)
    own_words = [word for word in re.split(r"[^a-z]+", _plain(email)) if len(word) >= _SHORTEST_WORD]
    for word in [*own_words, *_BY_LENGTH]:
        plain = plain.replace(word, "")
    return _drop_sequences(_RUNS.sub("", plain))


def _plain(text: str) -> str:
    """Lower case, without Vietnamese marks, white space and punctuation: "Mật khẩu" and "matkhau" are one guess."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(char for char in decomposed if char.isalnum() or char == "@")


def _drop_sequences(text: str) -> str:
    """Without characters that merely continue their neighbour: 1234, dcba."""
    kept = text[:1]
    for before, char in pairwise(text):
        if abs(ord(char) - ord(before)) > 1:
            kept += char
    return kept


def _refusal(code: str, vi: str, en: str) -> InvalidInputError:
    return InvalidInputError(code, vi, en, field="new_password")
