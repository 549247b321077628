"""Words and small shapes of comments on the pledge pages: names of parts, chips of answers, suggestions as redlines."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from urllib.parse import urlencode

from flask import g, url_for

from approval.domain.anchors import PARAGRAPH_BREAK, Anchor, AnchorPart, anchors_of
from approval.domain.pledge_text import PledgeText
from approval.domain.states import AnswerKind, VerdictKind
from approval.domain.text_diff import SectionDiff, TextDiff
from approval.domain.word_diff import DiffRun, diff_words
from approval.queries.comment_threads import CommentThread
from approval.queries.pledge_board import BoardRow
from approval.queries.pledge_notes import PledgeNotes
from approval.web.labels import Label
from approval.web.pledges.blueprint import pledges

ANSWERS: dict[AnswerKind, Label] = {
    AnswerKind.ACCEPTED: Label("Đã tiếp thu", "ok", "check2-all"),
    AnswerKind.PARTLY_ACCEPTED: Label("Tiếp thu một phần", "ok", "check2"),
    AnswerKind.EXPLAINED: Label("Đã giải trình", "note", "reply"),
}
WAITING = Label("Chờ xử lý", "change", "hourglass-split")
_GIST = 48
_BOARD_IN_THE_OPEN = 8
_COUNTED = {
    AnswerKind.ACCEPTED: "tiếp thu",
    AnswerKind.PARTLY_ACCEPTED: "tiếp thu một phần",
    AnswerKind.EXPLAINED: "giải trình",
    None: "chờ xử lý",
}
# Ids of the parts on the page, which links from mails and from the board use; also how an address names a part.
_SLUGS = {
    AnchorPart.WHOLE: "toan-van",
    AnchorPart.TITLE: "ten-van-ban",
    AnchorPart.PREAMBLE: "mo-dau",
    AnchorPart.CLAUSE: "khoan",
    AnchorPart.CLOSING: "ket",
    AnchorPart.PARTY: "khoi-ky",
}
_PARTS = {slug: part for part, slug in _SLUGS.items()}
_SLUG = re.compile(r"([a-z-]*[a-z])(?:-([1-9][0-9]{0,2}))?")
# The sections of a comparison by the part of the page where they are read.
_SECTION_PARTS = {
    "preamble": AnchorPart.PREAMBLE,
    "closing": AnchorPart.CLOSING,
    "title": AnchorPart.TITLE,
    "subject": AnchorPart.TITLE,
}


@pledges.app_template_filter("part_id")
def part_id(anchor: Anchor) -> str:
    """The id of a part on the page and its name in addresses: "khoan-3"."""
    return f"{_SLUGS[anchor.part]}-{anchor.number}" if anchor.number else _SLUGS[anchor.part]


def part_of_id(written: str) -> Anchor | None:
    """The part behind "khoan-3" or "clause:3"; None for anything else."""
    match = _SLUG.fullmatch(written)
    part = _PARTS.get(match[1]) if match else None
    try:
        return Anchor.parse(f"{part}:{match[2]}" if match and match[2] else part or written)
    except ValueError:
        return None


@pledges.app_template_filter("part_name")
def part_name(anchor: Anchor, text: PledgeText) -> str:
    """A part inside a sentence: "khoản 3", "khối ký của Sở Y tế"."""
    if anchor.part is AnchorPart.PARTY and anchor.number <= len(text.parties):
        return f"khối ký của {text.parties[anchor.number - 1].agency}"
    return anchor.label.lower()


@pledges.app_template_filter("first_upper")
def first_upper(words: str) -> str:
    """A name at the head of a sentence: "khối ký của Sở Y tế" → "Khối ký của Sở Y tế"."""
    return words[:1].upper() + words[1:]


@pledges.app_template_global("anchor")
def anchor(written: str) -> Anchor:
    """The anchor as a template names it: "clause:3"."""
    return Anchor.parse(written)


@pledges.app_template_global("comments_url")
def comments_url(
    pledge_id: uuid.UUID, here: Anchor | None = None, fragment: str | None = None, **chosen: int | str | None
) -> str:
    """Address of the comments, of one part or as chosen (`cq`, `xem`, `trang`)."""
    values = {**chosen, "phan": part_id(here) if here else None}
    query = urlencode({name: value for name, value in values.items() if value is not None})
    address = _comments_path(pledge_id) + (f"?{query}" if query else "")
    return f"{address}#{fragment}" if fragment else address


@pledges.app_template_global("comment_url")
def comment_url(pledge_id: uuid.UUID, comment_id: int) -> str:
    """Address of one comment."""
    return f"{_comments_path(pledge_id)}/{comment_id}"


def _comments_path(pledge_id: uuid.UUID) -> str:
    """Asked for once a request: a page of a large bloc has more than a hundred links to comments."""
    paths: dict[uuid.UUID, str] = g.setdefault("comment_paths", {})
    if pledge_id not in paths:
        paths[pledge_id] = url_for("pledges.comments", pledge_id=pledge_id)
    return paths[pledge_id]


@pledges.app_template_global("answer_label")
def answer_label(kind: AnswerKind | None) -> Label:
    """The chip of a comment: what became of it, or that it waits."""
    return ANSWERS[kind] if kind else WAITING


@pledges.app_template_filter("thousands")
def thousands(count: int) -> str:
    """A number as people write it: "2.000"."""
    return f"{count:,}".replace(",", ".")


@pledges.app_template_filter("answers_counted")
def answers_counted(notes: PledgeNotes) -> str:
    """What became of the reader's earlier comments: "3 tiếp thu, 1 giải trình"; "" when there were none."""
    counts = notes.answers_before
    return ", ".join(f"{counts[kind]} {words}" for kind, words in _COUNTED.items() if counts.get(kind))


