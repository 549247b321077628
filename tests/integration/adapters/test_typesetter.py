"""The laid-out pledge, judged by poppler and qpdf: words, fonts, fields, pages."""

from __future__ import annotations

import dataclasses
import re
import threading
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from approval.adapters.typeset_input import HeaderPrint, PartyPrint
from approval.adapters.typesetter import BlockTooTallError, Typesetter
from approval.domain.document import DAY_FIELD, MONTH_FIELD, TEST_NOTICE, YEAR_FIELD, TypesetDocument
from approval.domain.pledge_text import Clause, DateLine, PartyBlock, PledgeText
from tests.factories.pdf_tools import folded, page_text, raw_text, run_tool
from tests.factories.pledge_texts import seed_text, small_text
from tests.factories.typeset import CREATED, HEADER, RECIPIENTS, TYPESETTER, overlaps, typeset

A4 = (595.28, 841.89)
PLAIN_HEADER = HeaderPrint(parent="", bloc="KHỐI THI ĐUA THỬ NGHIỆM")
LONG_NAME = "ĐẠI DIỆN TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG VÀ XÚC TIẾN ĐẦU TƯ, THƯƠNG MẠI, DU LỊCH TỈNH BẮC GIANG"


def with_long_names(text: PledgeText) -> PledgeText:
    parties = tuple(PartyBlock(party.agency, f"{LONG_NAME} SỐ {n}") for n, party in enumerate(text.parties, 1))
    return dataclasses.replace(text, parties=parties)


def with_long_closing(text: PledgeText) -> PledgeText:
    return dataclasses.replace(text, closing=(" ".join([text.closing[0]] * 60),))


def with_long_last_clause(text: PledgeText) -> PledgeText:
    """Longer than a page, with a closing of one line below it."""
    last = Clause(2, ("Thi đua hoàn thành tốt nhiệm vụ được giao. " * 200 + "Hết.",))
    return dataclasses.replace(text, clauses=(text.clauses[0], last))


ONE_LINE = dataclasses.replace(small_text(2), preamble=(), clauses=(Clause(1, ("Một dòng.",)),), closing=())
CASES = {
    "seed": seed_text(),
    "two": small_text(2),
    "three": small_text(3),
    "seven": small_text(7, clauses=8),
    "forty": small_text(40),
    "sixty clauses": small_text(5, clauses=60),
    "long names": with_long_names(small_text(5)),
    "long closing": with_long_closing(small_text(5)),
    "long last clause": with_long_last_clause(small_text(5)),
    "one line": ONE_LINE,
}


