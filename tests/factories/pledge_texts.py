"""Pledge texts for tests: the real pledge of 2024 and small ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from approval.domain.import_text import import_pledge
from approval.domain.pledge_text import (
    Clause,
    DateLine,
    DatePolicy,
    PartyBlock,
    PledgeText,
)

SEED_FILE = Path(__file__).resolve().parents[2] / "templates" / "starter" / "ban-giao-uoc-2024.md"


@cache
def seed_text() -> PledgeText:
    """The real pledge of five agencies as imported: seven typos, blank day."""
    return import_pledge(SEED_FILE.read_bytes()).text


def small_text(parties: int = 2, clauses: int = 2, date: DateLine | None = None) -> PledgeText:
    """A short pledge of `parties` agencies with the day blank unless `date` is given."""
    blocks = tuple(PartyBlock(f"Sở Thử nghiệm {n}", f"ĐẠI DIỆN SỞ THỬ NGHIỆM {n}") for n in range(1, parties + 1))
    return PledgeText(
        place="Bắc Giang",
        date=date or DateLine(None, 5, 2024),
        date_policy=DatePolicy.FILLED_AT_FINALISATION,
        title="BẢN GIAO ƯỚC THI ĐUA NĂM 2024",
        subject="Khối thi đua Thử nghiệm",
        preamble=(f"Đại diện lãnh đạo {parties:02d} cơ quan thống nhất ký giao ước thi đua:",),
        clauses=tuple(Clause(n, (f"Nội dung thi đua thứ {n}.",)) for n in range(1, clauses + 1)),
        closing=("Các cơ quan cam kết thực hiện đúng giao ước./.",),
        parties=blocks,
    )
