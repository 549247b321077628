"""What the stamps show, as the plain data handed to their Typst templates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from approval.domain.document import TEST_NOTICE, FieldBox


def signature_data(
    box: FieldBox, *, authority_lines: Sequence[str], name: str, note: str, test_notice: bool
) -> dict[str, Any]:
    """Data for `signature.typ`, all but the picture."""
    return {
        **_page(box),
        "authority": list(authority_lines),
        "name": name,
        "note": note,
        "notice": TEST_NOTICE if test_notice else "",
    }


def date_part_data(box: FieldBox, value: str) -> dict[str, Any]:
    """Data for `date_part.typ`."""
    return {**_page(box), "value": value}


def seal_data(box: FieldBox, *, lines: Sequence[str], test_notice: bool) -> dict[str, Any]:
    """Data for `seal.typ`."""
    return {**_page(box), "lines": list(lines), "notice": TEST_NOTICE if test_notice else ""}


def _page(box: FieldBox) -> dict[str, Any]:
    return {"title": box.name, "width": box.x1 - box.x0, "height": box.y1 - box.y0}
