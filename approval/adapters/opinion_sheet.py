"""The table of opinions in words: one content for the page, the PDF and the Word file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from approval.adapters.clock import VIETNAM
from approval.adapters.pledge_print import bloc_header
from approval.domain.date_line import DatePart, date_part_text
from approval.domain.opinion_table import Opinion, OpinionTable, Rest, RoundOpinions
from approval.domain.spoken_title import spoken_title
from approval.domain.states import AnswerKind

SHEET_TITLE = "BẢNG TỔNG HỢP, TIẾP THU, GIẢI TRÌNH Ý KIẾN"
COLUMNS = (
    "TT",
    "Cơ quan góp ý",
    "Điều, khoản",
    "Nội dung góp ý",
    "Kết quả",
    "Nội dung tiếp thu, giải trình",
    "Nơi thể hiện",
)
ANSWER_WORDS = {
    AnswerKind.ACCEPTED: "Tiếp thu",
    AnswerKind.PARTLY_ACCEPTED: "Tiếp thu một phần",
    AnswerKind.EXPLAINED: "Giải trình",
}
UNANSWERED_WORDS = "Chưa trả lời"
NO_OPINIONS = "Không có góp ý nào trong lần này."
# Characters of one cell that fill about a third of a page.
_LONGEST_UNDIVIDED = 400
_REST_WORDS = {
    Rest.AGREED: "Thống nhất, không có ý kiến",
    Rest.WITHDRAWN: "Đã cho ý kiến, góp ý đã rút",
    Rest.UNDECIDED: "Có góp ý, chưa cho ý kiến chung",
    Rest.SILENT: "Không có ý kiến (quá hạn)",
    Rest.WAITING: "Chưa có ý kiến, còn trong hạn",
}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of the table; `opinion` and `words` are paragraphs without line breaks."""

    number: int
    agency: str
    part: str
    opinion: tuple[str, ...]
    result: str
    words: tuple[str, ...]
    place: str

    @property
    def cells(self) -> tuple[tuple[str, ...], ...]:
        """The paragraphs of every column, in the order of COLUMNS."""
        number, place = (str(self.number),), (self.place,)
        return (number, (self.agency,), (self.part,), self.opinion, (self.result,), self.words, place)

    @property
    def is_long(self) -> bool:
        """Whether the row may be divided between pages; a shorter one moves to the next page as a whole."""
        return max(sum(len(words) for words in cell) for cell in self.cells) > _LONGEST_UNDIVIDED


@dataclass(frozen=True, slots=True)
class SheetRound:
    """One round: heading, a sentence of figures, lines, and what is said of the other agencies below them."""

    heading: str
    figures: str
    rows: tuple[SheetRow, ...]
    rest: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class OpinionSheet:
    """What is printed: the pair of headings, place and day, title, what the table is about, the rounds, the data's
    hash.
    """

    superior: str
    bloc: str
    place: str
    day: dt.date
    about: str
    rounds: tuple[SheetRound, ...]
    data_sha256: str


def opinion_sheet(
    table: OpinionTable, rounds: Sequence[RoundOpinions], *, superior: str, bloc_name: str, place: str, day: dt.date
) -> OpinionSheet:
    """The words for some rounds of the table; `data_sha256` is the whole table's, whichever rounds are shown."""
    header = bloc_header(superior=superior, bloc_name=bloc_name, test_notice=False)
    return OpinionSheet(
        superior=header.parent,
        bloc=header.bloc,
        place=place,
        day=day,
        about=_about(table, rounds),
        rounds=tuple(_round(one) for one in rounds),
        data_sha256=table.sha256(),
    )


def _about(table: OpinionTable, rounds: Sequence[RoundOpinions]) -> str:
    title = spoken_title(table.title)
    words = f"Đối với dự thảo {title}"
    if len(rounds) == 1:
        return f"{words} – lấy ý kiến lần {rounds[0].round}"
    return f"{words} – {len(rounds):02d} lần lấy ý kiến" if rounds else words


def _round(one: RoundOpinions) -> SheetRound:
    return SheetRound(
        heading=_heading(one),
        figures=_figures(one),
        rows=tuple(_row(number, opinion) for number, opinion in enumerate(one.opinions, start=1)),
        rest=tuple((f"{_REST_WORDS[kind]} ({len(names):02d})", names) for kind, names in one.rest().items()),
    )


def _heading(one: RoundOpinions) -> str:
    deadline = "" if one.deadline is None else f", hạn {_moment(one.deadline)}"
    code = one.revision_sha256.upper()
    return (
        f"Lấy ý kiến lần {one.round}: bản lần {one.revision_number}, gửi {_moment(one.submitted_at)}{deadline}; "
        f"mã nội dung {code[:4]} {code[4:8]}"
    )


def _figures(one: RoundOpinions) -> str:
    asked = f"{len(one.respondents):02d} cơ quan được xin ý kiến"
    if not one.opinions:
        return f"{asked}; không có góp ý."
    kinds = [(ANSWER_WORDS[kind].lower(), count) for kind, count in one.answered_by_kind().items()]
    parts = [f"{words} {count:02d}" for words, count in (*kinds, ("chưa trả lời", one.unanswered)) if count]
    return f"{asked}; {one.commenting:02d} cơ quan có {len(one.opinions):02d} góp ý: {', '.join(parts)}."


def _row(number: int, opinion: Opinion) -> SheetRow:
    answer = opinion.answer
    return SheetRow(
        number=number,
        agency=opinion.agency,
        part=opinion.anchor.label,
        opinion=tuple(chain(_paragraphs(opinion.body), _about_words(opinion))),
        result=ANSWER_WORDS[answer.kind] if answer else UNANSWERED_WORDS,
        words=_answer_words(opinion),
        place=answer.place.label if answer and answer.place else "",
    )


def _answer_words(opinion: Opinion) -> tuple[str, ...]:
    answer = opinion.answer
    if answer is None:
        return ()
    taken = ("Đã đưa nguyên văn đề nghị vào dự thảo.",) if answer.taken else ()
    return (*_paragraphs(answer.words), *taken)


def _about_words(opinion: Opinion) -> Iterator[str]:
    """The words in question, and what is suggested for them."""
    quote = _one_line(opinion.quote)
    if opinion.replacement is None:
        yield from (f"Về đoạn: “{quote}”.",) if quote else ()
    elif opinion.replacement:
        yield f"Đề nghị sửa “{quote}” thành “{_one_line(opinion.replacement)}”."
    else:
        yield f"Đề nghị bỏ “{quote}”."


def _paragraphs(words: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in words.splitlines() if line.strip())


def _one_line(words: str) -> str:
    """Paragraphs of a part stand behind one another, told apart by a mark."""
    return " ¶ ".join(words.split("\n"))


def _moment(moment: dt.datetime) -> str:
    local = moment.astimezone(VIETNAM)
    day, month = date_part_text(DatePart.DAY, local.day), date_part_text(DatePart.MONTH, local.month)
    return f"{local:%H:%M} {day}/{month}/{local.year}"
