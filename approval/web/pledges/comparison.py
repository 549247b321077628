"""The comparison page: any two texts of a pledge, in three views, on the screen and on paper."""

from __future__ import annotations

import re
import uuid
from enum import StrEnum

from flask import render_template, request

from approval.domain.text_diff import SectionDiff, TextDiff
from approval.extensions import db, parts
from approval.queries.revision_comparison import WORKING_DRAFT, RevisionLine, load_revision_comparison
from approval.web.actor import current_viewer
from approval.web.formatting import vn_datetime
from approval.web.guards import Policy, policy
from approval.web.pledges.blueprint import pledges
from approval.web.pledges.comparing import compared

DRAFT_WORD = "du-thao"
_UNKNOWN = -1
# Where a part of the document stands on the page; clauses have their number besides.
_ANCHORS: dict[str, str] = {
    "date_line": "ngay-thang",
    "date_policy": "cach-ghi-ngay",
    "title": "ten-van-ban",
    "subject": "trich-yeu",
    "preamble": "mo-dau",
    "clause": "khoan",
    "removed": "khoan-cu",
    "closing": "ket",
    "parties": "phan-ky",
}
# No running text of the document: shown only where they changed.
_SAID_ELSEWHERE = frozenset({"date_policy", "parties"})


class View(StrEnum):
    """How the comparison is laid out; the values are those of the address."""

    INLINE = "trong-dong"
    SIDE_BY_SIDE = "hai-cot"
    CHANGED_ONLY = "khoan-thay-doi"


@pledges.get("/<uuid:pledge_id>/so-sanh")
@policy(Policy.SIGNED_IN)
def compare(pledge_id: uuid.UUID) -> str:
    """Two texts (`tu`, `den`: a number or "du-thao") in one view (`kieu`); what is left out follows from the person."""
    page = load_revision_comparison(
        db.session(),
        current_viewer(),
        pledge_id,
        old=_number(request.args.get("tu")),
        new=_number(request.args.get("den")),
    )
    view = _view(request.args.get("kieu", ""))
    diff = compared(page.texts.old_text, page.texts.new_text) if page.texts else None
    return render_template(
        "pledges/compare.html",
        page=page,
        texts=page.texts,
        diff=diff,
        shown=_shown(diff, view) if diff else (),
        view=view,
        views=View,
        now=parts().clock.now(),
    )


@pledges.app_template_filter("revision_word")
def revision_word(number: int) -> str:
    """A revision as addresses name it."""
    return DRAFT_WORD if number == WORKING_DRAFT else str(number)


@pledges.app_template_filter("revision_name")
def revision_name(line: RevisionLine) -> str:
    """A revision as people name it: "lần 2", "bản đang soạn"."""
    return "bản đang soạn" if line.is_draft else f"lần {line.number}"


@pledges.app_template_filter("revision_option")
def revision_option(line: RevisionLine) -> str:
    """A revision in a list to choose from."""
    if line.is_draft:
        return f"Bản đang soạn, lưu {vn_datetime(line.at)}"
    again = f" (vòng {line.round})" if line.round != line.number else ""
    return f"Lần {line.number}{again}, gửi {vn_datetime(line.at)}"


@pledges.app_template_filter("section_anchor")
def section_anchor(key: str) -> str:
    """Where a part of a comparison stands on its page: "clause:3" at "khoan-3"."""
    kind, _, number = key.partition(":")
    return f"{_ANCHORS[kind]}-{number}" if number else _ANCHORS[kind]


def _number(word: str | None) -> int | None:
    """None when nothing was asked; an address that names no revision asks for one that does not exist."""
    if not word:
        return None
    if word == DRAFT_WORD:
        return WORKING_DRAFT
    return int(word) if re.fullmatch(r"[1-9]\d{0,8}", word) else _UNKNOWN


def _shown(diff: TextDiff, view: View) -> tuple[SectionDiff, ...]:
    if view is View.CHANGED_ONLY:
        return diff.changed_sections
    return tuple(section for section in diff.sections if section.changed or section.key not in _SAID_ELSEWHERE)


def _view(word: str) -> View:
    return View(word) if word in set(View) else View.INLINE
