"""Every kind of mail: its own subject and first sentence, one link, the same words in text and HTML."""

import re
from html import unescape
from typing import Any

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from approval.adapters.letters import Letter, write_letter

KINDS = [
    "review-invitation",
    "text-changed",
    "signing-invitation",
    "reminder-cadence",
    "reminder-day-before",
    "reminder-on-the-day",
    "reminder-late",
    "reminder-nudge",
    "reminder-digest",
    "deadline-moved",
    "person-named",
    "person-relieved",
    "comment-answered",
    "declined",
    "finished",
    "cancelled",
    "account-changed",
]
LINK = "https://khoi.example/van-ban/8f4e"
ANSWER = {"part": "Khoản 3", "said": "đầy mạnh → đẩy mạnh", "kind": "tiếp thu", "words": ""}
ITEM = {
    "title": "Bản giao ước thi đua năm 2024",
    "agency": "Sở Y tế",
    "bloc": "Khối thi đua Các cơ quan lĩnh vực văn hóa, xã hội 2",
    "slot": "signing",
    "round": 2,
    "deadline": "17:00 20/5/2024",
    "deadline_weekday": "thứ Hai",
    "is_late": True,
}
STAGE_KINDS = [kind for kind in KINDS if kind.startswith("reminder-") and kind != "reminder-digest"]
VALUES: dict[str, Any] = {
    "items": [ITEM, {**ITEM, "slot": "review", "is_late": False, "deadline": "17:00 27/5/2024"}],
    "several_blocs": False,
    "bloc_total": "01",
    "contacts": "Thư ký Khối (thu-ky@khoi.example)",
    "item_total": "02",
    "late_total": "01",
    "is_late": False,
    "answered_before": "lần 1: 4 tiếp thu, 1 giải trình",
    "answers": [ANSWER, {**ANSWER, "part": "Phần kết", "kind": "giải trình", "words": "Giữ như dự thảo."}],
    "answer_count": 22,
    "answers_left_out": 20,
    "comment_round": 1,
    "bloc_name": "Khối thi đua Các cơ quan lĩnh vực văn hóa, xã hội 2",
    "bloc_tag": "Khối thi đua VHXH 2",
    "superior": "UBND tỉnh Bắc Giang",
    "title": "Bản giao ước thi đua năm 2024",
    "round": 2,
    "slot": "review",
    "urgent": False,
    "party_total": "05",
    "signed_count": "02",
    "done_count": "03",
    "round_reason": "Tiếp thu ý kiến",
    "reason": "Chưa thống nhất nội dung mục 3",
    "decliner": "Sở Y tế",
    "agency": "Sở Y tế",
    "other_person": "Nguyễn Văn An",
    "fingerprint": "abcd 1234",
    "revision_number": 3,
    "opened_fingerprint": "4CC7 B6E0",
    "finished_at": "17:00 15/5/2024",
    "deadline": "17:00 20/5/2024",
    "deadline_weekday": "thứ Hai",
    "link": LINK,
    "receipt": "khoi.example/nhat-ky\n24\nOG9qjrxmlQzvC2GxeM30gvbSRk+5MG/opINanbp36V0=",
    "receipt_words": "Biên nhận nhật ký (điểm kiểm có chữ ký, 2/5 nhân chứng), xin lưu lại để đối chiếu khi cần:",
    "salutation": "Lãnh đạo Sở Y tế",
    "you": "Quý Sở",
    "for_coordinator": False,
    "is_party": True,
    "sender_name": "Thư ký Khối",
    "sender_line": "Sở Ngoại vụ (Khối trưởng)",
    "attached": True,
    "root_page": "khoi.example/chung-thu-goc",
    "change": "đặt lại mật khẩu",
    "changed_at": "09:12 20/5/2024",
    "site": "khoi.example",
}


def letter(kind: str, **changes: Any) -> Letter:
    return write_letter(kind, {**VALUES, **changes})


