"""Any pledge there could be, and the many ways people write the same one down as Markdown or plain text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from random import Random

from hypothesis import strategies as st

from approval.domain.date_line import is_possible, render_date_line
from approval.domain.pledge_text import Clause, DateLine, DatePolicy, PartyBlock, PledgeText, to_nfc

_SENTENCE = (
    "thi đua yêu nước đẩy mạnh phong trào Nhân dân tỉnh văn hoá hòa quý kinh tế-xã hội 34-CT/TW 07/4/2014 (2021-2025), "
    "“Toàn dân nguồn... và 1.5 2024. a*b*c * ** _ __init__ #1 # <b>x</b> &amp; `mã` \\ [a](b) ~~ | > $x$ 100%"
)
WORDS = _SENTENCE.split()
FIELDS = ("Ngoại vụ", "Y tế", "Văn hóa, Thể thao và Du lịch", "Lao động - Thương binh và Xã hội", "Tài chính", "Nội vụ")
ENDS = (".", ";", ":", "!", "?", "...", ".”", "…", ".)")

lower_words = st.sampled_from(WORDS)


@st.composite
def paragraphs(draw: st.DrawFn, first: str = "Thi", end: str | None = None) -> str:
    """A whole sentence: starts with a capital, ends with an end mark, so that nothing joins it to a neighbour."""
    words = draw(st.lists(lower_words, max_size=12))
    return to_nfc(" ".join([first, *words, "xong"]) + (end or draw(st.sampled_from(ENDS))))


@st.composite
def dates(draw: st.DrawFn) -> DateLine:
    """A date line any part of which may be blank."""
    day, month, year = (st.none() | st.integers(*bounds) for bounds in ((1, 31), (1, 12), (2000, 2100)))
    return draw(st.builds(DateLine, day, month, year).filter(is_possible))


@st.composite
def pledges(draw: st.DrawFn) -> PledgeText:
    """A pledge of 2 to 40 agencies and 1 to 60 clauses, protocol order as in the preamble."""
    names = draw(_agency_names())
    clauses = draw(st.lists(st.lists(paragraphs(), min_size=1, max_size=3), min_size=1, max_size=draw(_sizes(60))))
    closing = draw(st.just(()) | st.tuples(paragraphs(first="Trên đây", end="./.")))
    return PledgeText(
        place=draw(st.sampled_from(("Bắc Giang", "Thành phố Hồ Chí Minh", "Bà Rịa - Vũng Tàu", "Hà Nội, Hoàn Kiếm"))),
        date=draw(dates()),
        date_policy=DatePolicy.FILLED_AT_FINALISATION,
        title=draw(st.sampled_from(("BẢN GIAO ƯỚC THI ĐUA NĂM 2024", "BẢN CAM KẾT", "Bản giao ước số 3"))),
        subject=draw(st.sampled_from(("Khối thi đua 2", "Khối Các cơ quan lĩnh vực văn hóa, xã hội 2", "KHỐI SỐ 1"))),
        preamble=(f"Nhằm phát huy kết quả, các cơ quan gồm: {'; '.join(names)} cam kết:", *draw(_more_preamble())),
        clauses=tuple(Clause(number, tuple(texts)) for number, texts in enumerate(clauses, start=1)),
        closing=closing,
        parties=tuple(PartyBlock(name, f"ĐẠI DIỆN {name.upper()}") for name in names),
    )


def _sizes(most: int) -> st.SearchStrategy[int]:
    return st.sampled_from((2, 3, 6, most))


def _more_preamble() -> st.SearchStrategy[tuple[str, ...]]:
    return st.just(()) | st.tuples(paragraphs(first="Căn cứ"))


@st.composite
def _agency_names(draw: st.DrawFn) -> list[str]:
    count = draw(_sizes(40))
    fields = draw(st.permutations([f"{field} {i}" for i in range(1 + count // len(FIELDS)) for field in FIELDS]))
    return [f"Sở {name.removesuffix(' 0')}" for name in fields[:count]]


def to_markdown(text: PledgeText, random: Random) -> bytes:
    """The pledge as some person's editor might save it; `random` picks the habits."""
    mark = random.choice(("**{}**", "__{}__", "*{}*", "{}", "***{}***"))
    hard_break = random.choice(("  \n", "\\\n", "\n"))
    title = hard_break.join(mark.format(_escaped(line)) for line in (text.title, text.subject))
    if random.random() < 0.3:
        hard_break = random.choice(("  \n", "\\\n", "\n"))
    title = hard_break.join(mark.format(_escaped(line)) for line in (text.title, text.subject))
    if random.random() < 0.3:
        title = f"# {_escaped(text.title)}\n\n## {_escaped(text.subject)} ##"
    blocks = [_wrapped(_escaped(render_date_line(text.place, text.date)), random), title]
    blocks += [_wrapped(_escaped(paragraph), random) for paragraph in text.preamble]
    for clause in text.clauses:
        number = random.choice((f"{clause.number}.", f"**{clause.number}.**", f"{clause.number}\\."))
        first, *rest = (_wrapped(_escaped(paragraph), random) for paragraph in clause.paragraphs)
        blocks += [f"{number} {first}", *rest]
    blocks += [_wrapped(_escaped(paragraph), random) for paragraph in text.closing]
    blocks += [mark.format(_escaped(party.heading).replace(" VÀ ", "  \nVÀ ")) for party in text.parties]
    return _encoded("\n\n".join(blocks), random)


def _escaped(text: str) -> str:
    return re.sub(r"[\\*_#`<>\[\]|~]", lambda mark: "\\" + mark.group(), text)


def _wrapped(text: str, random: Random) -> str:
    """Breaks the line at some words, never before one that would open a paragraph of its own."""
    return re.sub(r" (?=[^\W\d]{2,} )", lambda _: "\n" if random.random() < 0.1 else random.choice((" ", "  ")), text)


def _encoded(text: str, random: Random) -> bytes:
    change: Callable[[str], str] = random.choice(
        (str, lambda t: unicodedata.normalize("NFD", t), lambda t: t.replace("\n", "\r\n"), lambda t: f"\ufeff{t}\n\n")
    )
    return change(text).encode()