@pledges.app_template_global("suggestion_runs")
@lru_cache(maxsize=4096)
def suggestion_runs(quote: str, replacement: str) -> tuple[DiffRun, ...]:
    """A suggestion as a redline of the words it is about."""
    # A word is compared with the blank before it: without one the first word would never equal a later one.
    first, *rest = diff_words(f" {quote}", f" {replacement}")
    return tuple(run for run in (replace(first, text=first.text[1:]), *rest) if run.text)


@pledges.app_template_filter("gist")
def gist(thread: CommentThread) -> str:
    """A comment in a few words, for a link to it: what it asks to change, else what it says."""
    if thread.replacement is None:
        return _short(thread.body)
    if not thread.replacement:
        return f"bỏ “{_short(thread.quote)}”"
    return f"“{_short(thread.quote)}” → “{_short(thread.replacement)}”"


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _GIST else f"{line[:_GIST].rstrip()}…"


@pledges.app_template_filter("board_in_the_open")
def board_in_the_open(board: Sequence[BoardRow]) -> list[BoardRow]:
    """The rows of a large bloc that are not folded: the reader's own, and the first who have something to say."""
    speaking = [row for row in board if row.comment or row.verdict is VerdictKind.REQUEST_CHANGES]
    few = speaking[:_BOARD_IN_THE_OPEN]
    return [row for row in board if row.is_mine or row in few]


@pledges.app_template_filter("starts")
def starts(paragraphs: Sequence[str]) -> list[int]:
    """Where each paragraph begins in the words of its part, as quotes count."""
    found, start = [], 0
    for paragraph in paragraphs:
        found.append(start)
        start += len(paragraph) + len(PARAGRAPH_BREAK)
    return found


@pledges.app_template_filter("changed_places")
def changed_places(diff: TextDiff) -> list[tuple[str, str]]:
    """Name and id on the page of every part that changed, each once."""
    found: dict[str, str] = {}
    for section in diff.changed_sections:
        place = _place(section)
        found.setdefault(place, section.label)
    return [(label, place) for place, label in found.items()]


def _place(section: SectionDiff) -> str:
    if section.clause:
        number = section.clause.number
        return f"khoan-{number}" if section.clause.new else f"da-bo-{number}"
    part = _SECTION_PARTS.get(section.key)
    return _SLUGS[part] if part else "thay-doi-khac"


@pledges.app_template_filter("parts")
def parts(text: PledgeText) -> tuple[Anchor, ...]:
    """Every part of a text that can be commented on."""
    return anchors_of(text)
