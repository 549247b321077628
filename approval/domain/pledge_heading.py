"""What stands above the body of a pledge: the date line, the title and the subject."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from approval.domain.date_line import is_possible, render_date_line
from approval.domain.import_errors import NotAPledgeError, refusal, shortened
from approval.domain.party_blocks import is_capitals
from approval.domain.pledge_text import DateLine
from approval.domain.text_findings import TextFinding, date_line_rewritten

_LONGEST_LINE = 300
# A blank is white space, dots or underscores to write on.
_BLANK = r"[\s._…]*"
# One blank before each number and one inside its group: two blanks side by side would backtrack for seconds.
_DATE = re.compile(
    rf"{_BLANK}(?:(?P<day>\d{{1,2}}){_BLANK})?"
    rf"tháng{_BLANK}(?:(?P<month>\d{{1,2}}){_BLANK})?"
    rf"năm{_BLANK}(?:(?P<year>\d{{4}}){_BLANK})?"
)


@dataclass(frozen=True, slots=True)
class DateHeading:
    """Place and date read from "Bắc Giang, ngày … tháng 5 năm 2024"."""

    place: str
    date: DateLine
    findings: tuple[TextFinding, ...]


def read_date_heading(line: str) -> DateHeading | None:
    """Reads the line of place and date; None when the line is something else.

    Raises NotAPledgeError (impossible_date) when the parts given are no day of the calendar.
    """
    if len(line) > _LONGEST_LINE:
        return None
    before, _, after = line.rpartition("ngày")
    place, comma, rest = before.rpartition(",")
    match = _DATE.fullmatch(after)
    if not (match and place.strip() and comma) or rest.strip():
        return None
    day, month, year = (int(part) if part else None for part in match.group("day", "month", "year"))
    date = DateLine(day, month, year)
    if not is_possible(date):
        raise refusal(
            "impossible_date",
            f"“{line}” không phải là một ngày có thật; hãy sửa hoặc để trống ngày.",
            f"“{line}” is not a day of the calendar; correct it or leave the day blank.",
        )
    place = place.strip()
    printed = render_date_line(place, date)
    return DateHeading(place, date, () if printed == line else (date_line_rewritten(line, printed),))


def read_title(paragraphs: list[tuple[str, ...]]) -> tuple[str, str]:
    """Takes title and subject off the front of `paragraphs`.

    The title is the capitals at the head of its paragraph (or its first line); the subject is the rest of that
    paragraph or else the next one. Raises NotAPledgeError (no_title, no_subject).
    """
    if not paragraphs or _is_sentence(paragraphs[0][-1]):
        raise no_title()
    lines = paragraphs.pop(0)
    title = _leading_capitals(lines) or lines[:1]
    subject = lines[len(title) :]
    if not subject and paragraphs and not _is_sentence(" ".join(paragraphs[0])):
        subject = paragraphs.pop(0)
    if not subject and len(title) > 1:
        title, subject = title[:-1], title[-1:]  # both in capitals: the last line is the subject
    if not subject:
        raise no_subject()
    return " ".join(title), " ".join(subject)


def _leading_capitals(lines: Sequence[str]) -> tuple[str, ...]:
    end = next((i for i, line in enumerate(lines) if not is_capitals(line)), len(lines))
    return tuple(lines[:end])


def _is_sentence(text: str) -> bool:
    """Titles are short and have no full stop; what is neither belongs to the body."""
    return len(text) > _LONGEST_LINE or text.endswith((".", ";", ":", ","))


def no_title() -> NotAPledgeError:
    """The refusal for a file without a title."""
    return _missing(
        "no_title",
        "tên văn bản ở một đoạn riêng (ví dụ “BẢN GIAO ƯỚC THI ĐUA NĂM 2024”)",
        "title in a paragraph of its own",
    )


def no_subject() -> NotAPledgeError:
    """The refusal for a title with nothing below it."""
    return _missing("no_subject", "trích yếu dưới tên văn bản (ví dụ “Khối thi đua …”)", "subject below the title")


def _missing(code: str, vi: str, en: str) -> NotAPledgeError:
    return refusal(code, f"Không thấy {vi}; hãy bổ sung rồi tải lại.", f"No {en} found; add it and try again.")


def no_date_line(first_words: str) -> NotAPledgeError:
    """The refusal for a file that has no line of place and date."""
    return refusal(
        "no_date_line",
        f"Không thấy dòng địa danh, ngày tháng, ví dụ “Bắc Giang, ngày … tháng 5 năm 2024” (tệp mở đầu bằng"
        f" “{shortened(first_words)}”).",
        f"No line of place and date such as “Bắc Giang, ngày … tháng 5 năm 2024” (the file starts with"
        f" “{shortened(first_words)}”).",
    )


def text_before_date_line(first_words: str) -> NotAPledgeError:
    """The refusal for text above the date line: it has no place in a pledge and may not be lost silently."""
    return refusal(
        "text_before_date_line",
        f"Trước dòng địa danh, ngày tháng còn “{shortened(first_words)}”; hãy bỏ phần này"
        " (Quốc hiệu và Tiêu ngữ được in tự động).",
        f"Before the line of place and date stands “{shortened(first_words)}”; remove it"
        " (the national heading is printed automatically).",
    )
