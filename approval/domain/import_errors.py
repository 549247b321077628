"""Why a file is not a pledge: one class, one sentence a person can act on for each cause."""

from __future__ import annotations

from approval.domain.errors import InvalidInputError


class NotAPledgeError(InvalidInputError):
    """The file cannot be read as a pledge; nothing was stored."""


def refusal(code: str, vi: str, en: str) -> NotAPledgeError:
    """A refusal of the import, to be raised by the caller."""
    return NotAPledgeError(code, vi, en, field="file")


def empty_file() -> NotAPledgeError:
    """The refusal for a file without a word."""
    return refusal("empty", "Tệp trống; hãy chọn tệp có nội dung.", "The file is empty; choose one with content.")


def shortened(text: str, length: int = 60) -> str:
    """The beginning of a quoted passage, so that a hostile file cannot fill the error page."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
