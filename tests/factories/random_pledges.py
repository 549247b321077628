"""Pledges from a seed, fast: awkward names, clauses of several paragraphs, words that look like structure or markup."""

from __future__ import annotations

from random import Random

from approval.domain.date_line import is_possible
from approval.domain.pledge_text import Clause, DateLine, DatePolicy, PartyBlock, PledgeText

_SENTENCE = (
    "thi đua yêu nước đẩy mạnh phong trào Nhân dân văn hoá hòa quý kinh tế-xã hội 34-CT/TW 07/4/2014 (2021-2025), “"
    'Toàn dân” "thẳng" nguồn... 1.5 2. 12. a) - – — [a](b) <b>x</b> &amp; $x^2$ #import \\ \\n ** __ `mã` {{7*7}} %1. '
    "_ ~ 😀 ĐẠI DIỆN Trên đây Căn cứ ngày tháng năm ./. 1\u20112"
)
_WORDS = _SENTENCE.split()
_NAMES = (
    "Sở Y tế", "Sở Văn hóa, Thể thao và Du lịch", "Sở Lao động - Thương binh và Xã hội", "Báo “Bắc Giang”",
    'Trung tâm "Đổi mới"', "Ban Quản lý (khu công nghiệp)", "Trường Cao đẳng Việt – Hàn", "Chi cục I; phòng [A]",
    "Liên đoàn Lao động tỉnh", "Hội Văn học, Nghệ thuật & Báo chí", "Bảo hiểm xã hội tỉnh", "Sở GD&ĐT/KHCN",
)  # fmt: skip
_PLACES = ("Bắc Giang", "Thành phố Hồ Chí Minh", "Bà Rịa - Vũng Tàu", "Hà Nội, Hoàn Kiếm")


def random_pledge(seed: int) -> PledgeText:
    """A pledge of 2 to 40 parties and 1 to 60 clauses; in every third the preamble does not name the parties."""
    random = Random(seed)
    names = [f"{random.choice(_NAMES)} {number}" for number in range(_size(random, 2, 40))]
    told = f"các cơ quan gồm: {'; '.join(names)}" if seed % 3 else "các cơ quan thành viên"
    return PledgeText(
        place=random.choice(_PLACES),
        date=_date(random),
        date_policy=DatePolicy.FILLED_AT_FINALISATION,
        title=random.choice(("BẢN GIAO ƯỚC THI ĐUA NĂM 2024", "Bản cam kết số 3", "1. GIAO ƯỚC")),
        subject=random.choice(("Khối thi đua 2", "KHỐI SỐ 1", "Khối các cơ quan lĩnh vực văn hóa, xã hội 2;")),
        preamble=(f"Nhằm phát huy kết quả, {told} cam kết", *_paragraphs(random, 0, 2)),
        clauses=tuple(Clause(n, _paragraphs(random, 1, 4)) for n in range(1, _size(random, 1, 60) + 1)),
        closing=_paragraphs(random, 0, 2),
        parties=tuple(PartyBlock(name, f"ĐẠI DIỆN {name.upper()}") for name in names),
    )


def _size(random: Random, fewest: int, most: int) -> int:
    """Mostly small, sometimes the largest there may be."""
    return random.choice((fewest, random.randint(fewest, 7), random.randint(fewest, 7), most))


def _paragraphs(random: Random, fewest: int, most: int) -> tuple[str, ...]:
    return tuple(_words(random) for _ in range(random.randint(fewest, most)))


def _words(random: Random) -> str:
    return " ".join(random.choices(_WORDS, k=random.randint(1, 30)))


def _date(random: Random) -> DateLine:
    """A date line any part of which may be blank."""
    day, month, year = random.randint(1, 31), random.randint(1, 12), random.randint(2000, 2100)
    parts = [value if random.random() < 0.6 else None for value in (day, month, year)]
    date = DateLine(*parts)
    return date if is_possible(date) else _date(random)
