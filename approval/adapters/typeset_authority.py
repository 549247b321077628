"""Whether the lines above a signature can be printed at the size NĐ 30/2020 (Phụ lục I, II.7) asks for."""

from __future__ import annotations

from collections.abc import Sequence

from approval.adapters.typeset_glyphs import bold_width, check_printable
from approval.domain.errors import InvalidInputError

# Of the signature's place (78 × 42 mm, templates/document/signatures.typ) a third is the picture's; below it stand
# name and notice. In the rest three lines of 12 pt have room, two above a name so long that it needs two lines.
_PLACE_WIDTH = 219.0
_SMALLEST_SIZE, _NAME_SIZE, _SMALLEST_NAME = 12.0, 14.0, 0.75
_MOST_LINES = 3


def check_authority_fits(lines: Sequence[str], name: str) -> None:
    """`lines` as printed, in capitals, above the signature of `name`.

    Raises InvalidInputError (title_too_long) when they would come out smaller than 12 pt, MissingGlyphError.
    """
    check_printable({"authority": list(lines), "name": name})
    name_breaks = bold_width(name, _NAME_SIZE * _SMALLEST_NAME) > _PLACE_WIDTH
    if sum(map(_rows, lines)) > _MOST_LINES - name_breaks:
        raise InvalidInputError(
            "title_too_long",
            "Chức vụ quá dài nên khi in sẽ nhỏ hơn cỡ chữ 12; hãy viết gọn, ví dụ “PHÓ GIÁM ĐỐC”.",
            "The title is too long to be printed at 12 pt; shorten it, e.g. “PHÓ GIÁM ĐỐC”.",
            field="position_title",
        )


def _rows(line: str) -> int:
    """How many rows the words of a line take; a word wider than the place counts for as many as it fills."""
    blank = bold_width(" ", _SMALLEST_SIZE)
    rows, used = 1, 0.0
    for word in line.split(" "):
        width = bold_width(word, _SMALLEST_SIZE)
        if used and used + blank + width > _PLACE_WIDTH:
            rows, used = rows + 1, 0.0
        used += width + (blank if used else 0)
        rows += int(used // _PLACE_WIDTH)
        used %= _PLACE_WIDTH
    return rows
