"""Two edits of one draft: what met no other is kept, what met is asked about, and nothing is lost on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.domain.draft_merge import date_lines, merge_drafts
from approval.domain.merge_conflict import clause_index, merge_values, part_label
from approval.domain.pledge_text import Clause, DateLine, DatePolicy, PledgeText
from tests.factories.pledge_texts import small_text

SENTENCES = (
    "Quán triệt, thực hiện nghiêm chủ trương của Đảng, chính sách, pháp luật của Nhà nước.",
    "Đổi mới nội dung, hình thức tổ chức các phong trào thi đua gắn với nhiệm vụ chính trị.",
    "Nâng cao chất lượng khám bệnh, chữa bệnh cho nhân dân trên địa bàn tỉnh.",
    "Tổ chức các hoạt động văn hóa, thể thao thiết thực, tiết kiệm tại cơ sở.",
    "Giải quyết việc làm mới cho người lao động, giảm tỷ lệ hộ nghèo theo chuẩn quốc gia.",
)
A, B, C, D, E = SENTENCES
OTHERS = (
    "Bảo đảm chế độ thông tin, báo cáo đúng thời gian quy định của cụm, khối thi đua.",
    "Phát hiện, bồi dưỡng, nhân rộng các điển hình tiên tiến trong mọi lĩnh vực công tác.",
    "Xây dựng cơ quan đạt chuẩn văn hóa, an toàn về an ninh, trật tự trong năm.",
)


def text_of(*bodies: str) -> PledgeText:
    clauses = tuple(Clause(number, tuple(body.split("\n"))) for number, body in enumerate(bodies, start=1))
    return replace(small_text(3), clauses=clauses)


def bodies(text: PledgeText) -> list[str]:
    assert [clause.number for clause in text.clauses] == list(range(1, len(text.clauses) + 1))
    return ["\n".join(clause.paragraphs) for clause in text.clauses]


def merged(base: PledgeText, theirs: PledgeText, mine: PledgeText) -> tuple[list[str], list[str]]:
    merge = merge_drafts(base, theirs, mine)
    return bodies(merge.text), [conflict.part for conflict in merge.conflicts]


BASE = text_of(A, B, C, D)


@pytest.mark.parametrize(
    ("theirs", "mine", "expected"),
    [
        ((A, B + " Họ.", C, D), (A, B, C, D + " Tôi."), [A, B + " Họ.", C, D + " Tôi."]),
        ((A, E, B, C, D), (A, B, C, D, OTHERS[0]), [A, E, B, C, D, OTHERS[0]]),
        ((A, C, D), (A, B, C, D + " Tôi."), [A, C, D + " Tôi."]),
        ((A, B, C + " Họ.", D), (B, C, D), [B, C + " Họ.", D]),
        ((D, A, B, C), (A, B, C + " Tôi.", D), [D, A, B, C + " Tôi."]),
        ((A, B, C + " Họ.", D), (D, A, B, C), [D, A, B, C + " Họ."]),
        ((D, A, B, C), (D, A, B, C), [D, A, B, C]),
        ((A, B, C, D, E), (A, B, C, D, E), [A, B, C, D, E]),
        ((A, B, C, D, E), (A, B, C, D, OTHERS[0]), [A, B, C, D, OTHERS[0], E]),
        ((E, A, B, C, D), (OTHERS[0], A, B, C, D), [OTHERS[0], E, A, B, C, D]),
        ((A, B, C), (A, B, C), [A, B, C]),
        ((A, B, C), (B, C, D), [B, C]),
    ],
)
def test_edits_that_do_not_meet_are_both_kept(
    theirs: tuple[str, ...], mine: tuple[str, ...], expected: list[str]
) -> None:
    assert merged(BASE, text_of(*theirs), text_of(*mine)) == (expected, [])


def test_one_clause_edited_by_both_is_asked_about() -> None:
    merge = merge_drafts(BASE, text_of(A, B + " Họ.", C, D), text_of(A, B + " Tôi.", C, D))
    assert bodies(merge.text) == [A, B + " Tôi.", C, D]
    [conflict] = merge.conflicts
    assert conflict.part == "clause-2"
    assert (conflict.base, conflict.theirs, conflict.mine) == ((B,), (B + " Họ.",), (B + " Tôi.",))


def test_a_clause_moved_by_one_and_edited_by_both_is_asked_about_where_it_stands_now() -> None:
    merge = merge_drafts(BASE, text_of(C + " Họ.", A, B, D), text_of(A, B, C + " Tôi.", D))
    assert bodies(merge.text) == [C + " Tôi.", A, B, D]
    assert [conflict.part for conflict in merge.conflicts] == ["clause-1"]


@pytest.mark.parametrize("they_removed", [True, False])
def test_a_clause_removed_by_one_and_edited_by_the_other_stays_to_be_asked_about(they_removed: bool) -> None:
    gone, edited = text_of(A, C, D), text_of(A, B + " Sửa.", C, D)
    theirs, mine = (gone, edited) if they_removed else (edited, gone)
    merge = merge_drafts(BASE, theirs, mine)
    assert bodies(merge.text) == [A, B + " Sửa.", C, D]
    [conflict] = merge.conflicts
    assert conflict.part == "clause-2"
    assert (conflict.theirs, conflict.mine) == (((), (B + " Sửa.",)) if they_removed else ((B + " Sửa.",), ()))


def test_two_different_orders_are_asked_about() -> None:
    merge = merge_drafts(BASE, text_of(D, A, B, C), text_of(B, A, C, D))
    assert bodies(merge.text) == [B, A, C, D]
    [conflict] = merge.conflicts
    assert conflict.part == "order"
    assert [line.split("\t")[0] for line in conflict.theirs] == ["4", "2", "1", "3"]
    assert [line.split("\t")[0] for line in conflict.mine] == ["1", "2", "3", "4"]
    assert conflict.mine[0].split("\t")[1] == B[:60]


def test_a_clause_split_by_one_and_edited_by_the_other_loses_nothing() -> None:
    first, second = C.split(", ", maxsplit=1)
    merge = merge_drafts(BASE, text_of(A, B, first, second, D), text_of(A, B, C + " Tôi.", D))
    told = [*bodies(merge.text), *("\n".join(c.theirs) for c in merge.conflicts)]
    assert {first, second, C + " Tôi."} <= set(told)


@pytest.mark.parametrize(
    ("part", "theirs", "mine"),
    [
        ("place", {"place": "Bắc Ninh"}, {"place": "Lạng Giang"}),
        ("date", {"date": DateLine(7, 5, 2024)}, {"date": DateLine(8, 5, 2024)}),
        ("title", {"title": "BẢN MỘT"}, {"title": "BẢN HAI"}),
        ("subject", {"subject": "Khối một"}, {"subject": "Khối hai"}),
        ("preamble", {"preamble": ("Một:",)}, {"preamble": ("Hai:",)}),
        ("closing", {"closing": ("Một./.",)}, {"closing": ("Hai./.",)}),
    ],
)
def test_other_parts_are_kept_or_asked_about_as_wholes(part: str, theirs: dict[str, str], mine: dict[str, str]) -> None:
    a, b = replace(BASE, **theirs), replace(BASE, **mine)  # type: ignore[arg-type]
    merge = merge_drafts(BASE, a, b)
    assert merge.text == b
    assert [conflict.part for conflict in merge.conflicts] == [part]
    assert part_label(part)
    assert merge_drafts(BASE, a, BASE).text == a
    assert merge_drafts(BASE, BASE, b).text == b
    assert not merge_drafts(BASE, a, a).conflicts


def test_a_date_is_shown_with_its_blanks() -> None:
    assert date_lines(DateLine(None, 5, 2024)) == ("…/5/2024",)


def test_the_date_policy_of_whoever_changed_it_is_kept() -> None:
    theirs = replace(BASE, date_policy=DatePolicy.FIXED_AT_OPENING)
    assert merge_drafts(BASE, theirs, replace(BASE, title="KHÁC")).text.date_policy is DatePolicy.FIXED_AT_OPENING


def test_order_of_blocks_and_a_heading_are_merged_apart() -> None:
    one, two, three = BASE.parties
    theirs = replace(BASE, parties=(two, one, three))
    mine = replace(BASE, parties=(one, replace(two, heading="ĐẠI DIỆN SỞ HAI"), three))
    merge = merge_drafts(BASE, theirs, mine)
    assert [party.heading for party in merge.text.parties] == ["ĐẠI DIỆN SỞ HAI", one.heading, three.heading]
    assert merge.conflicts == ()


@pytest.mark.parametrize("case", ["orders", "headings", "agencies"])
def test_blocks_changed_differently_are_asked_about(case: str) -> None:
    one, two, three = BASE.parties
    theirs, mine = {
        "orders": ((two, one, three), (three, two, one)),
        "headings": ((replace(one, heading="MỘT"), two, three), (replace(one, heading="KHÁC"), two, three)),
        "agencies": ((one, two), (two, one, three)),
    }[case]
    merge = merge_drafts(BASE, replace(BASE, parties=theirs), replace(BASE, parties=mine))
    assert merge.text.parties == mine
    assert [conflict.part for conflict in merge.conflicts] == ["parties"]
    assert merge.conflicts[0].theirs[0] == f"{theirs[0].heading}\t{theirs[0].agency}"


def test_parts_have_names_for_people() -> None:
    assert (part_label("clause-3"), part_label("order")) == ("Khoản 3", "Thứ tự các khoản")
    assert (clause_index("clause-3"), clause_index("title")) == (2, None)
    with pytest.raises(LookupError):
        part_label("clause-0")


def test_one_value_is_merged_by_who_changed_it() -> None:
    assert merge_values(1, 1, 2) == (2, True)
    assert merge_values(1, 2, 1) == (2, True)
    assert merge_values(1, 2, 2) == (2, True)
    assert merge_values(1, 2, 3) == (3, False)


@st.composite
def edits(draw: st.DrawFn, base: tuple[str, ...], mark: str) -> tuple[str, ...]:
    """Any edit a person could make: change, remove, add, move."""
    kept = [body for body in base if draw(st.integers(0, 5))]
    changed = [f"{body} {mark}{draw(st.integers(1, 2))}." if draw(st.booleans()) else body for body in kept]
    for new in OTHERS:
        if not draw(st.integers(0, 3)):
            changed.insert(draw(st.integers(0, len(changed))), new)
    moved = draw(st.permutations(changed)) if draw(st.booleans()) else changed
    return tuple(moved) or (OTHERS[0],)


FEW = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=5, unique=True).map(tuple)


@given(FEW, st.data())
def test_with_one_side_unchanged_the_other_is_the_merge(base: tuple[str, ...], data: st.DataObject) -> None:
    edited = data.draw(edits(base, "Sửa"))
    assert merged(text_of(*base), text_of(*edited), text_of(*base)) == (list(edited), [])
    assert merged(text_of(*base), text_of(*base), text_of(*edited)) == (list(edited), [])
    assert merged(text_of(*base), text_of(*edited), text_of(*edited)) == (list(edited), [])


@given(FEW, st.data())
def test_nothing_anybody_wrote_is_lost(base: tuple[str, ...], data: st.DataObject) -> None:
    theirs, mine = data.draw(edits(base, "Họ")), data.draw(edits(base, "Tôi"))
    merge = merge_drafts(text_of(*base), text_of(*theirs), text_of(*mine))
    asked = {"\n".join(side) for conflict in merge.conflicts for side in (conflict.theirs, conflict.mine)}
    told = asked | set(bodies(merge.text))
    assert {body for body in (*theirs, *mine) if body not in base} <= told


@given(FEW, st.data())
def test_an_edit_the_other_side_did_not_touch_is_in_the_text(base: tuple[str, ...], data: st.DataObject) -> None:
    mine_edits = data.draw(st.sets(st.sampled_from(base)))
    theirs = tuple(body if body in mine_edits else f"{body} Họ." for body in base)
    mine = tuple(f"{body} Tôi." if body in mine_edits else body for body in base)
    expected = [f"{body} Tôi." if body in mine_edits else f"{body} Họ." for body in base]
    assert merged(text_of(*base), text_of(*theirs), text_of(*mine)) == (expected, [])
