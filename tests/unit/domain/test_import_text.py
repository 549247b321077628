"""The real 2024 pledge imported as it is, any other pledge, and whatever else people upload."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approval.domain.flatten_text import flatten
from approval.domain.import_text import ImportedPledge, NotAPledgeError, import_pledge
from approval.domain.pledge_text import DateLine, PledgeText, to_nfc
from tests.factories.markdown_pledges import pledges, to_markdown

SEED = Path(__file__).parents[3] / "templates" / "starter" / "ban-giao-uoc-2024.md"


@pytest.fixture(scope="module")
def seed() -> ImportedPledge:
    return import_pledge(SEED.read_bytes())


def test_seed_gives_place_date_title_and_subject(seed: ImportedPledge) -> None:
    assert seed.text.place == "Bắc Giang"
    assert seed.text.date == DateLine(day=None, month=5, year=2024)
    assert seed.text.title == "BẢN GIAO ƯỚC THI ĐUA NĂM 2024"
    assert seed.text.subject == "Khối thi đua Các cơ quan lĩnh vực văn hóa, xã hội 2"


def test_seed_gives_six_clauses_of_one_paragraph_each(seed: ImportedPledge) -> None:
    assert [(clause.number, len(clause.paragraphs)) for clause in seed.text.clauses] == [(n, 1) for n in range(1, 7)]
    assert "phong trào đổi mới sáng tạo và thi đua" in seed.text.clauses[2].paragraphs[0]
    assert "hộ gia đình có tinh thần sáng tạo" in seed.text.clauses[5].paragraphs[0]


def test_seed_keeps_its_closing_apart_from_the_last_clause(seed: ImportedPledge) -> None:
    assert len(seed.text.closing) == 1
    assert seed.text.closing[0].startswith("Trên đây là Bản giao ước")
    assert seed.text.closing[0].endswith("./.")


def test_seed_parties_are_in_block_order_with_their_preamble_names(seed: ImportedPledge) -> None:
    assert [(party.agency, party.heading) for party in seed.text.parties] == [
        ("Sở Ngoại vụ", "ĐẠI DIỆN SỞ NGOẠI VỤ"),
        ("Bảo hiểm xã hội tỉnh", "ĐẠI DIỆN BẢO HIỂM XÃ HỘI TỈNH"),
        ("Sở Văn hóa, Thể thao và Du lịch", "ĐẠI DIỆN SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH"),
        ("Sở Y tế", "ĐẠI DIỆN SỞ Y TẾ"),
        ("Sở Lao động - Thương binh và Xã hội", "ĐẠI DIỆN SỞ LAO ĐỘNG – THƯƠNG BINH VÀ XÃ HỘI"),
    ]


def test_seed_findings_name_the_breaks_the_order_and_the_dash(seed: ImportedPledge) -> None:
    assert [(finding.code, finding.place) for finding in seed.findings] == [
        ("paragraphs_joined", "Khoản 3"),
        ("paragraphs_joined", "Khoản 6"),
        ("party_order_differs", "Phần ký"),
        ("dash_differs", "Phần ký"),
    ]
    assert seed.findings[3].suggestion == "ĐẠI DIỆN SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI"


def test_no_word_of_the_seed_is_lost(seed: ImportedPledge) -> None:
    source = SEED.read_text(encoding="utf-8").replace("**", "")
    assert flatten(seed.text).split() == source.split()


def test_the_shipped_seed_is_the_real_text() -> None:
    assert len(SEED.read_bytes()) == 8142


def same_words(left: str, right: str) -> bool:
    return left.split() == right.split()


SMALL = """Hà Nội, ngày 05 tháng 02 năm 2025

**BẢN GIAO ƯỚC**
**Khối 1**

Hai cơ quan gồm: Sở Y tế; Sở Nội vụ cam kết:

1. Thi đua tốt.

2. Khen thưởng đúng.

Trên đây là giao ước./.

**ĐẠI DIỆN SỞ Y TẾ**

