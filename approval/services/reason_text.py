"""Words a person must give with a decision: composed, trimmed, neither empty nor endless."""

from __future__ import annotations

from approval.domain.errors import InvalidInputError
from approval.domain.pledge_text import to_nfc

LONGEST = 4000


def required_words(raw: str, *, field: str) -> str:
    """The words of `field`, cleaned. Raises InvalidInputError when there are none or too many."""
    words = optional_words(raw, field=field)
    if not words:
        raise InvalidInputError(
            f"{field}-missing",
            "Cần ghi rõ nội dung để các cơ quan hiểu quyết định này; hãy nhập rồi gửi lại.",
            "Say in words why, so that the agencies understand the decision, then send again.",
            field=field,
        )
    return words


def optional_words(raw: str, *, field: str) -> str:
    """The same, but nothing is fine too. Line breaks stay, other control characters go."""
    plain = to_nfc(raw.replace("\r\n", "\n")).encode("utf-8", "replace").decode()
    words = "".join(c for c in plain if c == "\n" or c >= " ").strip()
    if len(words) > LONGEST:
        raise InvalidInputError(
            f"{field}-too-long",
            f"Nội dung dài quá {LONGEST} ký tự; hãy rút gọn rồi gửi lại.",
            f"The words are longer than {LONGEST} characters; shorten them and send again.",
            field=field,
        )
    return words
