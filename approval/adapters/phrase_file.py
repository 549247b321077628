"""Reads the phrase list that ships with the product, and an own one that adds to it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from approval.domain.errors import InvalidInputError
from approval.domain.phrase_list import PhraseList, read_phrases

SHIPPED = Path(__file__).resolve().parents[2] / "templates" / "starter" / "cum-tu-hanh-chinh.txt"


@cache
def load_phrases(own: Path | None = None) -> PhraseList:
    """The shipped phrases and those of `own`, a UTF-8 file with one phrase a line.

    Raises InvalidInputError (phrase_file, phrase_list) for a file that cannot be read as such.
    """
    shipped = read_phrases(SHIPPED.read_text(encoding="utf-8").splitlines())
    return PhraseList((*shipped, *(read_phrases(_lines(own)) if own else ())))


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise InvalidInputError(
            "phrase_file",
            f"Không đọc được danh sách cụm từ “{path.name}”; hãy chọn tệp chữ thuần, mã UTF-8.",
            f"The phrase list “{path.name}” cannot be read; choose a plain text file in UTF-8.",
            field="phrases",
        ) from None
