"""Words a person must give with a decision: composed, trimmed, neither empty nor endless."""

from __future__ import annotations

from approval.domain.errors import InvalidInputError
from approval.domain.hidden_characters import refuse_hidden
from approval.domain.plain_text import plain_lines
from approval.domain.pledge_text import to_nfc

LONGEST = 4000
_LABELS = {
    "body": "phần góp ý",
    "comment": "phần ý kiến",
    "reason": "phần lý do",
    "replacement": "phần sửa đề nghị",
    "words": "phần trả lời",
}


def required_words(raw: str, *, field: str) -> str:
    """The words of `field`, cleaned. Raises InvalidInputError when there are none, too many or hidden characters."""
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
    """The same, but nothing is fine too. Line breaks stay and tabs become blanks."""
    return composed_words(raw, field=field, longest=LONGEST).strip()


def composed_words(raw: str, *, field: str, longest: int) -> str:
    """The same, with the blanks at both ends, of up to `longest` characters between them."""
    words = to_nfc(plain_lines(raw).replace("\t", " "))
    refuse_hidden(words, field=field, label=_LABELS.get(field, "phần nội dung"), allowed="\n")
    if len(words.strip()) > longest:
        raise InvalidInputError(
            f"{field}-too-long",
            f"Nội dung dài quá {_grouped(longest)} ký tự; hãy rút gọn rồi gửi lại.",
            f"The words are longer than {longest} characters; shorten them and send again.",
            field=field,
        )
    return words


def _grouped(number: int) -> str:
    """4000 as people in Vietnam write it: 4.000."""
    return f"{number:,}".replace(",", ".")
