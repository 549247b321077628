"""What every stored pledge text must be, however it was typed: checked before it is saved or sent out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from approval.domain.agency_names import name_key
from approval.domain.clause_paragraphs import MOST_CLAUSES
from approval.domain.date_line import is_possible
from approval.domain.errors import InvalidInputError
from approval.domain.hidden_characters import refuse_hidden
from approval.domain.party_blocks import FEWEST_PARTIES, MOST_PARTIES
from approval.domain.pledge_text import PledgeText

# About a hundred pages, far above any pledge: what pages, comparisons and previews of a text cost must stay bounded.
LONGEST_TEXT = 400_000
TEXT_TOO_LONG = (
    "Văn bản quá dài (trên 400 kB, khoảng 100 trang); hãy rút gọn.",
    "The text is too long (over 400 kB, about 100 pages); shorten it.",
)
LONGEST_PLACE, LONGEST_TITLE, LONGEST_SUBJECT, LONGEST_NAME = 100, 300, 500, 300


@dataclass(frozen=True, slots=True)
class TextLine:
    """One printed passage: the form's field it was typed in, what people call that part, and its words."""

    field: str
    label: str
    words: str


def check_pledge_text(text: PledgeText) -> None:
    """Raise InvalidInputError, with `field` naming the part, for a text that could not be printed or agreed on."""
    _check_lines(text)
    _check_date(text)
    _check_clauses(text)
    _check_parties(text)
    if len(text.canonical_bytes()) > LONGEST_TEXT:
        raise InvalidInputError("text_too_long", *TEXT_TOO_LONG)


def _check_lines(text: PledgeText) -> None:
    for field, label, line, longest in (
        ("place", "địa danh", text.place, LONGEST_PLACE),
        ("title", "tên văn bản", text.title, LONGEST_TITLE),
        ("subject", "tên khối thi đua", text.subject, LONGEST_SUBJECT),
    ):
        if not line:
            raise _missing(field, label)
        if len(line) > longest:
            raise _too_long(field, label, longest)
    for passage in text_lines(text):
        _check_line(passage)


def text_lines(text: PledgeText) -> Iterator[TextLine]:
    """Every passage that people read, in the order of the page."""
    yield TextLine("place", "địa danh", text.place)
    yield TextLine("title", "tên văn bản", text.title)
    yield TextLine("subject", "tên khối thi đua", text.subject)
    yield from (TextLine("preamble", "phần mở đầu", words) for words in text.preamble)
    for clause in text.clauses:
        yield from (TextLine(f"clause-{clause.number}", f"khoản {clause.number}", words) for words in clause.paragraphs)
    yield from (TextLine("closing", "phần kết", words) for words in text.closing)
    for position, party in enumerate(text.parties, start=1):
        yield from (TextLine("parties", f"khối ký thứ {position}", words) for words in (party.agency, party.heading))


def _check_line(line: TextLine) -> None:
    """Only what the hash and the printed page can hold: composed, all to be seen, one line, no empty paragraph."""
    if line.words != line.words.strip() or not line.words:
        raise InvalidInputError(
            "blank_paragraph",
            f"Ở {line.label} có đoạn trống hoặc thừa dấu cách ở đầu, cuối đoạn; hãy xóa phần thừa rồi lưu lại.",
            f"A paragraph in {line.field} is empty or has spaces at its ends; remove them and save again.",
            field=line.field,
        )
    refuse_hidden(line.words, field=line.field, label=line.label)
    if not unicodedata.is_normalized("NFC", line.words):
        raise InvalidInputError(
            "strange_characters",
            f"Ở {line.label} có ký tự chưa dựng sẵn; hãy gõ lại đoạn này bằng bàn phím Unicode.",
            f"There are decomposed characters in {line.field}; type this paragraph again.",
            field=line.field,
        )


def _check_date(text: PledgeText) -> None:
    if not is_possible(text.date):
        raise InvalidInputError(
            "impossible_date",
            "Ngày tháng năm ghi trong văn bản không có thật; hãy sửa lại hoặc để trống.",
            "The date in the text does not exist; correct it or leave it blank.",
            field="date",
        )


def _check_clauses(text: PledgeText) -> None:
    numbers = [clause.number for clause in text.clauses]
    if not numbers or numbers != list(range(1, len(numbers) + 1)) or len(numbers) > MOST_CLAUSES:
        raise InvalidInputError(
            "clause_numbers",
            f"Các khoản phải đánh số liên tục từ 1 và không quá {MOST_CLAUSES} khoản.",
            f"Clauses must be numbered 1, 2, 3 … without gap, {MOST_CLAUSES} at most.",
            field="clauses",
        )
    for clause in text.clauses:
        if not clause.paragraphs:
            raise _missing(f"clause-{clause.number}", f"nội dung khoản {clause.number}")


def _check_parties(text: PledgeText) -> None:
    if not FEWEST_PARTIES <= len(text.parties) <= MOST_PARTIES:
        raise InvalidInputError(
            "party_count",
            f"Bản giao ước cần từ {FEWEST_PARTIES} đến {MOST_PARTIES} cơ quan ký.",
            f"A pledge needs {FEWEST_PARTIES} to {MOST_PARTIES} parties.",
            field="parties",
        )
    if len({name_key(party.agency) for party in text.parties}) < len(text.parties):
        raise InvalidInputError(
            "agency_twice",
            "Có cơ quan được nêu hai lần ở phần ký; hãy bỏ một khối.",
            "An agency is named twice among the signature blocks; remove one.",
            field="parties",
        )
    for party in text.parties:
        if max(len(party.agency), len(party.heading)) > LONGEST_NAME:
            raise _too_long("parties", "tên cơ quan", LONGEST_NAME)


def _missing(field: str, label: str) -> InvalidInputError:
    return InvalidInputError(
        "part_missing", f"Còn thiếu {label}; hãy điền rồi lưu lại.", f"The {field} is missing; fill it in.", field=field
    )


def _too_long(field: str, label: str, longest: int) -> InvalidInputError:
    return InvalidInputError(
        "part_too_long",
        f"Phần {label} dài quá {longest} ký tự; hãy rút gọn.",
        f"The {field} is longer than {longest} characters; shorten it.",
        field=field,
    )
