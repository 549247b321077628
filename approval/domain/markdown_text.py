"""Markdown as people write pledges in it: marks are taken off, words stay, HTML is never interpreted."""

from __future__ import annotations

import re
from collections.abc import Iterator

_EMPHASIS = frozenset("*_")
_LONGEST_EMPHASIS = 3
_FOOTNOTE = ("(", ")")  # "(*)" is a word of the text, and two of them are no emphasis
_RULE = re.compile(r"(?:-{3,}|\*{3,}|_{3,}|={3,})")
_HEADING_MARK = re.compile(r"#{1,6}[ \t]+")
_BLANK_LINE = re.compile(r"\n\s*\n")


def paragraphs(text: str) -> list[tuple[str, ...]]:
    """The paragraphs of a text; each is its non-empty lines, white space collapsed, marks removed.

    A text without any blank line is one paragraph a line (that is how Word saves plain text).
    """
    blocks = _BLANK_LINE.split(text.strip())
    if len(blocks) == 1:
        blocks = blocks[0].split("\n")
    found = (_lines(block) for block in blocks)
    return [lines for lines in found if lines]


def _lines(block: str) -> tuple[str, ...]:
    """Emphasis may span the lines of a block, so it is removed before the block is cut into lines."""
    bare = "\n".join(_without_line_marks(line) for line in block.split("\n"))
    collapsed = (" ".join(line.split()) for line in _without_inline_marks(bare).split("\n"))
    return tuple(line for line in collapsed if line)


def _without_line_marks(line: str) -> str:
    stripped = line.strip()
    if _RULE.fullmatch(stripped):
        return ""
    if stripped.endswith("\\") and not stripped.endswith("\\\\"):
        stripped = stripped[:-1]  # a hard break written as a backslash
    if not (mark := _HEADING_MARK.match(stripped)):
        return stripped
    heading = stripped[mark.end() :]
    bare = heading.rstrip("#")  # "# Tên #": the closing mark is one as well, if a blank stands before it
    return bare if bare.endswith(" ") else heading


def _without_inline_marks(text: str) -> str:
    """Removes paired emphasis and resolves escapes in one pass over the text, linear in its length."""
    pieces: list[str] = []
    open_at: dict[str, int] = {}
    for piece, before, after in _pieces(text):
        pieces.append(piece)
        if piece[0] not in _EMPHASIS or len(piece) > _LONGEST_EMPHASIS or (before, after) == _FOOTNOTE:
            continue
        if piece in open_at and _may_close(piece, before, after):
            pieces[open_at.pop(piece)] = pieces[-1] = ""
        elif _may_open(piece, before, after):
            open_at[piece] = len(pieces) - 1
    return "".join(_unescaped(piece) for piece in pieces)


_PIECE = re.compile(r"\\.|\*+|_+|[^\\*_]+|\\", re.DOTALL)
# ASCII punctuation only, as in CommonMark 2.4; Google Docs and pandoc write clause numbers as "1\.".
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def _pieces(text: str) -> Iterator[tuple[str, str, str]]:
    """Runs of `*` or `_`, escapes and the text between, each with the characters on both sides."""
    for match in _PIECE.finditer(text):
        start, end = match.span()
        yield match.group(), text[start - 1 : start] or " ", text[end : end + 1] or " "


def _may_open(piece: str, before: str, after: str) -> bool:
    return not after.isspace() and not (piece[0] == "_" and before.isalnum())


def _may_close(piece: str, before: str, after: str) -> bool:
    if piece == "**" and before.isspace() and after.isspace():
        return True  # "**ĐẠI DIỆN SỞ Y TẾ **": no emphasis to CommonMark, but what Word converters write
    return not before.isspace() and not (piece[0] == "_" and after.isalnum())


def _unescaped(piece: str) -> str:
    escape = _ESCAPE.fullmatch(piece)
    return escape[1] if escape else piece
