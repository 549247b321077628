"""Kiểm tra hồ sơ chứng cứ của Giao Ước / checks an evidence bundle of Giao Ước.

python3 verify.py HO-SO.zip [--policy POLICY.txt] [--receipt FILE]...

Chỉ dùng thư viện chuẩn của Python 3.9 trở lên, không dùng mạng. / Python 3.9 or later, nothing else, no network.
0 toàn vẹn/sound, 1 bị sửa/tampered, 2 chưa đủ/incomplete, 3 không đọc được/unreadable, 4 chưa rõ ai phát hành/issuer
unknown, 64 gọi sai/usage.
"""

from __future__ import annotations

PASS, TAMPERED, INCOMPLETE, UNREADABLE, UNKNOWN, SKIPPED = "PASS", "TAMPERED", "INCOMPLETE", "UNREADABLE", "?", "-"
EXIT_CODES = ((UNREADABLE, 3), (TAMPERED, 1), (INCOMPLETE, 2), (UNKNOWN, 4))
VERDICTS = {
    0: (
        "HỢP LỆ: hồ sơ toàn vẹn và đầy đủ (chữ ký trong PDF chưa được kiểm tra ở đây: dùng `approval verify` hoặc trang"
        " Kiểm tra văn bản). / SOUND (the PDF's own signatures were not checked here: use `approval verify`)."
    ),
    1: "KHÔNG HỢP LỆ: hồ sơ đã bị sửa hoặc có điều không thể xảy ra. / TAMPERED.",
    2: "CHƯA ĐỦ: hồ sơ còn thiếu. / INCOMPLETE.",
    3: "KHÔNG ĐỌC ĐƯỢC: tệp không phải hồ sơ chứng cứ. / UNREADABLE.",
    4: "KHÔNG XÁC ĐỊNH: hồ sơ tự khớp, nhưng chưa biết khóa của ai. / UNKNOWN: consistent, but nobody's known keys.",
}


class Fault(Exception):  # noqa: N818 - a finding, not an error of the program
    """What a check found; `outcome` is one of the words above."""

    def __init__(self, outcome: str, words: str) -> None:
        super().__init__(words)
        self.outcome = outcome
        self.words = words


def tampered(words: str) -> Fault:
    """Something was changed."""
    return Fault(TAMPERED, words)


def incomplete(words: str) -> Fault:
    """Something is not there."""
    return Fault(INCOMPLETE, words)


def word_of(outcome: str) -> str:
    """PASS, FAIL or NOT CHECKED."""
    if outcome in (UNKNOWN, SKIPPED):
        return "NOT CHECKED"
    return "PASS" if outcome == PASS else "FAIL"
