"""Characters nobody sees: what people read must be all there is, so they are refused wherever words are taken in."""

from __future__ import annotations

import unicodedata

from approval.domain.errors import InvalidInputError

# Control, format (bidi overrides, zero-width, soft hyphen), private, surrogate, unassigned, line and paragraph
# separators: a signatory must see every character.
HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
_SHOWN_BEFORE = 20


def find_hidden(text: str, *, allowed: str = "") -> int | None:
    """The index of the first hidden character that is not one of `allowed`, None when all can be seen."""
    # A text has few different characters, so the set is what is looked up.
    hidden = {c for c in set(text) if c not in allowed and unicodedata.category(c) in HIDDEN_CATEGORIES}
    return next((index for index, c in enumerate(text) if c in hidden), None) if hidden else None


def refuse_hidden(text: str, *, field: str, label: str, code: str = "strange_characters", allowed: str = "") -> None:
    """Raise InvalidInputError for `field` (called `label` in Vietnamese), naming the first hidden character."""
    index = find_hidden(text, allowed=allowed)
    if index is None:
        return
    point = code_point(text[index])
    before = text[max(0, index - _SHOWN_BEFORE) : index]
    vi = f"ngay sau “{before}”" if before else "ở đầu"
    en = f"right after “{before}”" if before else "at the beginning"
    raise InvalidInputError(
        code,
        f"Ở {label} có ký tự ẩn hoặc ký tự điều khiển {point} ({vi}); hãy xóa ký tự đó hoặc gõ lại đoạn này.",
        f"There is a hidden or control character {point} in {field} ({en}); remove it or type this passage again.",
        field=field,
    )


def code_point(character: str) -> str:
    """How a character that cannot be shown is named: "U+202E"."""
    return f"U+{ord(character):04X}"
