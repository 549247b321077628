"""Every kind of letter as a mail server received it: read by Python's own parser and shown by a phone's browser."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar, Event
from playwright.sync_api import Browser

from tests.factories.every_letter import Spring
from tests.factories.reminder_acts import SUPERIOR
from tests.factories.signing_house import MAY_15, MovingClock, make_house
from tests.servers.smtp import SmtpSink

KINDS = len(list((Path(__file__).parents[2] / "templates" / "email").glob("*.letter")))
INVITATIONS = {"ĐỀ NGHỊ GÓP Ý", "VĂN BẢN ĐÃ THAY ĐỔI", "MỜI KÝ SỐ"}
REMINDERS = {"NHẮC VIỆC", "SẮP HẾT HẠN", "HÔM NAY HẾT HẠN", "NHẮC QUÁ HẠN", "THƯ KÝ KHỐI NHẮC"}
ASKING = INVITATIONS | REMINDERS | {"ĐỔI THỜI HẠN", "NHẮC 02 VIỆC", "GIAO NGƯỜI ĐẠI DIỆN"}
ENDING, RELIEVED = {"ĐÃ HỦY", "TỪ CHỐI KÝ"}, "THÔI ĐẠI DIỆN"
ESCALATION = "BÁO CÁO VIỆC QUÁ HẠN"
DEADLINE = re.compile(r"\d\d:\d\d \d\d/\d{1,2}/2024 \(thứ (Hai|Ba|Tư|Năm|Sáu), \+07:00\)")
Letters = dict[str, list[EmailMessage]]


@pytest.fixture
def spring(app_factory: Callable[..., Flask], sqlite_url: str, smtp_sink: SmtpSink) -> Spring:
    clock = MovingClock(MAY_15.replace(day=6))
    app = app_factory(clock=clock, database_url=sqlite_url, smtp_port=smtp_sink.port)
    return Spring(app, make_house(app, agencies=3), clock, smtp_sink)


def test_every_letter_that_leaves_is_one_an_office_can_read(spring: Spring, browser: Browser) -> None:
    letters: Letters = defaultdict(list)
    # In a thread of its own: the browser driver keeps an event loop in this one, in which nothing could be signed.
    with ThreadPoolExecutor(1) as pool:
        mails = pool.submit(spring.mails).result()
    for mail in mails:
        letters[text_of(mail).partition("\n")[0].partition(",")[0]].append(mail)
    assert len(letters) == KINDS, sorted(letters)
    _check_headers(letters)
    _check_words(letters)
    _check_threads(letters)
    _check_copies(letters)
    _check_calendars(letters)
    _check_on_a_phone(letters, browser)


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def first_words(mail: EmailMessage) -> str:
    """The first sentence after the form of address."""
    return " ".join(text_of(mail).partition(",\n\n")[2].partition(".")[0].split())


def _check_headers(letters: Letters) -> None:
    mails = [mail for found in letters.values() for mail in found]
    assert len({str(mail["Message-ID"]) for mail in mails}) == len(mails)
    for mail in mails:
        assert mail.defects == []
        assert all(not value.defects for value in mail.values())
        assert mail["Auto-Submitted"] == "auto-generated"
        assert str(mail["Date"]).endswith("+0700")
        assert re.match(r"\[(Khối thử nghiệm|localhost)\] \w", str(mail["Subject"]))
    subjects = [re.sub(r"\(.*|\d", "", str(found[0]["Subject"])) for found in letters.values()]
    assert len(set(subjects)) == len({first_words(found[0]) for found in letters.values()}) == KINDS


def _check_words(letters: Letters) -> None:
    for kind, mail in ((kind, mail) for kind, found in letters.items() for mail in found):
        text = text_of(mail)
        assert re.search(r"^Kính gửi: .+,$", text, re.MULTILINE)
        assert "Trân trọng./." in text
        assert bool(DEADLINE.search(text)) == (kind in ASKING or kind == ESCALATION), kind
        # Which page, and which mail it was: nothing that signs in or acts.
        page = r"http://localhost/(van-ban/[0-9a-f-]{36}(/ky)?|viec-can-xu-ly|ho-so)"
        mark = str(mail["Message-ID"])[1:33]
        expected = "" if kind == ESCALATION else rf"{page}(\?thu={mark})?"
        assert re.fullmatch(expected, "".join(re.findall(r"http\S+", text))), kind


def _check_threads(letters: Letters) -> None:
    """A reminder stands below the invitation that the same person got."""
    invited = {str(mail["Message-ID"]): str(mail["To"]) for kind in INVITATIONS for mail in letters[kind]}
    for mail in (mail for kind in REMINDERS | ENDING | {"ĐỔI THỜI HẠN"} for mail in letters[kind]):
        parent = str(mail["In-Reply-To"])
        if str(mail["To"]).startswith("Thư ký Khối"):
            assert parent not in invited
        else:
            assert invited[parent] == str(mail["To"])
            assert str(mail["References"]).split()[1] == parent


def _check_copies(letters: Letters) -> None:
    for kind, mail in ((kind, mail) for kind, found in letters.items() for mail in found):
        late = kind == "NHẮC QUÁ HẠN" or (kind == "NHẮC 02 VIỆC" and "đã quá hạn" in mail["Subject"])
        copied = [one.addr_spec for one in mail["Cc"].addresses] if mail["Cc"] else []
        assert [address.partition("-")[0] for address in copied] == (["coordinator"] if late else [])
        assert str(mail["X-Envelope-To"]).split(", ") == [mail["To"].addresses[0].addr_spec, *copied]
    assert {mail["To"].addresses[0].addr_spec for mail in letters[ESCALATION]} == {SUPERIOR}


def _check_calendars(letters: Letters) -> None:
    """Every entry is said again with a number that never falls, and taken away at the end."""
    said: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for kind, mail in ((kind, mail) for kind, found in letters.items() for mail in found):
        entries = _entries(mail)
        ended = kind in ENDING | {RELIEVED} and "representative" in str(mail["To"])
        assert bool(entries) == (kind in ASKING or ended), kind
        for method, event in entries:
            assert method == ("CANCEL" if ended else "PUBLISH")
            said[event["UID"]].append((str(mail["Date"].datetime), {**event, "method": method}))
    for entries_of_one in said.values():
        entries_of_one.sort(key=lambda one: (one[0], one[1]["SEQUENCE"]))
        numbers = [event["SEQUENCE"] for _at, event in entries_of_one]
        assert numbers == sorted(numbers)
    moved = [event for mail in letters["ĐỔI THỜI HẠN"] for _method, event in _entries(mail)]
    assert all(event["SEQUENCE"] > min(one["SEQUENCE"] for _at, one in said[event["UID"]]) for event in moved)


def _entries(mail: EmailMessage) -> list[tuple[str, dict[str, Any]]]:
    files = [one.get_payload(decode=True) for one in mail.iter_attachments() if one.get_filename() == "han.ics"]
    found = []
    for calendar in (Calendar.from_ical(raw) for raw in files if isinstance(raw, bytes)):
        assert isinstance(calendar, Calendar)
        events = [event for event in calendar.walk("VEVENT") if isinstance(event, Event)]
        assert all(not event.errors for event in events)
        found += [(str(calendar["METHOD"]), dict(event)) for event in events]
    return found


def _check_on_a_phone(letters: Letters, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for kind, (mail, *_) in letters.items():
        page.set_content(text_of(mail, "html"))
        shown = " ".join(page.inner_text("body").split())
        assert first_words(mail) in shown
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, kind
        assert page.locator("a").count() == (0 if kind == ESCALATION else 1)
    assert asked == []
    page.close()
