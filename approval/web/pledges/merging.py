"""Somebody else saved first: the form with both edits in it, and the choices that only a person can make."""

from __future__ import annotations

from dataclasses import dataclass, replace

from approval.domain.draft_merge import BLANK_DATE_PART, merge_drafts
from approval.domain.errors import InvalidInputError
from approval.domain.merge_conflict import clause_index
from approval.domain.pledge_text import PartyBlock, PledgeText
from approval.domain.text_diff import TextDiff, diff_texts
from approval.extensions import db
from approval.queries.draft_texts import DraftSave, list_saves, load_draft_text
from approval.queries.pledge_page import PledgePage
from approval.web.pledges.editor_form import DraftForm
from approval.web.pledges.merge_form import BY_HAND, THEIRS, MergeChoice, chosen_words, order_of

_DATE_PARTS = 3


@dataclass(frozen=True, slots=True)
class Overtaken:
    """What a person is told whose draft was overtaken.

    `saves` (newest first) since they opened it, and `changes`: from the text both began with to the stored one if
    `merged`, else from the stored text to theirs; None when their form makes no text.
    """

    saves: tuple[DraftSave, ...]
    changes: TextDiff | None
    merged: bool


def merged_with_stored(page: PledgePage, form: DraftForm, seen: int) -> tuple[DraftForm, Overtaken]:
    """The form with the edits of both; `seen` is the version it was opened on.

    Without the text of that version (a damaged form, a draft older than the product's memory) the form stays as it is
    beside its difference from the stored text.
    """
    base = load_draft_text(db.session(), page.id, seen)
    mine = _text_of(form, base.text if base else page.text)
    if base is None or mine is None:
        return beside_stored(page, form, seen)
    merge = merge_drafts(base.text, page.text, mine)
    merged = replace(
        DraftForm.of(merge.text),
        removed=form.removed,
        conflicts=tuple(MergeChoice.of(conflict) for conflict in merge.conflicts),
        cleaned=form.cleaned,
    )
    return merged, Overtaken(_saves_since(page, seen), diff_texts(base.text, page.text), merged=True)


def beside_stored(page: PledgePage, form: DraftForm, seen: int) -> tuple[DraftForm, Overtaken]:
    """The form as typed, and how it differs from the stored text."""
    mine = _text_of(form, page.text)
    return form, Overtaken(_saves_since(page, seen), diff_texts(page.text, mine) if mine else None, merged=False)


def same_text(form: DraftForm, text: PledgeText) -> bool:
    """Whether the form says just what this text says."""
    return _text_of(form, text) == text


def _text_of(form: DraftForm, base: PledgeText) -> PledgeText | None:
    try:
        return form.to_text(base)
    except InvalidInputError:
        return None


def _saves_since(page: PledgePage, seen: int) -> tuple[DraftSave, ...]:
    return tuple(save for save in list_saves(db.session(), page.id) if save.version > seen)


def settled(form: DraftForm) -> DraftForm:
    """The form with every choice carried out and none left. Raises InvalidInputError naming the first open one."""
    for index, place in enumerate(form.conflicts):
        if not place.choice or (place.choice == "both" and not place.may_keep_both):
            raise InvalidInputError(
                "choice-missing",
                f"Chưa chọn nội dung cho {place.label}. Chọn một trong các bản, hoặc sửa trong ô rồi chọn "
                "“Theo ô soạn thảo”.",
                f"Choose which text to keep for {place.part}, or edit the box and choose it.",
                field=f"choice-{index}",
            )
    for place in form.conflicts:
        form = _settle(form, place)
    return replace(_with_clauses(form), conflicts=())


def _with_clauses(form: DraftForm) -> DraftForm:
    """Words of clauses first, by the places the form has them at; then their order, and last what is to go."""
    clauses: list[str | None] = list(form.clauses)
    for place in form.conflicts:
        index = clause_index(place.part)
        if index is not None and index < len(clauses) and place.choice != BY_HAND:
            clauses[index] = chosen_words(place) or None
    for place in form.conflicts:
        if place.is_order and place.choice != BY_HAND:
            order = order_of(place.theirs if place.choice == THEIRS else place.mine, len(clauses))
            clauses = [clauses[index] for index in order or range(len(clauses))]
    return replace(form, clauses=tuple(body for body in clauses if body is not None))


def _settle(form: DraftForm, place: MergeChoice) -> DraftForm:
    """A part that is no clause."""
    if place.choice == BY_HAND or place.is_order or clause_index(place.part) is not None:
        return form
    words = chosen_words(place)
    if place.part == "date":
        return _with_date(form, words)
    if place.part == "parties":
        blocks = (line.partition("\t") for line in words.split("\n"))
        return replace(form, parties=tuple(PartyBlock(agency, heading) for heading, _, agency in blocks))
    return form.with_words(place.part, words)


def _with_date(form: DraftForm, words: str) -> DraftForm:
    parts = ["" if part == BLANK_DATE_PART else part for part in words.split("/")]
    if len(parts) != _DATE_PARTS:
        return form
    return replace(form, day=parts[0], month=parts[1], year=parts[2])
