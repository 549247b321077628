"""The story of the real pledge, told over HTTP by six people: from the file to the sealed document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from approval.cli.demo_mailbox import DemoMailbox
from approval.cli.form_browser import Form, FormBrowser, Page, PageError
from approval.domain.states import Role
from approval.services.seed_embedded import STARTER_FILE, SeedAccount

Tell = Callable[[str], None]

# field of the editor, as printed in the draft, as it should be
CORRECTIONS = (
    ("preamble", "tổ chức đầy mạnh phong trào", "tổ chức đẩy mạnh phong trào"),
    ("clause", "đối ngoại. âng cao chất lượng", "đối ngoại. Nâng cao chất lượng"),
    ("clause", "kịp thời không chế", "kịp thời khống chế"),
    ("clause", "tăng cường chuyên đổi số", "tăng cường chuyển đổi số"),
)
_REQUESTS = {
    "Sở Y tế": "Khoản 3: “âng cao” thiếu chữ N; “kịp thời không chế” sửa thành “kịp thời khống chế”.",
    "Sở Văn hóa, Thể thao và Du lịch": "Mở đầu: “đầy mạnh” sửa thành “đẩy mạnh”. "
    "Khoản 4: “chuyên đổi số” sửa thành “chuyển đổi số”.",
}
OPINIONS_FILE = "y-kien.pdf"
_ANSWER = "Tiếp thu, đã sửa các lỗi chữ này trong dự thảo lần 2."
# Another order than the printed one, as in life.
SIGNING_ORDER = (
    "Sở Y tế",
    "Sở Ngoại vụ",
    "Sở Lao động - Thương binh và Xã hội",
    "Sở Văn hóa, Thể thao và Du lịch",
    "Bảo hiểm xã hội tỉnh",
)


class Story:
    """The people with their browsers, and the pledge they work on."""

    def __init__(self, base_url: str, accounts: tuple[SeedAccount, ...], mailbox: DemoMailbox, tell: Tell) -> None:
        self._tell = tell
        self._mailbox = mailbox
        self._mails = 0
        people = [_Person(base_url, account) for account in accounts]
        self._coordinator = next(one for one in people if one.account.role is Role.COORDINATOR)
        self._observer = next(one for one in people if one.account.role is Role.OBSERVER)
        self._parties = {one.account.agency or "": one for one in people if one.account.role is Role.REPRESENTATIVE}
        self._pledge = ""

    def play(self, target: Path) -> None:
        """Tell the whole story; the finished document ends in `target`, the table of opinions beside it.

        Raises PageError where it goes wrong.
        """
        self._everybody_signs_in()
        self._import()
        self._submit(1)
        self._answer_first_round()
        self._correct()
        self._answer_comments()
        self._submit(2)
        self._all_agree()
        self._open_signing()
        self._everybody_signs()
        self._wait_for_mails(2 + len(self._parties))
        target.write_bytes(self._download())
        opinions = self._observer.browser.open(self._pledge + "/tep/y-kien.pdf").body
        (target.parent / OPINIONS_FILE).write_bytes(opinions)

    def _everybody_signs_in(self) -> None:
        people = (self._coordinator, self._observer, *self._parties.values())
        for person in people:
            person.sign_in()
        self._tell(f"{len(people)} người đăng nhập")

    def _import(self) -> None:
        browser = self._coordinator.browser
        form = browser.open("/van-ban/nhap").form("/van-ban/nhap")
        page = browser.send_file(form, field="file", filename=STARTER_FILE.name, content=STARTER_FILE.read_bytes())
        self._pledge = page.url.partition("#")[0].partition("?")[0]
        self._tell("Thư ký nhập bản dự thảo năm 2024 từ tệp")

    def _submit(self, round_number: int) -> None:
        _send(self._coordinator, self._pledge, "/gui-lay-y-kien")
        self._tell(f"Thư ký gửi lấy ý kiến lần {round_number}")
        self._wait_for_mails(len(self._parties))

    def _answer_first_round(self) -> None:
        for agency, person in self._parties.items():
            comment = _REQUESTS.get(agency, "")
            kind = "request_changes" if comment else "agree"
            _send(person, self._link(person), "/y-kien", kind=kind, comment=comment)
            self._tell(f"{person.name}: {'đề nghị sửa' if comment else 'thống nhất'}")

    def _correct(self) -> None:
        _send(self._coordinator, self._pledge, "/sua-lai", reason="Tiếp thu đề nghị sửa bốn lỗi chữ của hai cơ quan.")
        browser = self._coordinator.browser
        form = browser.open(self._pledge + "/soan-thao").form("/soan-thao")
        for field, wrong, right in CORRECTIONS:
            form = form.replaced(field, wrong, right)
        browser.send(form.filled({"do": "save"}))
        self._tell(f"Thư ký mở lại dự thảo và sửa {len(CORRECTIONS)} lỗi chữ")

    def _answer_comments(self) -> None:
        """Every comment gets its answer before the next round; until then the next round cannot be sent."""
        browser = self._coordinator.browser
        answered = 0
        while (page := browser.open(self._pledge + "/tiep-thu?chua=1")).has_form("/tra-loi"):
            browser.send(page.form("/tra-loi").filled({"kind": "accepted", "words": _ANSWER}))
            answered += 1
        self._tell(f"Thư ký trả lời {answered} góp ý")

    def _all_agree(self) -> None:
        for person in self._parties.values():
            _send(person, self._link(person), "/y-kien", kind="agree", comment="")
        self._tell(f"{len(self._parties)} cơ quan thống nhất bản lần 2")

    def _open_signing(self) -> None:
        _send(self._coordinator, self._pledge + "/mo-ky", "/mo-ky", date_choice="fill")
        self._tell("Thư ký khóa nội dung và mở ký; ngày để trống chờ chữ ký cuối")
        self._wait_for_mails(len(self._parties))

    def _everybody_signs(self) -> None:
        for agency in SIGNING_ORDER:
            person = self._parties[agency]
            _send(person, self._link(person), "/ky", consent="yes", pin=person.account.pin or "")
            self._tell(f"{person.name} ký số")

    def _download(self) -> bytes:
        """The final file as the observer gets it; nobody is offered one before it is sealed."""
        page = self._observer.browser.open(self._link(self._observer))
        self._tell("Tiến trình nền điền ngày, niêm phong và ban hành")
        self._observer.browser.open(self._pledge + "/nhat-ky")
        pdf = self._observer.browser.open(page.url.partition("?")[0] + "/tep/hoan-chinh.pdf").body
        self._tell(f"Người theo dõi đọc nhật ký và tải bản chính thức ({len(pdf) // 1024} kB)")
        return pdf

    def _wait_for_mails(self, more: int) -> None:
        self._mails += more
        self._mailbox.wait_for(self._mails)
        self._tell(f"{more} thư đã đến")

    def _link(self, person: _Person) -> str:
        """Where the person's newest mail leads: people act from their mail."""
        return self._mailbox.latest_link(person.account.email)


class _Person:
    """One account and its browser."""

    def __init__(self, base_url: str, account: SeedAccount) -> None:
        self.account = account
        self.name = account.display_name
        self.browser = FormBrowser(base_url)

    def sign_in(self) -> None:
        form: Form = self.browser.open("/dang-nhap").form("/dang-nhap")
        page = self.browser.send(form.filled({"email": self.account.email, "password": self.account.password}))
        if page.url.endswith("/dang-nhap"):
            raise PageError(f"{self.name} could not sign in")


def _send(person: _Person, page: str, form: str, **values: str) -> Page:
    return person.browser.send(person.browser.open(page).form(form).filled(values))
