"""One person at one browser, doing what a person does. Every kind of page crossed is checked by axe."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, expect

from approval.services.seed_embedded import SeedAccount
from tests.browser.conftest import RunningProduct

GRAVE = frozenset({"serious", "critical"})
# Every rule is tried; of what passed, which nobody reads, axe need not write a selector and a copy for each element.
# With preloading it would ask for the style sheets once more by script, which our pages rightly forbid.
_AXE_OPTIONS = {"preload": False, "resultTypes": ["violations"]}
# Not before the fonts are there: with them lines break elsewhere, and a page may become wider than the window.
_WIDTH_AND_HEADINGS = """document.fonts.ready.then(
    () => [innerWidth, ...Array.from(document.querySelectorAll("h1, h2"), heading => heading.innerText)]
)"""
# Pages that axe has judged in this process: a page of the same words tells nothing new in the next test.
_JUDGED: set[tuple[object, ...]] = set()


@dataclass
class Visitor:
    """A signed-in person's window."""

    product: RunningProduct
    account: SeedAccount
    page: Page
    faults: list[str] = field(default_factory=list)

    @classmethod
    def arrive(cls, browser: Browser, product: RunningProduct, account: SeedAccount, *, width: int) -> Visitor:
        """Open the sign-in page in a fresh browser and sign in. Scripts stay on for axe; these pages have none."""
        context = browser.new_context(viewport={"width": width, "height": 800}, locale="vi-VN")
        visitor = cls(product, account, context.new_page())
        visitor.listen()
        visitor.page.goto(f"{product.url}/dang-nhap")
        visitor.look()
        visitor.page.get_by_label("Thư điện tử").fill(account.email)
        visitor.page.get_by_label("Mật khẩu").fill(account.password)
        visitor.press("Đăng nhập")
        expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Việc cần xử lý")
        return visitor

    def listen(self) -> None:
        """Remember what the browser itself complains of: broken scripts, refused styles and pictures, missing files."""
        self.page.on("pageerror", lambda error: self.faults.append(f"{self._where()}: {error}"))
        self.page.on("console", self._note_complaint)

    def _note_complaint(self, line: ConsoleMessage) -> None:
        # That the page itself was refused (404, 422 …) is the test's own doing.
        if line.type == "error" and line.location.get("url") != self.page.url:
            self.faults.append(f"{self._where()}: {line.text}")

    def look(self) -> None:
        """Remember grave faults that axe finds, and sideways scrolling; each kind of page once a role, width and state.

        A pledge keeps its address for life, so what its headings say tells its states apart.
        """
        kind = re.sub(r"[0-9a-f-]{36}", "<id>", self.page.url)
        seen = (kind, self.account.role, *self.page.evaluate(_WIDTH_AND_HEADINGS))
        if seen in _JUDGED:
            return
        _JUDGED.add(seen)
        try:
            self._judge()
        except Error as error:
            if "context was destroyed" not in str(error):
                raise
            # A page that waits for the worker calls itself anew; axe had not finished with it.
            self.page.wait_for_load_state()
            self._judge()

    def _judge(self) -> None:
        found = Axe().run(self.page, options=_AXE_OPTIONS).response["violations"]
        overflow = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        self.faults += [f"{self._where()}: {item['id']} ({item['help']})" for item in found if item["impact"] in GRAVE]
        if overflow > 1:
            self.faults.append(f"{self._where()}: page is {overflow} px wider than the window")

    def _where(self) -> str:
        return self.page.url.rpartition("/")[2]

    def press(self, name: str) -> None:
        """Press a button and look at where it led."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name).click()
        self.look()

    def press_in(self, part: Locator, name: str) -> None:
        """Press a button of one part of the page and look at where it led."""
        with self.page.expect_navigation():
            part.get_by_role("button", name=name).click()
        self.look()

    def follow(self, name: str) -> None:
        """Follow a link and look."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name).first.click()
        self.look()

    def open(self, path: str) -> None:
        """Open a page of the product by its address, as from a mail."""
        address = f"{self.product.url}{path}"
        try:
            self.page.goto(address)
        except Error as error:
            if "ERR_ABORTED" not in str(error):
                raise
            # A page that waits for the worker called itself anew at this very moment.
            self.page.goto(address)
        self.look()

    def leave(self) -> list[str]:
        """Close the window; gives the faults seen."""
        self.page.context.close()
        return self.faults
