"""Markdown as people write pledges in it: marks are taken off, words stay, HTML is never interpreted."""

from __future__ import annotations

import re

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


# ASCII punctuation only can be escaped, as in CommonMark 2.4; Google Docs and pandoc write clause numbers as "1\.".
_MARK = re.compile(r"\\[!-/:-@\[-`{-~]|\*+|_+")


def _without_inline_marks(text: str) -> str:
    """Removes paired emphasis and resolves escapes in one pass over the text, linear in its length."""
    pieces: list[str] = []
    open_at: dict[str, int] = {}
    done = 0
    for match in _MARK.finditer(text):
        start, end = match.span()
        mark = match.group()
        pieces += (text[done:start], mark.removeprefix("\\"))
        done = end
        if _is_emphasis(mark):
            _pair(mark, pieces, open_at, before=text[start - 1 : start] or " ", after=text[end : end + 1] or " ")
    return "".join((*pieces, text[done:]))


def _is_emphasis(mark: str) -> bool:
    return mark[0] != "\\" and len(mark) <= _LONGEST_EMPHASIS


def _pair(mark: str, pieces: list[str], open_at: dict[str, int], *, before: str, after: str) -> None:
    """Blanks out the last piece, and the piece that opened it, when it closes emphasis; else notes it as opening."""
    if (before, after) == _FOOTNOTE:
        return
    if mark in open_at and _may_close(mark, before, after):
        pieces[open_at.pop(mark)] = pieces[-1] = ""
    elif _may_open(mark, before, after):
        open_at[mark] = len(pieces) - 1


def _may_open(mark: str, before: str, after: str) -> bool:
    return not after.isspace() and not (mark[0] == "_" and before.isalnum())


def _may_close(mark: str, before: str, after: str) -> bool:
    if mark == "**" and before.isspace() and after.isspace():
        return True  # "**ĐẠI DIỆN SỞ Y TẾ **": no emphasis to CommonMark, but what Word converters write
    return not before.isspace() and not (mark[0] == "_" and after.isalnum())
