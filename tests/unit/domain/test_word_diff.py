"""What changed is shown word by word, as an editor would mark it, exactly, and in bounded time."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.domain.word_diff import DiffOp, DiffRun, diff_words

KEEP, INSERT, DELETE = DiffOp.KEEP, DiffOp.INSERT, DiffOp.DELETE


def marked(old: str, new: str) -> str:
    """Such as `thi đua[- cũ][+ mới].`, paragraph breaks as `/`."""
    signs = {KEEP: "", INSERT: "+", DELETE: "-"}
    shown = (run.text if run.op is KEEP else f"[{signs[run.op]}{run.text}]" for run in diff_words(old, new))
    return "".join(shown).replace("\n", "/")


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("", "", ""),
        ("thi đua", "thi đua", "thi đua"),
        ("kịp thời không chế, dịch", "kịp thời khống chế, dịch", "kịp thời [-không][+khống] chế, dịch"),
        ("nước ngoài, đẩy mạnh", "nước ngoài; đẩy mạnh", "nước ngoài[-,][+;] đẩy mạnh"),
        ("ngày tháng 5", "ngày 05 tháng 5", "ngày[+ 05] tháng 5"),
        ("kinh tế-xã hội", "kinh tế - xã hội", "kinh tế[--xã][+ - xã] hội"),
        ("thi đua", "", "[-thi đua]"),
        ("", "thi đua", "[+thi đua]"),
        ("một hai ba", "một ba", "một[- hai] ba"),
        ("toả", "tỏa", "[-toả][+tỏa]"),
        ("a  b", "a b", "a [- b][+b]"),
        ("cuối ", "cuối", "cuối[- ]"),
        (" đầu", "đầu", "[- ]đầu"),
        ("Bộ Y tế", "Theo Bộ Y tế", "[+Theo ]Bộ Y tế"),
        ("34-CT/TW", "35-CT/TW", "[-34][+35]-CT/TW"),
    ],
)
def test_words_stay_whole_and_marks_stand_alone(old: str, new: str, shown: str) -> None:
    assert marked(old, new) == shown


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("Một. Hai.", "Một.\nHai.", "Một.[- ][+/]Hai."),
        ("Một.\nHai.", "Một. Hai.", "Một.[-/][+ ]Hai."),
        ("Một.\nHai.\nBa.", "Một.\nBa.", "Một./[-Hai./]Ba."),
        ("Một.\nBa.", "Một.\nHai.\nBa.", "Một./[+Hai./]Ba."),
        ("xanh\nđỏ", "tím\nvàng", "[-xanh][+tím]/[-đỏ][+vàng]"),
    ],
    ids=["parted", "joined", "paragraph gone", "paragraph come", "both rewritten"],
)
def test_a_paragraph_break_is_a_change_of_its_own(old: str, new: str, shown: str) -> None:
    assert marked(old, new) == shown


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        (
            "Tổ chức thực hiện có hiệu quả công tác giảm nghèo",
            "Triển khai thực thi đạt kết quả các chương trình giảm nghèo",
            "[-Tổ chức thực hiện có hiệu quả công tác][+Triển khai thực thi đạt kết quả các chương trình] giảm nghèo",
        ),
        ("thi đua yêu nước", "thi tuyển yêu cầu", "thi [-đua yêu nước][+tuyển yêu cầu]"),
        ("đầy mạnh chuyên đổi số", "đẩy mạnh chuyển đổi số", "[-đầy][+đẩy] mạnh [-chuyên][+chuyển] đổi số"),
        (". âng cao dịch vụ", ". Nâng cao phục vụ", ". [-âng][+Nâng] cao [-dịch][+phục] vụ"),
        ("phòng, chống dịch", "phòng chống các dịch", "phòng[-,] chống[+ các] dịch"),
        ("y tế, giáo dục", "văn hóa, thể thao", "[-y tế][+văn hóa], [-giáo dục][+thể thao]"),
        (
            "nâng cao chất lượng y tế",
            "cải thiện chất lượng việc làm",
            "[-nâng cao][+cải thiện] chất lượng [-y tế][+việc làm]",
        ),
    ],
    ids=["phrase", "crumb of one syllable", "two slips", "lost letter", "marks only", "a mark parts", "a word of two"],
)
def test_a_replaced_phrase_is_no_confetti_and_a_slip_stands_alone(old: str, new: str, shown: str) -> None:
    assert marked(old, new) == shown


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("nâng cao a; nâng cao c.", "nâng cao a; nâng cao b; nâng cao c.", "nâng cao a;[+ nâng cao b;] nâng cao c."),
        ("nâng cao a; nâng cao b; nâng cao c.", "nâng cao a; nâng cao c.", "nâng cao a;[- nâng cao b;] nâng cao c."),
        ("y tế, văn hóa.", "y tế, giáo dục, văn hóa.", "y tế,[+ giáo dục,] văn hóa."),
        ("thi đua", "thi đua thi đua", "thi đua[+ thi đua]"),
        ("Sở A; Sở B", "Sở A; Sở B; Sở C", "Sở A; Sở B[+; Sở C]"),
    ],
    ids=["added", "removed", "in a list", "no border", "at the end"],
)
def test_what_was_added_is_the_phrase_and_not_two_halves(old: str, new: str, shown: str) -> None:
    assert marked(old, new) == shown


ANY_TEXT = st.text("aáb ,.-\n", max_size=60) | st.lists(
    st.sampled_from(("thi", "đua", ",", ";", "\n", "đẩy", "mạnh")), max_size=40
).map(" ".join)


@given(ANY_TEXT, ANY_TEXT)
def test_both_texts_can_be_read_off_the_runs(old: str, new: str) -> None:
    runs = diff_words(old, new)
    assert "".join(run.text for run in runs if run.op is not INSERT) == old
    assert "".join(run.text for run in runs if run.op is not DELETE) == new
    assert all(run.text for run in runs)
    assert all(left.op is not right.op for left, right in pairwise(runs))
    assert not any((left.op, right.op) == (INSERT, DELETE) for left, right in pairwise(runs))


@given(ANY_TEXT)
def test_the_same_text_is_kept_whole(text: str) -> None:
    assert diff_words(text, text) == ((DiffRun(KEEP, text),) if text else ())


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("đua " * 100_000, "đua " * 100_001),
        (" ".join(map(str, range(50_000))), " ".join(map(str, reversed(range(50_000))))),
        (" ".join(map(str, range(3_000))), " ".join(f"{n} mới" for n in range(3_000))),
        ("a b " * 5_000, "b a c " * 5_000),
    ],
    ids=["repeated", "reversed", "interleaved", "two words"],
)
def test_no_text_holds_a_worker(old: str, new: str) -> None:
    runs = diff_words(old, new)
    assert "".join(run.text for run in runs if run.op is not DELETE) == new
    assert any(run.op is not KEEP for run in runs)


def test_long_parts_are_compared_word_by_word_as_well() -> None:
    words = [f"từ{number}" for number in range(10_000)]
    old, new = " ".join(words), " ".join("sửa" if place in {100, 9_900} else word for place, word in enumerate(words))
    assert [run.text for run in diff_words(old, new) if run.op is not KEEP] == ["từ100", "sửa", "từ9900", "sửa"]
