"""Three rounds in a browser: eleven comments by five agencies, two of them against each other, answered and signed."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import docx
from playwright.sync_api import Browser, Page, expect

from approval.domain.document import Finding
from approval.domain.states import Role
from approval.extensions import parts
from tests.browser.conftest import RunningProduct
from tests.browser.test_story import PHONE, _open_signing, _sign
from tests.browser.visitor import Visitor
from tests.factories.pdf_tools import raw_text
from worker.finalise_due import finalise_due

DESK = 1280
AGREE, WITH_COMMENTS, CHANGE = "Thống nhất", "Thống nhất, có ý kiến", "Đề nghị sửa"


@dataclass(frozen=True)
class Said:
    """A comment: who by place in protocol order, on which part, the words changed ("" for none), what is said."""

    who: int
    part: str
    old: str
    new: str
    body: str


FIRST_ROUND = (
    Said(0, "khoan-3", "đối ngoại. âng cao", "đối ngoại. Nâng cao", "Mất chữ N."),
    Said(1, "khoan-3", "đối ngoại. âng cao", "đối ngoại. Từng bước nâng cao", "Nên nói rõ lộ trình."),
    Said(2, "khoan-4", "chuyên đổi số", "chuyển đổi số", "Thiếu dấu hỏi."),
    Said(3, "mo-dau", "đầy mạnh", "đẩy mạnh", "Sai dấu thanh."),
    Said(4, "khoan-3", "không chế", "khống chế", "Sai dấu."),
    Said(0, "toan-van", "", "", "Đề nghị bổ sung nơi nhận."),
    Said(1, "ket", "", "", "Phần kết nên nêu thời hạn sơ kết."),
)
SECOND_ROUND = (
    Said(2, "khoan-6", "thi đua khen thưởng", "thi đua, khen thưởng", "Thêm dấu phẩy."),
    Said(3, "khoan-5", "toàn dân... phấn đấu", "toàn dân...; phấn đấu", "Tách hai ý."),
    Said(0, "khoan-2", "chỉ đạo điều hành", "chỉ đạo, điều hành", "Cách hai việc."),
)
THIRD_ROUND = (Said(1, "khoan-1", "", "", "Lần sau nên trích dẫn đủ trích yếu."),)
ROUNDS = ((FIRST_ROUND, {0, 1, 2}), (SECOND_ROUND, {2, 3}), (THIRD_ROUND, set[int]()))


def test_three_rounds_end_in_one_text_and_a_table_of_opinions(
    browser: Browser, product: RunningProduct, tmp_path: Path
) -> None:
    faults: list[str] = []
    coordinator = Visitor.arrive(browser, product, product.account(Role.COORDINATOR), width=DESK)
    coordinator.follow("Văn bản")
    coordinator.follow("Bản giao ước thi đua năm 2024")
    path = coordinator.page.url.removeprefix(product.url)
    for number, (comments, asking) in enumerate(ROUNDS, start=1):
        _submit(coordinator, path, number)
        for place, account in enumerate(product.representatives):
            mine = [said for said in comments if said.who == place]
            kind = CHANGE if place in asking else WITH_COMMENTS if mine else AGREE
            person = Visitor.arrive(browser, product, account, width=PHONE)
            # The last two agreed to the first text: they are shown what changed since.
            _answer_round(person, path, mine, kind, returning=number > 1 and place > 2)
            faults += person.leave()
        if number < len(ROUNDS):
            _reopen(coordinator, path, number + 1)
        _settle(coordinator, path)
    _look_at_table(coordinator, path, tmp_path)
    _open_signing(coordinator, path)
    for account in product.representatives:
        product.clock.forward(minutes=1)
        faults += _sign(browser, product, account, path, PHONE)
    assert product.work(finalise_due) == 1
    coordinator.open(path)
    pdf = _download(coordinator.page, "Tải văn bản hoàn chỉnh")

    assert [*faults, *coordinator.leave()] == []
    assert product.work(lambda: parts().validator.inspect(pdf)).finding is Finding.SOUND
    (tmp_path / "final.pdf").write_bytes(pdf)
    printed = raw_text(tmp_path / "final.pdf")
    for said in (*FIRST_ROUND, *SECOND_ROUND):
        assert not said.new or said.who == 1 or said.new in printed, said


def _submit(coordinator: Visitor, path: str, number: int) -> None:
    coordinator.open(path)
    coordinator.page.get_by_label("Hạn cho ý kiến").fill("17:00 13/5/2024")
    coordinator.press(f"Gửi lấy ý kiến lần {number}")
    expect(coordinator.page.get_by_role("status").first).to_contain_text("Đã gửi lấy ý kiến")


def _answer_round(person: Visitor, path: str, comments: list[Said], kind: str, *, returning: bool) -> None:
    """On a phone: read what changed, comment, answer."""
    person.open(path)
    if returning:
        expect(person.page.get_by_text("So với bản đã thống nhất").first).to_be_visible()
        assert person.page.locator(".sheet ins").count() > 0
    for said in comments:
        person.open(f"{path}/gop-y?phan={said.part}")
        if said.new:
            wording = person.page.get_by_label("Đề nghị sửa thành")
            before = wording.input_value()
            assert before.count(said.old) == 1
            wording.fill(before.replace(said.old, said.new))
        person.page.get_by_label("Nội dung góp ý").fill(said.body)
        person.press("Gửi góp ý")
        expect(person.page.get_by_role("status").first).to_contain_text("Đã gửi góp ý")
    person.open(path)
    person.page.get_by_role("link", name="Cho ý kiến", exact=True).click()
    person.page.locator(".verdict__form").get_by_text(kind, exact=True).click()
    person.press("Gửi ý kiến")
    expect(person.page.get_by_role("status").first).to_contain_text("Đã ghi nhận ý kiến")


def _reopen(coordinator: Visitor, path: str, number: int) -> None:
    coordinator.open(path)
    coordinator.page.get_by_text(f"Mở lại để sửa (lần {number})").click()
    coordinator.page.get_by_role("textbox", name="Lý do").first.fill("Tiếp thu ý kiến các cơ quan.")
    coordinator.press("Mở lại để sửa")


def _settle(coordinator: Visitor, path: str) -> None:
    """Take every suggestion that can be taken, the first of two against each other; explain the rest."""
    page = coordinator.page
    coordinator.open(f"{path}/tiep-thu")
    while (take := page.get_by_role("button", name="Tiếp thu vào dự thảo").first).count():
        with page.expect_navigation():
            take.click()
        expect(page.get_by_role("status").first).to_contain_text("Đã đưa đề nghị vào dự thảo")
        coordinator.look()
        if page.locator(".work-item--waits").get_by_role("button", name="Tiếp thu vào dự thảo").count() == 0:
            break
    while page.locator(".work-item--waits").count():
        waiting = page.locator(".work-item--waits").first
        form = waiting.locator("form.work-answer")
        if not form.is_visible():
            waiting.locator("summary").filter(has_text="Trả lời").click()
        form.get_by_text("Giải trình", exact=True).click()
        form.get_by_label("Nội dung trả lời").fill("Đã có ở kế hoạch năm; xin giữ câu chữ chung.")
        with page.expect_navigation():
            form.get_by_role("button", name="Ghi câu trả lời").click()
        expect(page.get_by_role("status").first).to_contain_text("Đã ghi câu trả lời")
    coordinator.look()


def _look_at_table(coordinator: Visitor, path: str, folder: Path) -> None:
    coordinator.open(f"{path}/tong-hop-y-kien?vong=tat-ca")
    page = coordinator.page
    (folder / "table.pdf").write_bytes(_download(page, "PDF"))
    printed = raw_text(folder / "table.pdf")
    document = docx.Document(io.BytesIO(_download(page, "Word")))
    cells = " ".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    shown = page.locator("main").inner_text()
    for said in (*FIRST_ROUND, *SECOND_ROUND, *THIRD_ROUND):
        words = said.body
        assert words in " ".join(shown.split()), words
        assert words in printed, words
        assert words in " ".join(cells.split()), words
    assert "BẢNG TỔNG HỢP, TIẾP THU, GIẢI TRÌNH Ý KIẾN" in printed


def _download(page: Page, link: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=link).first.click()
    return Path(download.value.path()).read_bytes()
