"""Small pledges for the proofreader: all is well in them but what a test puts in."""

from __future__ import annotations

from approval.adapters.phrase_file import load_phrases
from approval.domain.pledge_text import Clause, DateLine, DatePolicy, PartyBlock, PledgeText
from approval.domain.proof_finding import ProofFinding
from approval.domain.proofreading import proofread

SOUND_DATE = DateLine(5, 5, 2024)


def pledge_of(
    *clauses: str,
    preamble: tuple[str, ...] = ("Các cơ quan thống nhất như sau:",),
    closing: tuple[str, ...] = ("Các cơ quan cam kết thực hiện./.",),
    agencies: tuple[str, ...] = ("Sở Y tế", "Sở Nội vụ"),
    place: str = "Bắc Giang",
    date: DateLine = SOUND_DATE,
    date_policy: DatePolicy = DatePolicy.FILLED_AT_FINALISATION,
    title: str = "BẢN GIAO ƯỚC THI ĐUA",
) -> PledgeText:
    """A pledge with one paragraph a clause, and blocks made from the agencies' names."""
    return PledgeText(
        place=place,
        date=date,
        date_policy=date_policy,
        title=title,
        subject="Khối thi đua các sở",
        preamble=preamble,
        clauses=tuple(Clause(number, (text,)) for number, text in enumerate(clauses or ("Một việc.",), start=1)),
        closing=closing,
        parties=tuple(PartyBlock(name, f"ĐẠI DIỆN {name.upper()}") for name in agencies),
    )


def findings(text: PledgeText) -> tuple[ProofFinding, ...]:
    """What the proofreader says with the shipped phrases."""
    return proofread(text, load_phrases())


def remarks(text: PledgeText | str, rule: str) -> list[tuple[str, str | None]]:
    """What is there and what is suggested, for each finding of `rule`; a string is the text of clause 1."""
    pledge = pledge_of(text) if isinstance(text, str) else text
    return [(finding.found, finding.suggestion) for finding in findings(pledge) if finding.rule == rule]


def taken(text: str, finding: ProofFinding) -> str:
    """The paragraph after taking the suggestion of a finding about it."""
    assert finding.suggestion is not None
    return text[: finding.place.start] + finding.suggestion + text[finding.place.end :]
