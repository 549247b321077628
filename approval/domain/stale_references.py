"""What in a pledge belongs to the year it was written for, when it is taken up again in a later one.

Y01 years and dates, Y02 periods that are over, Y03 anniversaries (`anniversaries.py`), Y04 congresses and terms, Y06
the year that was still ahead. Y05, about agencies, is in `next_year.py`. Nothing is ever changed here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from approval.domain.anniversaries import anniversaries
from approval.domain.date_line import is_possible
from approval.domain.pledge_text import DateLine
from approval.domain.proof_citations import cited_spans
from approval.domain.proof_finding import BODY, Part, Passage, ProofFinding
from approval.domain.year_move import YearMove
from approval.domain.year_reading import Reading, Rule, in_order, read_once, stale

_RANGE = r"(?<![\d/.-])(?P<start>(?:19|20)\d{2})(?P<dash> ?[-–] ?| đến (?:hết )?(?:năm )?)(?P<end>20\d{2})(?![\d/])"
_TERM = re.compile(rf"[Nn]hiệm kỳ \(?{_RANGE}")
_AWAITED = re.compile(
    r"(?:[Tt]iến tới|[Hh]ướng tới|[Cc]hào mừng|[Cc]huẩn bị(?: (?!đại hội)[^\s;,.]{1,30}){0,6}?)"
    r" [Đđ]ại hội(?: [^\s;,.()“”]{1,30}){0,12}"
)
_TERM_START = re.compile(r"nhiệm kỳ (\d{4})")
_PERIOD = re.compile(rf"(?:(?:[Gg]iai đoạn|[Tt]hời kỳ|[Nn]ăm học|từ năm) )?{_RANGE}")
_UNTIL = re.compile(r"(?:[Đđ]ến|[Tt]ới)(?P<whole> hết| cuối)?(?: năm)? (?P<year>20\d{2})(?![\d/.-]\d)")
_NUMBER_DATE = re.compile(
    r"(?:(?:[Nn]gày|[Tt]háng|[Qq]uý) )?(?<![\d/.-])"
    r"(?:(?P<day>\d{1,2})[/.-])?(?P<month>\d{1,2}|[IV]{1,3})[/.-](?P<year>20\d{2})(?![\d/])"
)
_COUNTED = r"người|hộ|tỷ|triệu|nghìn|đồng|lượt|trường hợp|cán bộ|học sinh|lao động|văn bản|km|ha|m2|tấn|%"
_YEAR = re.compile(rf"(?:[Nn]ăm |NĂM )?(?<![\d/.,-])(?P<year>20\d{{2}})(?![\d/]|[.,]\d| ?(?:{_COUNTED})\b)")
_END_OF_SENTENCE = re.compile(r";|\.[\s/]")
_LONGEST_TITLE = 500
"""Characters from the date of a cited document to the end of its title."""
_FIVE_YEARS = 4
"""Last year minus first year of a five-year plan."""


def stale_references(passages: tuple[Passage, ...], move: YearMove) -> Iterator[ProofFinding]:
    """Every reference that has gone stale between the two years, passage by passage; the date line is not looked at."""
    for passage in passages:
        if passage.part is not Part.DATE:
            yield from read_once(passage, move, _RULES)


def looked_ahead(passages: tuple[Passage, ...], move: YearMove) -> Iterator[ProofFinding]:
    """Y06: where the source speaks of the draft's own year as of one to come. Only for words not yet moved on."""
    for passage in passages:
        if passage.part in BODY:
            found = read_once(passage, move, (*_RULES, _ahead))
            yield from (finding for finding in found if finding.rule == "Y06")


def _cited(passage: Passage, _move: YearMove) -> Iterator[Reading]:
    yield from (Reading(*span) for span in cited_spans(passage.text))


def _congresses(passage: Passage, move: YearMove) -> Iterator[Reading]:
    """Y04: a congress the source looked forward to. One whose term begins in the draft's year or later may stay."""
    for match in _AWAITED.finditer(passage.text):
        term = _TERM_START.search(match.group())
        if term is None:
            vi = f"Bản trước hướng tới sự kiện này; kiểm tra đến năm {move.new} sự kiện đã diễn ra chưa."
            yield stale(passage, match, "Y04", vi)
        elif int(term[1]) < move.new:
            vi = f"Đại hội của nhiệm kỳ bắt đầu năm {term[1]} đã diễn ra trước năm {move.new}; sửa hoặc bỏ."
            yield stale(passage, match, "Y04", vi)
        else:
            yield in_order(match)


def _terms(passage: Passage, move: YearMove) -> Iterator[Reading]:
    for match in _TERM.finditer(passage.text):
        end = int(match["end"])
        if not move.old <= end <= move.new:
            yield in_order(match)
            continue
        when = "kết thúc trong năm" if end == move.new else "đã kết thúc năm"
        yield stale(passage, match, "Y04", f"Nhiệm kỳ này {when} {end}; kiểm tra nhiệm kỳ mới.")


