"""`approval check`: one finding a line, and an exit code a script can use."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from approval.cli.check import command
from tests.factories.pledge_texts import SEED_FILE, seed_text
from tests.factories.word_files import exported

SOUND = """Hà Nội, ngày 05 tháng 02 năm 2025

BẢN GIAO ƯỚC THI ĐUA NĂM 2025

Khối thi đua các sở

Sở Y tế, Sở Nội vụ thống nhất ký giao ước thi đua như sau:

1. Đẩy mạnh phong trào thi đua yêu nước.

2. Nâng cao chất lượng công tác thi đua, khen thưởng.

Trên đây là bản giao ước thi đua./.

ĐẠI DIỆN SỞ Y TẾ

ĐẠI DIỆN SỞ NỘI VỤ
"""


def check(file: Path, *words: str) -> Result:
    return CliRunner().invoke(command, [str(file), *words])


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    file = tmp_path / "du-thao.md"
    file.write_text(SOUND, encoding="utf-8")
    return file


def test_a_sound_draft_gives_nothing_and_zero(draft: Path) -> None:
    result = check(draft)
    assert (result.exit_code, result.output) == (0, "Không thấy lỗi. / Nothing found.\n")


def test_a_finding_names_place_rule_level_text_suggestion_and_reason(draft: Path) -> None:
    draft.write_text(SOUND.replace("Đẩy mạnh", "Đầy mạnh"), encoding="utf-8")
    result = check(draft)
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "Khoản 1: W01 lỗi: “Đầy mạnh” → “Đẩy mạnh” (“Đầy mạnh” có thể là lỗi gõ của “Đẩy mạnh”.)",
        "1 điều cần xem. / 1 findings.",
    ]


def test_a_word_file_is_checked_like_any_other_whatever_its_name(tmp_path: Path) -> None:
    file = tmp_path / "du-thao.md"
    file.write_bytes(exported(seed_text()))
    markdown = [line for line in check(SEED_FILE).output.splitlines()[:-1] if "ngắt giữa câu" not in line]
    result = check(file)
    assert result.exit_code == 1
    assert result.output.splitlines()[:-1] == markdown, "the same findings; the breaks were mended at the import"


def test_the_seed_has_its_typos_listed() -> None:
    result = check(SEED_FILE)
    assert result.exit_code == 1
    for line in ("“đầy mạnh” → “đẩy mạnh”", "“không chế” → “khống chế”", "Khoản 3: L09 lưu ý: (", "Phần ký: L06 lỗi"):
        assert line in result.output


def test_a_long_quotation_is_cut_but_a_suggestion_is_whole() -> None:
    row = next(line for line in check(SEED_FILE).output.splitlines() if line.startswith("Phần ký"))
    assert "…” → “" in row
    assert "Du lịch; Sở Y tế” (" in row


def test_own_phrases_are_known(draft: Path, tmp_path: Path) -> None:
    draft.write_text(SOUND.replace("Đẩy mạnh", "Đầy mạnh"), encoding="utf-8")
    own = tmp_path / "cum-tu.txt"
    own.write_text("đầy mạnh\n", encoding="utf-8")
    assert check(draft, "--phrases", str(own)).exit_code == 0


def test_a_phrase_file_with_a_wrong_line_is_unreadable(draft: Path, tmp_path: Path) -> None:
    own = tmp_path / "cum-tu.txt"
    own.write_text("1; 2\n", encoding="utf-8")
    result = check(draft, "--phrases", str(own))
    assert result.exit_code == 3
    assert "Dòng 1 của danh sách cụm từ" in result.output


def test_a_file_that_is_no_pledge_is_unreadable(draft: Path) -> None:
    draft.write_bytes(b"%PDF-1.7")
    result = check(draft)
    assert result.exit_code == 3
    assert "không phải văn bản thuần" in result.output


def test_a_missing_file_is_unreadable_and_a_missing_word_is_misuse(tmp_path: Path) -> None:
    assert check(tmp_path / "khong-co.md").exit_code == 3
    assert CliRunner().invoke(command, []).exit_code == 2


def test_year_of_the_draft_asks_for_what_still_speaks_of_an_earlier_one(draft: Path) -> None:
    draft.write_text(SOUND.replace("NĂM 2025", "NĂM 2024").replace("thi đua yêu nước.", "thi đua năm 2023."), "utf-8")
    assert check(draft).exit_code == 0
    lines = check(draft, "--year", "2025").output.splitlines()
    assert [line.split(":")[0] for line in lines[:-1]] == ["Tên văn bản", "Khoản 1"]
    assert "Y01 lưu ý: “năm 2023” → “năm 2024” (" in lines[1]


def test_draft_moved_on_already_is_compared_with_the_year_before(draft: Path) -> None:
    assert check(draft, "--year", "2025").exit_code == 0
    draft.write_text(SOUND.replace("thi đua yêu nước.", "thi đua năm 2024."), encoding="utf-8")
    assert "“năm 2024” → “năm 2025”" in check(draft, "--year", "2025").output


def test_year_out_of_this_century_is_misuse(draft: Path) -> None:
    assert check(draft, "--year", "1999").exit_code == 2
