"""The words of a PDF as a reader sees them, form fields and stamps included. For one thread at a time (PDFium)."""

from __future__ import annotations

import pypdfium2 as pdfium


def read_words(pdf: bytes) -> str:
    """All words in reading order, one space between them. Raises pypdfium2.PdfiumError for bytes that are no PDF."""
    document = pdfium.PdfDocument(pdf)
    try:
        document.init_forms()
        return " ".join(" ".join(_page_text(document, number).split()) for number in range(len(document)))
    finally:
        document.close()


def _page_text(document: pdfium.PdfDocument, number: int) -> str:
    if document.formenv is not None:
        # Field values live in annotations; flattening (in memory only) makes them part of the page.
        document[number].flatten()
    return str(document[number].get_textpage().get_text_bounded())


def title_of(pdf: bytes) -> str:
    """The title in the file's own description, "" without one. Raises pypdfium2.PdfiumError for what is no PDF."""
    document = pdfium.PdfDocument(pdf)
    try:
        return str(document.get_metadata_value("Title"))
    finally:
        document.close()
