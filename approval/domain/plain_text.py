"""From the bytes of a file to NFC text, or a refusal; knows nothing of pledges."""

from __future__ import annotations

import re
import unicodedata

from approval.domain.hidden_characters import code_point, find_hidden
from approval.domain.import_errors import NotAPledgeError, empty_file, refusal
from approval.domain.pledge_text import to_nfc

DEFAULT_LIMIT = 2_000_000
"""Bytes. The real pledge has 8 142; 60 clauses of a page each stay below 300 000."""

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_BINARY_MARKS = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf")
_LINE_BREAKS = {"\r\n": "\n", "\r": "\n", "\u2028": "\n", "\u2029": "\n", "\f": "\n\n"}
# A decomposed Vietnamese letter has two marks. Normalising takes time quadratic in the length of a run, so 40 000
# marks on one letter would hold a worker for seconds.
_MOST_MARKS = 8


def read_plain_text(data: bytes, *, limit: int = DEFAULT_LIMIT) -> str:
    """NFC text whose lines end in a line feed. `limit` in bytes.

    Raises NotAPledgeError (too_large, empty, binary, utf16, not_utf8, control_characters).
    """
    if len(data) > limit:
        raise too_large(len(data), limit)
    text = _decode(data)
    text = plain_lines(text)
    if not text.strip():
        raise empty_file()
    return composed(text)


def composed(text: str, *, unit: str = "Dòng", unit_en: str = "Line") -> str:
    """NFC text. `unit` names what a line feed ends, for the sentence.

    Raises NotAPledgeError (control_characters) for characters nobody can see and for heaps of marks on one letter.
    """
    _refuse_hidden_characters(text, unit, unit_en)
    return to_nfc(text)


def plain_lines(text: str) -> str:
    """The same text with one kind of line end, whatever the machine it was typed on."""
    for found, meant in _LINE_BREAKS.items():
        text = text.replace(found, meant)
    return text


def too_large(size: int, limit: int) -> NotAPledgeError:
    """The refusal for a file of `size` bytes."""
    return refusal(
        "too_large",
        f"Tệp quá lớn ({size / 1e6:.1f} MB); bản giao ước không được quá {limit / 1e6:g} MB.",
        f"The file is too large ({size / 1e6:.1f} MB); a pledge may have at most {limit / 1e6:g} MB.",
    )


def _decode(data: bytes) -> str:
    if data.startswith(_UTF16_MARKS) or _looks_like_utf16(data):
        raise refusal(
            "utf16",
            "Tệp dùng bảng mã UTF-16; hãy lưu lại dưới dạng UTF-8 rồi tải lên.",
            "The file is UTF-16; save it as UTF-8 and try again.",
        )
    if data.startswith(_BINARY_MARKS) or b"\0" in data:
        raise refusal(
            "binary",
            "Tệp không phải văn bản thuần (có thể là PDF, RTF hoặc ảnh); hãy lưu thành .docx, .md hoặc .txt.",
            "The file is not plain text (perhaps PDF, RTF or a picture); save it as .docx, .md or .txt.",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refusal(
            "not_utf8",
            "Tệp không dùng bảng mã UTF-8 (có thể là TCVN3, VNI hoặc Windows-1258); hãy lưu lại dưới dạng UTF-8.",
            "The file is not UTF-8 (perhaps TCVN3, VNI or Windows-1258); save it as UTF-8.",
        ) from None


def _looks_like_utf16(data: bytes) -> bool:
    """Without a byte order mark, every blank and ASCII letter has a zero on the same side."""
    sample = data[:4096]
    zeros = (sample[0::2].count(0), sample[1::2].count(0))
    return max(zeros) > len(sample) // 8 and min(zeros) <= max(zeros) // 8


def _refuse_hidden_characters(text: str, unit: str, unit_en: str) -> None:
    hidden = find_hidden(text, allowed="\t\n")
    if hidden is not None:
        raise _hidden_at(text, hidden, unit, unit_en)
    marks = "".join(c for c in set(text) if unicodedata.combining(c))
    if marks and (run := re.search(f"[{re.escape(marks)}]{{{_MOST_MARKS + 1}}}", text)):
        raise _hidden_at(text, run.start(), unit, unit_en)


def _hidden_at(text: str, index: int, unit: str, unit_en: str) -> NotAPledgeError:
    line = text.count("\n", 0, index) + 1
    name = code_point(text[index])
    return refusal(
        "control_characters",
        f"{unit} {line} có ký tự ẩn hoặc ký tự điều khiển ({name}); hãy xoá ký tự đó rồi tải lại.",
        f"{unit_en} {line} holds a hidden or control character ({name}); remove it and try again.",
    )