**ĐẠI DIỆN SỞ NỘI VỤ**
"""


def codes(source: str) -> list[str]:
    return [finding.code for finding in import_pledge(source.encode()).findings]


def refusal_of(source: str | bytes) -> NotAPledgeError:
    data = source if isinstance(source, bytes) else source.encode()
    with pytest.raises(NotAPledgeError) as caught:
        import_pledge(data)
    return caught.value


def test_a_plain_pledge_has_no_findings() -> None:
    assert codes(SMALL) == []


@given(pledges(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_any_pledge_comes_back_however_it_was_written(text: PledgeText, random: Random) -> None:
    imported = import_pledge(to_markdown(text, random))
    assert imported.text == text
    assert imported.findings == ()
    assert same_words(flatten(imported.text), flatten(text))


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_damaged_pledge_is_refused_or_keeps_every_word(data: st.DataObject) -> None:
    """Blocks are moved, lost, doubled and cut: either a clear sentence, or nothing is missing."""
    blocks = SEED.read_text(encoding="utf-8").split("\n\n")
    for _ in range(data.draw(st.integers(1, 4))):
        here, there = (data.draw(st.integers(0, len(blocks) - 1)) for _ in range(2))
        word = data.draw(st.sampled_from(("7. ", "ĐẠI DIỆN SỞ X", "\n", "a) ", "<b>", " ", "xong.\n\n", "Trên đây")))
        cut = data.draw(st.integers(0, len(blocks[here])))
        change = data.draw(st.sampled_from(("swap", "double", "insert")))
        if change == "swap":
            blocks[here], blocks[there] = blocks[there], blocks[here]
        elif change == "double":
            blocks.insert(there, blocks[here])
        else:
            blocks[here] = blocks[here][:cut] + word + blocks[here][cut:]
    source = "\n\n".join(blocks)
    try:
        imported = import_pledge(source.encode())
    except NotAPledgeError:
        return
    assert re.sub(r"[\s*]", "", flatten(imported.text)) == re.sub(r"[\s*]", "", source)


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
@settings(max_examples=200, deadline=None)
def test_other_files_get_one_sentence_and_no_crash(data: bytes) -> None:
    refused = refusal_of(data)
    assert "\n" not in refused.vi + refused.en
    assert refused.vi.endswith(".")
    assert refused.field == "file"


def test_decomposed_text_is_composed() -> None:
    decomposed = unicodedata.normalize("NFD", SEED.read_text(encoding="utf-8"))
    assert import_pledge(decomposed.encode()) == import_pledge(SEED.read_bytes())


def test_windows_files_with_mark_and_carriage_returns_are_the_same() -> None:
    windows = b"\xef\xbb\xbf" + SEED.read_bytes().replace(b"\n", b"\r\n")
    assert import_pledge(windows) == import_pledge(SEED.read_bytes())


def test_one_paragraph_a_line_needs_no_blank_lines() -> None:
    lines = SMALL.replace("**BẢN GIAO ƯỚC**\n**Khối 1**", "BẢN GIAO ƯỚC\n\nKhối 1").replace("\n\n", "\n")
    assert import_pledge(lines.encode()) == import_pledge(SMALL.encode())


def test_clauses_and_blocks_need_no_blank_lines_between_them() -> None:
    dense = SMALL.replace("tốt.\n\n2.", "tốt.\n2.").replace("TẾ**\n\n**ĐẠI", "TẾ**\n**ĐẠI")
    assert import_pledge(dense.encode()) == import_pledge(SMALL.encode())


def test_date_line_and_title_may_share_a_paragraph() -> None:
    dense = SMALL.replace("năm 2025\n\n", "năm 2025\n")
    assert import_pledge(dense.encode()) == import_pledge(SMALL.encode())


def test_points_become_paragraphs_of_their_clause() -> None:
    source = SMALL.replace("1. Thi đua tốt.", "1. Thi đua:\na) làm tốt;\nb) làm nhanh;\n- và đủ\n- chắc.")
    clause = import_pledge(source.encode()).text.clauses[0]
    assert clause.paragraphs == ("Thi đua:", "a) làm tốt;", "b) làm nhanh;", "- và đủ - chắc.")


def test_html_is_text() -> None:
    source = SMALL.replace("Thi đua tốt.", "Thi đua <script>alert(1)</script> &lt;b&gt; tốt.")
    assert import_pledge(source.encode()).text.clauses[0].paragraphs == (
        "Thi đua <script>alert(1)</script> &lt;b&gt; tốt.",
    )


def test_an_agency_the_preamble_does_not_name_is_reported() -> None:
    imported = import_pledge(SMALL.replace("SỞ NỘI VỤ", "SỞ KHOA HỌC VÀ CÔNG NGHỆ").encode())
    assert [finding.code for finding in imported.findings] == ["party_not_in_preamble"]
    assert imported.text.parties[1].agency == "Sở Khoa học và Công nghệ"


def test_a_rewritten_date_line_is_reported() -> None:
    imported = import_pledge(SMALL.replace("ngày 05 tháng 02", "ngày 5 tháng …").encode())
    assert imported.text.date == DateLine(5, None, 2025)
    assert [finding.code for finding in imported.findings] == ["date_line_rewritten"]
    assert imported.findings[0].suggestion == "Hà Nội, ngày 05 tháng năm 2025"


DATE_LINE = "Hà Nội, ngày 05 tháng 02 năm 2025\n\n"
BLOCKS = "**ĐẠI DIỆN SỞ Y TẾ**\n\n**ĐẠI DIỆN SỞ NỘI VỤ**\n"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"", "empty"),
        (b" \n\t\r\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"---\n\n***\n", "empty"),
        (b"%PDF-1.7\n", "binary"),
        (b"PK\x03\x04 word document", "binary"),
        (b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0", "binary"),
        (SMALL.encode("utf-16"), "utf16"),
        (SMALL.encode("utf-16-le"), "utf16"),
        (SMALL.encode("utf-16-be"), "utf16"),
        (b"B\xe1n giao \xbf\xdd", "not_utf8"),
        (SMALL.replace("Thi", "\u202eThi"), "control_characters"),
        (SMALL.replace("Thi", "\x1bThi"), "control_characters"),
        (SMALL.replace(DATE_LINE, ""), "no_date_line"),
        (SMALL.replace("năm 2025", ""), "no_date_line"),
        (SMALL.replace("Hà Nội", ""), "no_date_line"),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n\n" + SMALL, "text_before_date_line"),
        (SMALL.replace("ngày 05 tháng 02", "ngày 30 tháng 02"), "impossible_date"),
        (SMALL.replace("**BẢN GIAO ƯỚC**\n**Khối 1**\n\n", ""), "no_title"),
        (SMALL.replace("\n**Khối 1**", ""), "no_subject"),
        (SMALL.replace("1. ", "").replace("2. ", ""), "no_clauses"),
        (SMALL.replace("2. ", "3. "), "clause_numbers"),
        (SMALL.replace("2. ", "1. "), "clause_numbers"),
        (SMALL.replace("2. ", "02. "), "clause_numbers"),
        (SMALL.replace("1. ", "2. ", 1), "clause_numbers"),
        (SMALL.replace("1. Thi đua tốt.", "1."), "empty_clause"),
        (SMALL.replace("2. ", "\n\n".join(f"{n}. Tốt." for n in range(2, 62)) + "\n\n"), "too_many_clauses"),
        (SMALL.replace(BLOCKS, ""), "no_signature_blocks"),
        (DATE_LINE, "no_signature_blocks"),
        (SMALL.replace("**ĐẠI DIỆN SỞ NỘI VỤ**", ""), "one_party"),
        (SMALL.replace("SỞ NỘI VỤ", "SỞ Y TẾ"), "agency_twice"),
        (SMALL.replace(" SỞ NỘI VỤ", ""), "empty_heading"),
        (SMALL.replace("SỞ NỘI VỤ", "SỞ " + "RẤT " * 100 + "DÀI"), "heading_too_long"),
        (SMALL + "\n\n".join(f"ĐẠI DIỆN SỞ SỐ {n}" for n in range(39)), "too_many_parties"),
        (SMALL + "\nNơi nhận: Như trên.", "text_after_signatures"),
        (SMALL.replace("tốt.", "tốt.\n" + "Và tốt.\n" * 10_001), "too_many_lines"),
        (SMALL.replace("tốt.", "tốt. " + "Và tốt. " * 90_000), "text_too_long"),
    ],
)
def test_what_is_no_pledge_is_refused_with_its_cause(source: str | bytes, code: str) -> None:
    assert refusal_of(source).code == code


def test_a_file_of_50_mb_is_refused_by_its_size_alone() -> None:
    refused = refusal_of(b"\xff" * 50_000_000)
    assert refused.code == "too_large"
    assert "50.0 MB" in refused.vi


def test_the_limit_is_the_callers() -> None:
    data = SMALL.encode()
    assert import_pledge(data, limit=len(data)).text.place == "Hà Nội"
    with pytest.raises(NotAPledgeError) as caught:
        import_pledge(data, limit=len(data) - 1)
    assert caught.value.code == "too_large"


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "hostile",
    [
        "**a" * 40_000,
        "_a_b" * 20_000,
        "\\" * 100_000,
        " \n" * 100_000,
        "#" * 100_000,
        "”" * 200_000,
        "a\n\nb" * 100_000,
        "Sở A - " * 40_000,
        "a" + "\u0300\u0316" * 400_000,
        "\n\nĐẠI DIỆN SỞ A" * 60_000,
        "B, ngày" + "." * 250 + "tháng" + ".\n" * 250_000,
    ],
    ids=range(11),
)
def test_hostile_text_is_answered_in_time(hostile: str) -> None:
    for source in (SMALL.replace("Thi đua tốt", hostile), SMALL.replace("cam kết", hostile), hostile):
        try:
            imported = import_pledge(source.encode())
        except NotAPledgeError:
            continue
        assert len(imported.text.parties) == 2


def test_what_is_stored_is_composed(seed: ImportedPledge) -> None:
    assert to_nfc(flatten(seed.text)) == flatten(seed.text)
