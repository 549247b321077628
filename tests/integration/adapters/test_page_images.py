"""Pictures of pages: of the right bytes, with what was signed on them, from many threads."""

from __future__ import annotations

import io
import threading

import pytest
from PIL import Image

from approval.adapters.page_images import UnreadablePdfError, render_page, render_pages
from tests.factories.pledge_texts import seed_text, small_text
from tests.factories.typeset import typeset


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def test_every_page_is_a_png_of_the_asked_width() -> None:
    document = typeset(seed_text())
    pages = [opened(png) for png in render_pages(document.pdf, width_px=400)]
    assert len(pages) == document.page_count
    assert {page.format for page in pages} == {"PNG"}
    assert {page.width for page in pages} == {400}
    assert all(abs(page.height - 566) <= 1 for page in pages)
    assert all(min(page.convert("L").tobytes()) < 100 for page in pages)


def test_one_page_is_the_same_picture_as_in_the_whole() -> None:
    pdf = typeset(seed_text()).pdf
    assert render_page(pdf, page=1, width_px=300) == render_pages(pdf, width_px=300)[1]
    for page in (-1, 3):
        with pytest.raises(IndexError):
            render_page(pdf, page=page, width_px=300)


@pytest.mark.parametrize("data", [b"", b"not a pdf", b"%PDF-1.7\n%%EOF", b"\x89PNG\r\n\x1a\n"])
def test_other_bytes_get_a_clear_refusal(data: bytes) -> None:
    with pytest.raises(UnreadablePdfError) as refused:
        render_pages(data, width_px=300)
    assert refused.value.code == "unreadable-pdf"


@pytest.mark.parametrize("width", [0, -1, 4001, 10**9])
def test_absurd_widths_are_refused(width: int) -> None:
    with pytest.raises(ValueError, match="width"):
        render_pages(typeset(small_text(2)).pdf, width_px=width)


def test_threads_do_not_disturb_each_other() -> None:
    pdfs = [typeset(small_text(2 + n)).pdf for n in range(3)]
    expected = [render_pages(pdf, width_px=250) for pdf in pdfs]
    seen: list[bool] = []

    def work(index: int) -> None:
        seen.extend(render_pages(pdfs[index], width_px=250) == expected[index] for _ in range(4))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True] * 12