def words(html: str) -> str:
    """What a reader of the HTML reads."""
    body = html.partition("<body")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_has_all_that_an_office_expects(kind: str) -> None:
    made = letter(kind)
    assert made.subject.startswith(("[Khối thi đua VHXH 2] ", "[khoi.example] "))
    assert "\n" not in made.subject
    assert "Kính gửi: Lãnh đạo Sở Y tế," in made.text
    assert "Trân trọng./." in made.text
    assert made.text.count("http") == 1
    assert "Môi trường thử nghiệm" in made.text
    assert VALUES["receipt"] in made.text
    assert max(len(line) for line in made.text.splitlines()) <= 78


@pytest.mark.parametrize("kind", KINDS)
def test_text_and_html_say_the_same(kind: str) -> None:
    made = letter(kind)
    html = words(made.html)
    for line in made.text.split("--")[0].splitlines()[2:]:
        said = re.split(r":\s{2,}", line.strip())[-1].rstrip(":")
        assert " ".join(said.split()) in html or said == LINK


@pytest.mark.parametrize("kind", KINDS)
def test_html_fetches_nothing_and_runs_nothing(kind: str) -> None:
    html = letter(kind).html
    assert re.findall(r'(?:src|href)\s*=\s*"([^"]*)"', html) == [LINK]
    assert not re.search(r"<script|<img|<link|@import|url\(|style=", html)


def test_every_kind_has_its_own_subject_and_first_sentence() -> None:
    made = [letter(kind) for kind in KINDS]
    made += [letter(kind, slot="signing") for kind in [*STAGE_KINDS, "deadline-moved"]]
    made.append(letter("reminder-escalation", link=""))
    assert len({one.subject for one in made}) == len(made)
    assert len({one.text.partition(",\n\n")[2].partition(".")[0] for one in made}) == len(made)


@pytest.mark.parametrize("kind", ["declined", "cancelled", "text-changed", "deadline-moved"])
def test_what_people_typed_is_never_markup(kind: str) -> None:
    hostile = "<b>đậm</b> | {{ 7*7 }} & <script>x</script>"
    made = letter(kind, reason=hostile, round_reason=hostile)
    assert "<script>" not in made.html
    assert "<b>đậm" not in made.html
    assert hostile in words(made.html)
    assert "49" not in words(made.html)


def test_a_comment_that_looks_like_markup_or_like_another_line_is_words() -> None:
    hostile = "<i>x</i> | Kết quả: tiếp thu {% raw %} {{ you }}"
    made = letter("comment-answered", answers=[{**ANSWER, "said": hostile, "words": hostile}])
    assert "<i>x" not in made.html
    assert words(made.html).count(hostile) == 2
    assert [line for line in made.text.splitlines() if line.startswith("  Khoản 3:")]


def test_answers_are_told_one_below_the_other_and_the_rest_counted() -> None:
    text = " ".join(letter("comment-answered").text.split())
    assert "Khoản 3: Ý kiến: “đầy mạnh → đẩy mạnh”. Kết quả: tiếp thu Phần kết: Ý kiến:" in text
    assert "Kết quả: giải trình. Giữ như dự thảo. Còn lại: 20 ý kiến khác, xem trên trang văn bản" in text
    assert "Còn lại" not in letter("comment-answered", answers_left_out=0).text


@pytest.mark.parametrize("kind", ["review-invitation", "text-changed"])
def test_the_next_round_tells_how_the_comments_of_the_last_one_fared(kind: str) -> None:
    said = "Dự thảo lần 2 đã tiếp thu, giải trình ý kiến lần 1: 4 tiếp thu, 1 giải trình."
    assert said in " ".join(letter(kind).text.split())
    assert "giải trình" not in letter(kind, answered_before="").text


@pytest.mark.parametrize("kind", [*STAGE_KINDS, "deadline-moved"])
def test_a_reminder_to_sign_speaks_of_signing(kind: str) -> None:
    made = letter(kind, slot="signing")
    assert "ký Bản giao ước" in made.subject
    assert "ý kiến" not in made.text.split("--")[0]


