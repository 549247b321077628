"""Rule Y03: anniversaries and reviews "after so many years", which are right in one year only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from approval.domain.proof_finding import Passage
from approval.domain.year_move import YearMove
from approval.domain.year_reading import Reading, stale

ROUND = 5
"""Great anniversaries are kept in years that end in 0 or 5."""

_DAY = r"\d{1,2}[/.-]\d{1,2}[/.-]"
_NAME = rf"(?: (?!(?:và )?\d+ |\(?{_DAY}\d)[^\s;,.()“”]*[^\s\d;,.()“”–-][^\s;,.()“”]*){{1,16}}"
# "(07/5/1954 - 07/5/2024)", "22/12/1944", "(1954 - 2024)"; a name with a comma in it only before a bracket.
_SINCE = (
    rf"(?:(?:(?:,[^;.()“”\d]{{1,80}})? ?\(| |, )(?:{_DAY})?(?P<since>1\d{{3}}|20\d{{2}})"
    rf"(?: ?[-–] ?(?:{_DAY})?(?P<kept>20\d{{2}}))?\)?)?"
)
_EVENT = (
    r"(?= (?:[Nn]gày (?!càng|đêm|một)|[Cc]hiến (?:thắng|dịch)|[Cc]ách mạng|[Gg]iải phóng|[Tt]hành lập|[Tt]ái lập"
    r"|[Qq]uốc khánh|[Kk]hởi nghĩa|[Tt]oàn quốc kháng chiến|[Tt]hống nhất đất nước))"
)
_ANNIVERSARY = re.compile(
    rf"(?:[Kk][ỷỉ] niệm (?P<nth>lần thứ )?(?P<count>\d{{1,4}})(?(nth)(?: năm)?| năm)"
    rf"|(?<!\d)(?P<listed>\d{{1,4}}) năm{_EVENT}){_NAME}{_SINCE}"
)
_REVIEW = re.compile(r"(?P<act>[Ss]ơ kết|[Tt]ổng kết) (?P<count>\d{1,2}) năm(?! 20\d{2})")


def anniversaries(passage: Passage, move: YearMove) -> Iterator[Reading]:
    """Each "kỷ niệm 70 năm …", each "80 năm Ngày …" of a list, and each "tổng kết 10 năm …".

    A founding year, where the text gives one, settles the count.
    """
    for match in _ANNIVERSARY.finditer(passage.text):
        yield _judge(passage, match, move)
    for match in _REVIEW.finditer(passage.text):
        vi = f"Đây là việc của năm {move.old}; xem năm {move.new} có việc này không."
        yield stale(passage, match, "Y03", vi)


def _judge(passage: Passage, match: re.Match[str], move: YearMove) -> Reading:
    written = int(match["count"] or match["listed"])
    since, kept = (int(match[name]) if match[name] else None for name in ("since", "kept"))
    year = kept or move.old
    count = written if since is None else year - since
    now = count + move.new - year
    slip = "" if count == written else f"Bản trước ghi {written} năm, nhưng từ {since} đến {year} là {count} năm. "
    if count % ROUND == 0 and now % ROUND:
        vi = (
            f"{slip}Năm {move.new} là {now} năm, năm nay không phải năm tròn hay năm lẻ {ROUND}; "
            f"bỏ, hoặc thay bằng ngày kỷ niệm của năm {move.new}."
        )
        return stale(passage, match, "Y03", vi)
    vi = f"{slip}Số năm này tính cho năm {year}; đến năm {move.new} là {now} năm."
    return stale(passage, match, "Y03", vi, _moved(match, now, move))


def _moved(match: re.Match[str], now: int, move: YearMove) -> str:
    """The same words with this year's count and, where there is one, this year's end."""
    text = match.string
    start, end = match.span("count" if match["count"] else "listed")
    moved = f"{text[match.start() : start]}{now}"
    if match["kept"]:
        last, behind = match.span("kept")
        return f"{moved}{text[end:last]}{move.new}{text[behind : match.end()]}"
    return f"{moved}{text[end : match.end()]}"
