"""Typesetting in tests: one shared typesetter, a header and a moment."""

from __future__ import annotations

import struct
import zlib
from datetime import UTC, datetime

from approval.adapters.typeset_input import HeaderPrint, parties_of
from approval.adapters.typesetter import Typesetter
from approval.domain.document import FieldBox, TypesetDocument
from approval.domain.pledge_text import PledgeText

CREATED = datetime(2024, 5, 2, 1, 30, tzinfo=UTC)
RECIPIENTS = (
    "- Chủ tịch UBND tỉnh (để báo cáo);",
    "- Sở Nội vụ (Ban Thi đua - Khen thưởng);",
    "- Lưu: VT, hồ sơ Khối.",
)
HEADER = HeaderPrint(
    parent="UBND TỈNH BẮC GIANG",
    bloc="KHỐI THI ĐUA CÁC CƠ QUAN LĨNH VỰC VĂN HÓA, XÃ HỘI 2",
    recipients=RECIPIENTS,
    test_notice=True,
)
# Making a compiler and reading the fonts is most of the time of a single page.
TYPESETTER = Typesetter()


def typeset(
    text: PledgeText,
    header: HeaderPrint = HEADER,
    mark: str | None = None,
    *,
    typesetter: Typesetter = TYPESETTER,
    created: datetime = CREATED,
) -> TypesetDocument:
    """The text as a document to sign, its parties as drafted."""
    return typesetter.typeset_pledge(text, parties=parties_of(text), header=header, mark=mark, fixed_created=created)


def overlaps(one: FieldBox, other: FieldBox) -> bool:
    """Whether two boxes share area on a page."""
    return (
        one.page == other.page and one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1
    )


def png_header_only(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing: what a decompression bomb looks like at first."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"\0" * 64))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