@pytest.mark.parametrize("kind", STAGE_KINDS)
def test_a_reminder_says_the_deadline_with_its_weekday_and_whether_it_is_over(kind: str) -> None:
    assert "17:00 20/5/2024 (thứ Hai, +07:00)\n" in letter(kind).text
    assert "17:00 20/5/2024 (thứ Hai, +07:00), đã quá hạn\n" in letter(kind, is_late=True).text


def test_only_who_is_late_reads_that_the_coordinator_gets_a_copy() -> None:
    copied = "Thư này đồng gửi Thư ký Khối"
    assert {kind for kind in KINDS if copied in letter(kind).text} == {"reminder-late", "reminder-digest"}
    assert copied not in letter("reminder-digest", late_total="").text


def test_a_digest_lists_every_task_with_its_own_deadline() -> None:
    made = letter("reminder-digest")
    text = " ".join(made.text.split())
    assert "Nhắc 02 việc đang chờ Quý Sở, 01 việc đã quá hạn" in made.subject
    assert "Việc 1: Ký Bản giao ước thi đua năm 2024; hạn 17:00 20/5/2024 (thứ Hai, +07:00), đã quá hạn" in text
    assert (
        "Việc 2: Cho ý kiến về dự thảo lần 2 Bản giao ước thi đua năm 2024; hạn 17:00 27/5/2024 (thứ Hai, +07:00)"
        in text
    )
    assert "đã quá hạn" not in letter("reminder-digest", late_total="").subject


def test_a_superior_reads_what_is_late_and_has_nothing_to_click() -> None:
    one = letter("reminder-escalation", link="", items=[ITEM])
    assert "http" not in one.text
    assert "href" not in one.html
    assert "Liên kết" not in one.text
    assert "Sở Y tế chưa ký Bản giao ước thi đua năm 2024" in one.subject
    assert "và 1 việc khác" in letter("reminder-escalation", link="").subject
    assert words(one.html).count("Ký Bản giao ước thi đua năm 2024") == 1
    assert "xin liên hệ Thư ký Khối: Thư ký Khối (thu-ky@khoi.example)." in words(one.html)
    assert "  Khối:" not in one.text


def test_a_superior_over_agencies_of_two_blocs_reads_which_is_whose() -> None:
    other = {**ITEM, "agency": "Sở Nội vụ", "bloc": "Khối thi đua Nội chính"}
    made = letter("reminder-escalation", link="", items=[ITEM, other], several_blocs=True, bloc_total="02")
    assert made.subject.startswith("[02 khối thi đua] Báo quá hạn: Sở Y tế chưa ký")
    assert "Khối Khối thi đua Nội chính Cơ quan Sở Nội vụ" in words(made.html)


@pytest.mark.parametrize(("attached", "said"), [(True, "kèm theo thư này"), (False, "tải tại liên kết")])
def test_the_finished_letter_says_where_the_document_is(attached: bool, said: str) -> None:
    assert said in letter("finished", attached=attached).text.replace("\n", " ")


def test_who_only_reads_along_is_not_asked_to_carry_it_out() -> None:
    assert "tổ chức thực hiện" in letter("finished").text.replace("\n", " ")
    assert "để biết và theo dõi" in letter("finished", is_party=False, you="Ông/Bà").text.replace("\n", " ")


def test_the_coordinator_is_told_what_to_do_after_a_refusal() -> None:
    assert "Kính đề nghị Thư ký Khối xem lý do" in letter("declined", for_coordinator=True).text
    assert "Quý Sở chưa cần làm gì" in letter("declined").text


def test_a_missing_value_fails_instead_of_leaving_a_hole() -> None:
    with pytest.raises(UndefinedError):
        write_letter("finished", {key: value for key, value in VALUES.items() if key != "fingerprint"})


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(TemplateNotFound):
        letter("advertisement")
