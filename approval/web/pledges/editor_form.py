"""The clause-by-clause editor's fields: read from the request, changed in structure, turned into a pledge text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from flask import request

from approval.domain.errors import InvalidInputError
from approval.domain.pledge_text import Clause, DateLine, PledgeText, to_nfc
from approval.web.pledges.fields import line_field, optional_number_field, text_field

_BLANK_LINES = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class DraftForm:
    """What the editor shows: everything as typed, nothing lost when it cannot be saved yet."""

    place: str
    day: str
    month: str
    year: str
    title: str
    subject: str
    preamble: str
    clauses: tuple[str, ...]
    closing: str

    @classmethod
    def of(cls, text: PledgeText) -> DraftForm:
        """The fields of a stored text."""
        return cls(
            place=text.place,
            day=_shown(text.date.day),
            month=_shown(text.date.month),
            year=_shown(text.date.year),
            title=text.title,
            subject=text.subject,
            preamble=_joined(text.preamble),
            clauses=tuple(_joined(clause.paragraphs) for clause in text.clauses),
            closing=_joined(text.closing),
        )

    @classmethod
    def of_request(cls) -> DraftForm:
        """The fields as typed."""
        return cls(
            place=line_field("place"),
            day=line_field("day"),
            month=line_field("month"),
            year=line_field("year"),
            title=line_field("title"),
            subject=line_field("subject"),
            preamble=text_field("preamble"),
            clauses=tuple(_clean(raw) for raw in request.form.getlist("clause")),
            closing=text_field("closing"),
        )

    def restructured(self, order: str) -> DraftForm | None:
        """The form after `add:2`, `remove:2`, `up:2` or `down:2` (clauses counted from 0); None for any other order."""
        match = re.fullmatch(r"(add|remove|up|down):(\d{1,2})", order)
        if match is None or int(match[2]) >= max(len(self.clauses), 1):
            return None
        verb, index, clauses = match[1], int(match[2]), list(self.clauses)
        if verb == "add":
            clauses.insert(index + 1, "")
        elif verb == "remove":
            del clauses[index]
        else:
            other = index - 1 if verb == "up" else index + 1
            if 0 <= other < len(clauses):
                clauses[index], clauses[other] = clauses[other], clauses[index]
        return replace(self, clauses=tuple(clauses))

    def to_text(self, base: PledgeText) -> PledgeText:
        """The text to save; parties and date policy stay those of `base`. Raises InvalidInputError naming the field."""
        date = DateLine(
            optional_number_field("day", "Ngày"),
            optional_number_field("month", "Tháng"),
            optional_number_field("year", "Năm"),
        )
        return replace(
            base,
            place=_required(self.place, "place", "Địa danh"),
            date=date,
            title=_required(self.title, "title", "Tên văn bản"),
            subject=self.subject,
            preamble=_paragraphs(_required(self.preamble, "preamble", "Phần mở đầu")),
            clauses=tuple(
                Clause(number, _paragraphs(_required(body, f"clause-{number}", f"Khoản {number}")))
                for number, body in enumerate(self.clauses, start=1)
            ),
            closing=_paragraphs(_required(self.closing, "closing", "Phần kết")),
        )


def _shown(value: int | None) -> str:
    return "" if value is None else str(value)


def _joined(paragraphs: tuple[str, ...]) -> str:
    return "\n\n".join(paragraphs)


def _clean(raw: str) -> str:
    return to_nfc(raw).replace("\r\n", "\n").replace("\r", "\n").strip()


def _paragraphs(body: str) -> tuple[str, ...]:
    """Blank lines part paragraphs; single line ends are only how the text was pasted."""
    return tuple(" ".join(part.split()) for part in _BLANK_LINES.split(body) if part.strip())


def _required(value: str, field: str, label: str) -> str:
    if not value:
        raise InvalidInputError(
            "field-required",
            f"{label} đang để trống. Nhập nội dung (hoặc bỏ khoản này) rồi lưu lại.",
            f"Field {field} is empty. Fill it in, or remove the clause, then save again.",
            field=field,
        )
    return value
