"""What a Word file says once its XML is read: paragraphs in reading order, free of everything that is Word's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class WordPart(StrEnum):
    """What a paragraph is by its style; the value is the style's name, without commas (Word cuts names there)."""

    LETTERHEAD = "Giao ước - Đầu trang"
    DATE = "Giao ước - Ngày tháng"
    TITLE = "Giao ước - Tên văn bản"
    SUBJECT = "Giao ước - Trích yếu"
    PREAMBLE = "Giao ước - Mở đầu"
    CLAUSE = "Giao ước - Khoản"
    CLAUSE_MORE = "Giao ước - Khoản (tiếp)"
    CLOSING = "Giao ước - Kết"
    PARTY = "Giao ước - Khối ký"


Cell = tuple[int, int, int]
"""Number of the table in the file, of the row in it, of the cell in that."""


@dataclass(frozen=True, slots=True)
class WordParagraph:
    """One paragraph: its lines as cut by line breaks, tabs kept; its automatic number or bullet; where it stands."""

    lines: tuple[str, ...]
    part: WordPart | None = None
    label: str = ""
    centred: bool = False
    cell: Cell | None = None

    @property
    def words(self) -> str:
        """The text on one line, as it is read, without the automatic number."""
        return " ".join(" ".join(self.lines).split())

    @property
    def numbered_lines(self) -> tuple[str, ...]:
        """The lines with the automatic number in front and tabs as blanks."""
        lines = [" ".join(line.split()) for line in self.lines] or [""]
        lines[0] = f"{self.label} {lines[0]}".strip()
        return tuple(line for line in lines if line)


@dataclass(frozen=True, slots=True)
class WordSource:
    """The whole file. `agencies` are names recorded by heading at the export, `text_boxes` what floats on the page."""

    paragraphs: tuple[WordParagraph, ...]
    text_boxes: tuple[str, ...] = ()
    agencies: Mapping[str, str] = field(default_factory=dict)