@pytest.fixture(params=list(CASES))
def case(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[PledgeText, TypesetDocument, Path]:
    text = CASES[request.param]
    document = typeset(text)
    path = tmp_path / "pledge.pdf"
    path.write_bytes(document.pdf)
    return text, document, path


def body_strings(text: PledgeText) -> list[str]:
    clauses = [f"{c.number}. {p}" if i == 0 else p for c in text.clauses for i, p in enumerate(c.paragraphs)]
    return [*text.preamble, *clauses, *text.closing]


def running_text(path: Path) -> str:
    """The text without what stands at the head and foot of each page."""
    pages = run_tool("pdftotext", "-raw", path, "-").removesuffix("\f").split("\f")
    cut = [folded(page).removeprefix(f"{n} ").removesuffix(TEST_NOTICE) for n, page in enumerate(pages, start=1)]
    return folded(" ".join(cut))


def test_every_word_is_on_the_page_in_order(case: tuple[PledgeText, TypesetDocument, Path]) -> None:
    text, _, path = case
    printed = running_text(path)
    for string in (text.title, text.subject, *body_strings(text), *(party.heading for party in text.parties)):
        assert string in printed
    assert " ".join(body_strings(text)) in printed


def test_the_file_is_sound_and_carries_all_its_fonts(case: tuple[PledgeText, TypesetDocument, Path]) -> None:
    _, document, path = case
    run_tool("qpdf", "--check", path)
    fonts = run_tool("pdffonts", path).splitlines()[2:]
    assert fonts
    assert all("Tinos" in line and re.search(r"\byes\s+yes\s+yes\b", line) for line in fonts)
    assert b"<pdfaid:part>3</pdfaid:part>" in document.pdf or b'pdfaid:part="3"' in document.pdf
    assert f"Pages:           {document.page_count}\n" in run_tool("pdfinfo", path)


def test_fields_lie_on_the_paper_and_apart(case: tuple[PledgeText, TypesetDocument, Path]) -> None:
    text, document, _ = case
    boxes = [*document.signature_boxes, document.seal_box, *document.date_boxes]
    assert [box.name for box in document.signature_boxes] == [f"KY_{n:02d}" for n in range(1, len(text.parties) + 1)]
    for box in boxes:
        assert 0 <= box.page < document.page_count
        assert 85 <= box.x0 < box.x1 <= A4[0] - 42
        assert 56 <= box.y0 < box.y1 <= A4[1] - 56
    assert not any(overlaps(a, b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
    assert document.seal_box.x1 - document.seal_box.x0 >= 60 / 25.4 * 72
    assert document.seal_box.y1 - document.seal_box.y0 >= 20 / 25.4 * 72
    assert document.seal_box.page == document.page_count - 1


def test_no_printed_word_lies_in_a_field(case: tuple[PledgeText, TypesetDocument, Path]) -> None:
    _, document, path = case
    for box in (*document.signature_boxes, document.seal_box, *document.date_boxes):
        left, top = round(box.x0), round(A4[1] - box.y1)
        area = ["-x", left, "-y", top, "-W", round(box.x1 - box.x0), "-H", round(box.y1 - box.y0)]
        page = ["-f", box.page + 1, "-l", box.page + 1]
        assert run_tool("pdftotext", "-r", "72", *map(str, [*page, *area]), path, "-").strip() == ""


def test_text_stands_above_the_first_signatures(case: tuple[PledgeText, TypesetDocument, Path]) -> None:
    text, document, path = case
    above = page_text(path, document.signature_boxes[0].page).split(text.parties[0].heading)[0]
    last_words = body_strings(text)[-1].split()[-6:]
    assert " ".join(last_words) in above
    lines = [line for line in above_lines(path, document) if line]
    assert len(lines) >= min(2, len(body_strings(text)))


def above_lines(path: Path, document: TypesetDocument) -> list[str]:
    """Lines of body text over the first signature box (cut at the top margin)."""
    box = document.signature_boxes[0]
    height = round(A4[1] - box.y1 - 57)
    area = ["-x", "0", "-y", "57", "-W", "595", "-H", str(height)]
    page = str(box.page + 1)
    return run_tool("pdftotext", "-r", "72", "-f", page, "-l", page, *area, "-layout", path, "-").splitlines()


def test_small_grids_stay_on_one_page_with_text() -> None:
    for parties in (2, 3, 4, 5, 6):
        for clauses in range(1, 31, 7):
            document = typeset(small_text(parties, clauses=clauses))
            assert len({box.page for box in document.signature_boxes} | {document.seal_box.page}) == 1


def test_the_same_inputs_give_the_same_bytes() -> None:
    first = typeset(seed_text())
    # Another typesetter, so that nothing is remembered.
    assert typeset(seed_text(), typesetter=Typesetter()) == first
    later = typeset(seed_text(), created=CREATED + timedelta(seconds=1))
    assert later.pdf != first.pdf


def test_threads_get_their_own_document() -> None:
    texts = [small_text(2 + n) for n in range(4)]
    expected = [typeset(text) for text in texts]
    shared = Typesetter()
    results: dict[int, list[TypesetDocument]] = {}

    def work(index: int) -> None:
        order = [*range(index, 4), *range(index)]
        results[index] = [typeset(texts[n], typesetter=shared) for n in order]

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for index in range(4):
        assert results[index] == [*expected[index:], *expected[:index]]


def test_header_follows_the_decree(tmp_path: Path) -> None:
    path = tmp_path / "seed.pdf"
    path.write_bytes(typeset(seed_text()).pdf)
    first = page_text(path, 0)
    assert first.startswith("UBND TỈNH BẮC GIANG KHỐI THI ĐUA CÁC CƠ QUAN LĨNH VỰC VĂN HÓA, XÃ HỘI 2")
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc Bắc Giang, ngày tháng 5 năm 2024" in first
    assert page_text(path, 1).startswith("2 ")
    assert page_text(path, 2).startswith("3 ")
    assert not first.startswith("1")
    for recipient in RECIPIENTS:
        assert recipient in page_text(path, 2)


def test_test_notice_stands_on_every_page_and_only_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "notice.pdf"
    document = typeset(seed_text())
    path.write_bytes(document.pdf)
    assert all(TEST_NOTICE in page_text(path, page) for page in range(document.page_count))
    path.write_bytes(typeset(seed_text(), header=dataclasses.replace(HEADER, test_notice=False)).pdf)
    assert TEST_NOTICE not in raw_text(path)


def test_draft_mark_stands_on_every_page(tmp_path: Path) -> None:
    mark = "DỰ THẢO – lần 2 – ngày 03/05/2024"
    path = tmp_path / "draft.pdf"
    document = typeset(seed_text(), mark=mark)
    path.write_bytes(document.pdf)
    assert all(mark in page_text(path, page) for page in range(document.page_count))


@pytest.mark.parametrize(
    ("date", "fields", "printed"),
    [
        (DateLine(None, 5, 2024), (DAY_FIELD,), "Bắc Giang, ngày tháng 5 năm 2024"),
        (DateLine(None, None, None), (DAY_FIELD, MONTH_FIELD, YEAR_FIELD), "Bắc Giang, ngày tháng năm BẢN"),
        (DateLine(5, 2, 2024), (), "Bắc Giang, ngày 05 tháng 02 năm 2024"),
        (DateLine(15, None, 2024), (MONTH_FIELD,), "Bắc Giang, ngày 15 tháng năm 2024"),
    ],
)
def test_blank_date_parts_leave_room_and_a_box(
    date: DateLine, fields: tuple[str, ...], printed: str, tmp_path: Path
) -> None:
    document = typeset(small_text(2, date=date), header=PLAIN_HEADER)
    path = tmp_path / "dated.pdf"
    path.write_bytes(document.pdf)
    assert tuple(box.name for box in document.date_boxes) == fields
    assert printed in raw_text(path)
    widths = {box.name: box.x1 - box.x0 for box in document.date_boxes}
    assert all(14 <= width <= 32 for width in widths.values())
    assert widths.get(YEAR_FIELD, 30) > widths.get(DAY_FIELD, 16)


def test_names_and_authorities_are_printed_when_the_stamp_will_not_carry_them(tmp_path: Path) -> None:
    text = small_text(2)
    parties = [PartyPrint(p.heading, ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), "Đại diện Sở Y tế") for p in text.parties]
    path = tmp_path / "named.pdf"
    path.write_bytes(
        TYPESETTER.typeset_pledge(text, parties=parties, header=HEADER, mark=None, fixed_created=CREATED).pdf
    )
    assert raw_text(path).count("KT. GIÁM ĐỐC") == 2
    assert raw_text(path).count("Đại diện Sở Y tế") == 2


def test_a_block_taller_than_a_page_is_refused() -> None:
    text = small_text(2)
    endless = dataclasses.replace(text, parties=(PartyBlock("x", "ĐẠI DIỆN " * 400), text.parties[1]))
    with pytest.raises(BlockTooTallError) as refused:
        typeset(endless)
    assert refused.value.code == "block-too-tall"
    with pytest.raises(BlockTooTallError):
        typeset(text, header=dataclasses.replace(HEADER, recipients=("- Nơi nhận;",) * 80))


def test_many_pledges_do_not_fill_the_memory() -> None:
    """Typst would keep about 10 MB for each of the last ten pledges."""
    process = psutil.Process()
    typeset(seed_text())
    before = process.memory_info().rss
    for n in range(12):
        typeset(dataclasses.replace(seed_text(), closing=(f"{seed_text().closing[0]} {n}",)))
    assert process.memory_info().rss - before < 50_000_000


def test_a_refused_document_leaves_the_typesetter_usable() -> None:
    endless = dataclasses.replace(small_text(2), parties=(PartyBlock("x", ("ĐẠI DIỆN " * 400).strip()),) * 2)
    for _ in range(2):
        with pytest.raises(BlockTooTallError):
            typeset(endless)
    assert typeset(small_text(2)).page_count == 1
