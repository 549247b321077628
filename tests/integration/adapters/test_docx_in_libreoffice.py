"""An office program that is not ours opens the exported seed: its PDF holds every word and has a plausible shape."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factories.pdf_tools import folded, page_text, raw_text, run_tool
from tests.factories.pledge_texts import seed_text
from tests.factories.word_files import exported

FONTS = Path(__file__).parents[3] / "templates" / "document" / "fonts"
# Tinos has the widths of Times New Roman, so that pages break here as they do where that font is installed.
FONT_SETTINGS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir>
<alias binding="same"><family>Times New Roman</family><prefer><family>Tinos</family></prefer></alias></fontconfig>
"""


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one conversion: LibreOffice takes a second or two to start."""
    folder = tmp_path_factory.mktemp("office")
    file = folder / "giao-uoc.docx"
    file.write_bytes(exported(seed_text()))
    settings = folder / "fonts.conf"
    settings.write_text(FONT_SETTINGS.format(fonts=FONTS, cache=folder / "fonts"), encoding="utf-8")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FONTCONFIG_FILE", str(settings))
        run_tool("soffice", "--headless", "--norestore", profile, "--convert-to", "pdf", "--outdir", folder, file)
    return file.with_suffix(".pdf")


def test_every_word_is_on_the_page_in_order(pdf: Path) -> None:
    text, seed = raw_text(pdf), seed_text()
    unbroken = text.replace(" ", "")
    for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", seed.title, seed.subject):
        assert words in text
    # A page number and the draft mark stand between the lines of a clause that runs over the page.
    for clause in seed.clauses:
        beginning, end = f"{clause.number}. {clause.paragraphs[0][:60]}", clause.paragraphs[0][-60:]
        assert beginning.replace(" ", "") in unbroken
        assert end.replace(" ", "") in unbroken
    for party in seed.parties:
        assert party.heading in text
    assert folded("Bắc Giang, ngày tháng 5 năm 2024") in text


def test_the_pages_are_three_numbered_from_the_second_and_all_marked(pdf: Path) -> None:
    info = run_tool("pdfinfo", pdf)
    assert "Pages:           3" in info
    assert "A4" in info
    pages = [page_text(pdf, number) for number in range(3)]
    assert [page.startswith(("2 ", "3 ")) for page in pages] == [False, True, True]
    assert all("DỰ THẢO – lần 1 – ngày 21/5/2024" in page for page in pages)


def test_all_signatures_stand_on_the_last_page_with_words_above_them(pdf: Path) -> None:
    last = page_text(pdf, 2)
    assert [party.heading in last for party in seed_text().parties] == [True] * 5
    assert seed_text().closing[0][-40:] in last
