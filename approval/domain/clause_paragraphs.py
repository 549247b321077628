"""The body of a pledge: preamble, numbered clauses and closing, from a run of paragraphs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from approval.domain.import_errors import NotAPledgeError, refusal, shortened
from approval.domain.pledge_text import Clause
from approval.domain.text_findings import TextFinding, paragraphs_joined

MOST_CLAUSES = 60

# "1. ", "1.Tiếp tục" but not "1.5" and not the year "2024. "
CLAUSE_START = re.compile(r"(\d{1,2})\.(?!\d)\s*")
_SENTENCE_ENDS = tuple(".;:?!…")
_CLOSING_MARKS = "”’\"')]»"
_CLOSING_START = "Trên đây"
_END_OF_DOCUMENT = "./."


@dataclass(frozen=True, slots=True)
class Body:
    """Everything between the title and the signature blocks."""

    preamble: tuple[str, ...]
    clauses: tuple[Clause, ...]
    closing: tuple[str, ...]
    findings: tuple[TextFinding, ...]


@dataclass(slots=True)
class _Section:
    """Paragraphs collected under one clause number, or under "" for the preamble."""

    label: str
    paragraphs: list[str] = field(default_factory=list)

    @property
    def place(self) -> str:
        return f"Khoản {self.label}" if self.label else "Phần mở đầu"


def read_body(paragraphs: list[str]) -> Body:
    """Cuts the body; the numbers must run 1, 2, 3 … without gap.

    Raises NotAPledgeError (no_clauses, too_many_clauses, clause_numbers, empty_clause).
    """
    preamble, *numbered = _sections(paragraphs)
    check_numbers([section.label for section in numbered])
    findings = [finding for section in (preamble, *numbered) for finding in _join_broken(section)]
    closing = _split_off_closing(numbered[-1].paragraphs)
    clauses = tuple(Clause(int(section.label), tuple(section.paragraphs)) for section in numbered)
    for clause in clauses:
        if not clause.paragraphs:
            raise empty_clause(clause.number)
    return Body(tuple(preamble.paragraphs), clauses, closing, tuple(findings))


def _sections(paragraphs: list[str]) -> list[_Section]:
    sections = [_Section("")]
    for paragraph in paragraphs:
        start = CLAUSE_START.match(paragraph)
        if start:
            sections.append(_Section(start.group(1)))
        words = paragraph[start.end() :] if start else paragraph
        if words:
            sections[-1].paragraphs.append(words)
    return sections


def check_numbers(labels: list[str]) -> None:
    """Raise NotAPledgeError (no_clauses, too_many_clauses, clause_numbers) unless `labels` runs "1", "2", "3" …"""
    if not labels:
        raise refusal(
            "no_clauses",
            "Không thấy khoản nào; mỗi khoản phải bắt đầu bằng số và dấu chấm, ví dụ “1. …”.",
            "No clause found; each clause must start with a number and a full stop, e.g. “1. …”.",
        )
    if len(labels) > MOST_CLAUSES:
        raise refusal(
            "too_many_clauses",
            f"Bản giao ước có {len(labels)} khoản; hệ thống nhận tối đa {MOST_CLAUSES} khoản, hãy gộp bớt.",
            f"The pledge has {len(labels)} clauses; at most {MOST_CLAUSES} are accepted, please merge some.",
        )
    for expected, label in enumerate(labels, start=1):
        if label != str(expected):
            raise _wrong_number(expected, label)


def _wrong_number(expected: int, label: str) -> NotAPledgeError:
    return refusal(
        "clause_numbers",
        f"Số khoản không liên tục: chờ khoản “{expected}.” nhưng gặp “{label}.”; hãy đánh số lại từ 1.",
        f"Clause numbers are not in order: expected “{expected}.” but found “{label}.”; number them from 1.",
    )


def empty_clause(number: int) -> NotAPledgeError:
    """The refusal for a number without words."""
    return refusal(
        "empty_clause",
        f"Khoản {number} không có nội dung; hãy viết nội dung hoặc bỏ khoản này.",
        f"Clause {number} has no text; write it or remove the number.",
    )


def _join_broken(section: _Section) -> list[TextFinding]:
    """Joins, in place, a paragraph to the one before when a page break cut the sentence."""
    findings: list[TextFinding] = []
    groups: list[list[str]] = []
    for paragraph in section.paragraphs:
        if groups and _is_continuation(groups[-1][-1], paragraph):
            groups[-1].append(paragraph)
            findings.append(paragraphs_joined(section.place, shortened(paragraph)))
        else:
            groups.append([paragraph])
    section.paragraphs = [" ".join(group) for group in groups]
    return findings


def _is_continuation(before: str, after: str) -> bool:
    """A sentence goes on: no end mark before, a small letter after, and not a point "a)"."""
    return not ends_sentence(before) and after[0].islower() and after[1:2] != ")"


def ends_sentence(text: str) -> bool:
    """Whether a paragraph is complete: it ends in . ; : ? ! … with or without closing quotes."""
    return text.rstrip(_CLOSING_MARKS).endswith(_SENTENCE_ENDS)


def _split_off_closing(paragraphs: list[str]) -> tuple[str, ...]:
    """Takes the closing off the last clause: from "Trên đây …", else one last paragraph ending in "./."."""
    starts = (i for i, paragraph in enumerate(paragraphs) if i and paragraph.startswith(_CLOSING_START))
    cut = next(starts, len(paragraphs))
    if cut == len(paragraphs) > 1 and paragraphs[-1].endswith(_END_OF_DOCUMENT):
        cut -= 1
    closing = tuple(paragraphs[cut:])
    del paragraphs[cut:]
    return closing
