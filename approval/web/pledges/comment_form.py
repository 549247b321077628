"""The form for a comment: what was typed, what it says about the text, what becomes of it when the text moved on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from flask import request

from approval.domain.anchors import PARAGRAPH_BREAK, Anchor, AnchorPart, words_at
from approval.domain.errors import InvalidInputError
from approval.domain.pledge_text import PledgeText
from approval.domain.review_commands import Suggestion
from approval.domain.suggestion import carry_anchor, carry_suggestion, smallest_change
from approval.domain.word_diff import DiffRun, diff_words
from approval.web.pledges.fields import text_field
from approval.web.pledges.notes import part_of_id

_WHOLE = Anchor(AnchorPart.WHOLE)


@dataclass(frozen=True, slots=True)
class CommentForm:
    """The form's fields. `quote` with a `start` was chosen in the text, without one it was typed.

    `wording` is the text area that holds the quoted words, or else the whole part, to be edited; None: left as it is.
    `removes` says that these words are to go. `lost` is a suggestion that fits the newer text no longer, to be read.
    """

    here: Anchor
    body: str = ""
    quote: str = ""
    start: int | None = None
    wording: str | None = None
    removes: bool = False
    lost: tuple[DiffRun, ...] = ()

    @classmethod
    def of_request(cls) -> CommentForm:
        """The form as sent. Raises InvalidInputError when it names no part of a text."""
        here = part_of_id(request.form.get("phan", ""))
        if here is None:
            raise InvalidInputError(
                "form-damaged",
                "Biểu mẫu gửi lên không ghi rõ góp ý về phần nào. Mở lại phần cần góp ý trên trang văn bản rồi gửi.",
                "The form does not say which part it is about. Open the part on the pledge's page and send again.",
                field="phan",
            )
        start = request.form.get("quote_start", "")
        return cls(
            here,
            body=text_field("body"),
            quote=text_field("quote"),
            start=int(start) if re.fullmatch(r"[0-9]{1,6}", start) else None,
            wording=_paragraphs(text_field("wording")) if "wording" in request.form else None,
            removes=request.form.get("removes") == "yes",
        )

    @classmethod
    def of_choice(cls, here: Anchor, words: str, start: int, length: int) -> CommentForm:
        """The empty form about words chosen in the text; about the whole part when there are none at that place."""
        chosen = words[start : start + length]
        quote = chosen.strip()
        if not quote:
            return cls(here)
        return cls(here, quote=quote, start=start + len(chosen) - len(chosen.lstrip()))

    def original(self, words: str) -> str:
        """The words that the text area offers for editing: those chosen, else all words of the part."""
        return self.quote if self.start is not None else words

    def about(self, words: str) -> tuple[int | None, str, str | None]:
        """Start and words of the quote, and the words suggested instead (None: nothing suggested).

        `words` are those of the part in the revision the form was opened on. Raises InvalidInputError for a quote that
        does not stand there.
        """
        quoted = self._quoted(words)
        changed = self._changed(words)
        if changed is None:
            return (*quoted, None) if quoted else (None, "", None)
        start, quote, replacement = changed
        if quoted is None:
            return changed
        # Both were given: the suggestion is widened to the words pointed at, so that neither is lost.
        first = min(start, quoted[0])
        last = max(start + len(quote), quoted[0] + len(quoted[1]))
        return first, words[first:last], words[first:start] + replacement + words[start + len(quote) : last]

    def on_newer_text(self, old: PledgeText, new: PledgeText) -> CommentForm:
        """The same form about the text that has come meanwhile; what no longer fits is kept to be read."""
        here = carry_anchor(old, new, self.here) or _WHOLE
        try:
            old_words = words_at(old, self.here)
            start, quote, replacement = self.about(old_words)
        except (LookupError, InvalidInputError):
            return replace(self, here=here, start=None, wording=None)
        if start is None:
            return replace(self, here=here, wording=None)
        suggestion = Suggestion(start, quote, quote if replacement is None else replacement)
        try:
            moved = carry_suggestion(old_words, words_at(new, here), suggestion)
        except LookupError:
            return CommentForm(here, self.body, lost=diff_words(quote, suggestion.replacement))
        # A ticked box says all; else the area holds the words suggested.
        wording = None if self.removes else suggestion.replacement
        return replace(self, here=here, quote=quote, start=moved.start, wording=wording)

    def _quoted(self, words: str) -> tuple[int, str] | None:
        if not self.quote:
            return None
        if self.start is not None:
            if not words.startswith(self.quote, self.start):
                raise _no_such_quote()
            return self.start, self.quote
        # Pasted words may have lost or won line breaks; the words themselves must stand there, in one place.
        pattern = r"\s+".join(re.escape(word) for word in self.quote.split())
        found = [*re.finditer(rf"(?<!\w(?=\w)){pattern}(?!(?<=\w)\w)", words)]
        if len(found) > 1:
            raise InvalidInputError(
                "quote-ambiguous",
                f"Đoạn trích có ở {len(found)} chỗ trong phần này. Trích dài hơn để chỉ đúng một chỗ rồi gửi lại.",
                f"The quoted words stand in {len(found)} places of this part. Quote more of them and send again.",
                field="quote",
            )
        if not found:
            raise _no_such_quote()
        return found[0].start(), found[0].group()

    def _changed(self, words: str) -> tuple[int, str, str] | None:
        original = self.original(words)
        if not original:
            return None
        start = self.start or 0
        if self.removes:
            return start, original, ""
        # An emptied area is no wish to delete: for that there is a box to tick.
        if not self.wording or self.wording == original:
            return None
        return (start, original, self.wording) if self.start is not None else smallest_change(words, self.wording)


def _paragraphs(typed: str) -> str:
    """What was typed into an area of several paragraphs, as a part's words are written."""
    lines = (line.strip() for line in typed.split("\n"))
    return PARAGRAPH_BREAK.join(line for line in lines if line)


def _no_such_quote() -> InvalidInputError:
    return InvalidInputError(
        "quote-not-there",
        "Đoạn trích không có trong phần này của văn bản. Chép lại đúng nguyên văn, hoặc bỏ trống ô trích rồi gửi lại.",
        "The quoted words do not stand in this part of the text. Copy them exactly, or leave the quote empty.",
        field="quote",
    )
