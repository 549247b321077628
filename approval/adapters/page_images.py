"""Pictures of the pages of exactly the bytes that are to be signed, form fields and signatures included."""

from __future__ import annotations

import io
import threading

import pypdfium2 as pdfium

from approval.domain.errors import InvalidInputError

# The pages of one pledge of 40 agencies are about 15; more is not ours.
_MOST_PAGES = 200
_WIDEST_PX = 4000

# PDFium is not thread-safe, not even on different documents.
_pdfium_lock = threading.Lock()


class UnreadablePdfError(InvalidInputError):
    """The bytes are no PDF that can be shown."""


def render_pages(pdf: bytes, *, width_px: int) -> list[bytes]:
    """Every page as PNG, `width_px` pixels wide, in page order.

    Raises UnreadablePdfError for bytes that are no PDF (or have more than 200 pages), ValueError for a width outside
    1..4000.
    """
    with _pdfium_lock:
        document = _open(pdf)
        try:
            return [_render(document, index, width_px) for index in range(len(document))]
        finally:
            document.close()


def render_page(pdf: bytes, *, page: int, width_px: int) -> bytes:
    """One page (counted from 0) as PNG.

    Raises IndexError when there is no such page; else as `render_pages`.
    """
    with _pdfium_lock:
        document = _open(pdf)
        try:
            if not 0 <= page < len(document):
                raise IndexError(page)
            return _render(document, page, width_px)
        finally:
            document.close()


def _open(pdf: bytes) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(pdf)
    except pdfium.PdfiumError as error:
        raise _unreadable() from error
    if not 1 <= len(document) <= _MOST_PAGES:
        document.close()
        raise _unreadable()
    # Without a form environment PDFium leaves out the fields, and with them every signature.
    document.init_forms()
    return document


def _render(document: pdfium.PdfDocument, index: int, width_px: int) -> bytes:
    if not 1 <= width_px <= _WIDEST_PX:
        raise ValueError(f"width of {width_px} pixels is not within 1..{_WIDEST_PX}")
    page = document[index]
    try:
        bitmap = page.render(scale=width_px / page.get_width(), may_draw_forms=True)
        image = bitmap.to_pil().convert("RGB")
    finally:
        page.close()
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _unreadable() -> UnreadablePdfError:
    return UnreadablePdfError(
        "unreadable-pdf",
        "Tệp này không phải PDF đọc được; hãy tải lại tệp gốc.",
        "This file is not a readable PDF; get the original file again.",
    )