def _periods(passage: Passage, move: YearMove) -> Iterator[Reading]:
    """Y02: a period that ended between the two years. What was over before is history and may stay."""
    for match in _PERIOD.finditer(passage.text):
        start, end = int(match["start"]), int(match["end"])
        follows = end - start == 1
        if not move.old - follows <= end < move.new:
            yield in_order(match)
            continue
        vi = f"Giai đoạn này kết thúc năm {end}, đã qua khi lập bản năm {move.new}."
        after = None if _in_title_of_document(passage, match) else _next_period(start, end, move)
        words = match.group()
        bare = words[: len(words) - (match.end() - match.start("start"))]
        yield stale(passage, match, "Y02", vi, f"{bare}{after[0]}{match['dash']}{after[1]}" if after else None)


def _next_period(start: int, end: int, move: YearMove) -> tuple[int, int] | None:
    if end - start == 1:
        return start + move.step, end + move.step
    if end - start == _FIVE_YEARS and end + 1 <= move.new:
        return end + 1, end + 1 + _FIVE_YEARS
    return None


def _deadlines(passage: Passage, move: YearMove) -> Iterator[Reading]:
    """Y02: "đến năm 2024", a goal whose year has come and gone."""
    for match in _UNTIL.finditer(passage.text):
        year = int(match["year"])
        if year >= move.new:
            yield in_order(match)
        elif year >= move.old:
            vi = f"Mốc này đã qua khi lập bản năm {move.new}."
            moved = move.moved(year) if match["whole"] else None
            yield stale(passage, match, "Y02", vi, _with_year(match, moved))


def _dates(passage: Passage, move: YearMove) -> Iterator[Reading]:
    """Y01: "30/11/2024", "tháng 6/2024", "quý I/2024"."""
    for match in _NUMBER_DATE.finditer(passage.text):
        year = int(match["year"])
        if move.is_past(year):
            moved = move.moved(year)
            day, month = match["day"], match["month"]
            if day and moved and not (month.isdigit() and is_possible(DateLine(int(day), int(month), moved))):
                moved = None
            vi = f"Mốc thời gian của năm {year}; kiểm tra lại cho năm {move.new}."
            yield stale(passage, match, "Y01", vi, _with_year(match, moved))
        else:
            yield in_order(match)


def _years(passage: Passage, move: YearMove) -> Iterator[Reading]:
    for match in _YEAR.finditer(passage.text):
        year = int(match["year"])
        if not move.is_past(year):
            continue
        if _in_title_of_document(passage, match):
            vi = f"Năm {year} đứng sau một văn bản được viện dẫn; tìm số, ngày văn bản mới rồi mới sửa năm."
            yield stale(passage, match, "Y01", vi)
        else:
            yield stale(passage, match, "Y01", _why(year, move), _with_year(match, move.moved(year)))


def _why(year: int, move: YearMove) -> str:
    if year == move.old:
        return f"Dự thảo này lập cho năm {move.new} mà chỗ này còn ghi năm {year}."
    if year < move.old:
        return f"Bản năm {move.old} nhắc năm liền trước; với bản năm {move.new}, năm liền trước là {move.new - 1}."
    return f"Năm {year} đã qua khi lập bản năm {move.new}."


def _ahead(passage: Passage, move: YearMove) -> Iterator[Reading]:
    for match in _YEAR.finditer(passage.text):
        if int(match["year"]) == move.new:
            vi = f"Khi lập bản năm {move.old}, năm {move.new} còn ở phía trước; xem lại câu này."
            yield stale(passage, match, "Y06", vi)


def _with_year(match: re.Match[str], year: int | None) -> str | None:
    """The match with another year at its end; None when no rule can tell which."""
    return None if year is None else f"{match.group()[: match.start('year') - match.start()]}{year}"


def _in_title_of_document(passage: Passage, match: re.Match[str]) -> bool:
    """Whether a document is cited before the match in the same sentence: its title is not ours to move on."""
    ends = _ends_of_citations(passage.text)
    before = bisect_right(ends, match.start())
    if before == 0 or match.start() - ends[before - 1] > _LONGEST_TITLE:
        return False
    return _END_OF_SENTENCE.search(passage.text, ends[before - 1], match.start()) is None


# One passage may hold thousands of years, and its citations are the same for all of them.
@lru_cache(maxsize=1)
def _ends_of_citations(text: str) -> tuple[int, ...]:
    return tuple(sorted(end for _, end in cited_spans(text)))


_RULES: tuple[Rule, ...] = (_cited, anniversaries, _congresses, _terms, _periods, _deadlines, _dates, _years)
