"""What the styles of a Word file say that matters to a reader: names, capitals, hidden, centred, lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

_OFF = frozenset({"0", "false", "off", "none"})
_LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True)
class ListPlace:
    """A paragraph's place in a list; an empty `list_id` or level None means "not said here"."""

    list_id: str = ""
    level: int | None = None


class StyleSheet:
    """The styles of one file. `root` is `w:styles`, None when the file has none."""

    def __init__(self, root: Any | None) -> None:
        styles = [] if root is None else list(root.iterfind(qn("w:style")))
        self._styles: dict[str, Any] = {style.get(qn("w:styleId"), ""): style for style in styles}
        self._default = next((s.get(qn("w:styleId"), "") for s in styles if _is_default_paragraph(s)), "")

    def paragraph_style(self, paragraph: Any) -> str:
        """The id of a paragraph's style, the file's default when it names none."""
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        return self._default if style is None else str(style.get(qn("w:val"), ""))

    def name(self, style_id: str) -> str:
        """The name people see in Word."""
        style = self._styles.get(style_id)
        name = None if style is None else style.find(qn("w:name"))
        return "" if name is None else str(name.get(qn("w:val"), ""))

    def is_centred(self, paragraph: Any, style_id: str) -> bool:
        """Whether the paragraph stands in the middle of the line."""
        for holder in (paragraph, *self._chain(style_id)):
            justified = holder.find(f"{qn('w:pPr')}/{qn('w:jc')}")
            if justified is not None:
                return bool(justified.get(qn("w:val")) == "center")
        return False

    def run_says(self, run: Any, style_id: str, tag: str) -> bool:
        """Whether an on-off property such as `w:caps` holds for a run: from itself, its style or the paragraph's."""
        own_style = run.find(f"{qn('w:rPr')}/{qn('w:rStyle')}")
        own_id = "" if own_style is None else str(own_style.get(qn("w:val"), ""))
        for holder in (run, *self._chain(own_id), *self._chain(style_id)):
            switch = holder.find(f"{qn('w:rPr')}/{qn(tag)}")
            if switch is not None:
                return switch.get(qn("w:val"), "1") not in _OFF
        return False

    def list_place(self, style_id: str) -> tuple[ListPlace, str]:
        """The list a style puts its paragraphs in, and the id of the style that says so."""
        for style in self._chain(style_id):
            place = list_place_of(style)
            if place.list_id:
                return place, str(style.get(qn("w:styleId"), ""))
        return ListPlace(), ""

    def _chain(self, style_id: str) -> Iterator[Any]:
        """A style and those it is based on; a circle ends."""
        for _ in range(_LONGEST_CHAIN):
            style = self._styles.get(style_id)
            if style is None:
                return
            yield style
            based_on = style.find(qn("w:basedOn"))
            style_id = "" if based_on is None else str(based_on.get(qn("w:val"), ""))


def list_place_of(holder: Any) -> ListPlace:
    """The place that a paragraph or a style itself names."""
    numbering = holder.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
    if numbering is None:
        return ListPlace()
    list_id, level = numbering.find(qn("w:numId")), numbering.find(qn("w:ilvl"))
    depth = "" if level is None else str(level.get(qn("w:val"), ""))
    return ListPlace(
        list_id="" if list_id is None else str(list_id.get(qn("w:val"), "")),
        level=int(depth) if depth.isascii() and depth.isdigit() and len(depth) == 1 else None,
    )


def _is_default_paragraph(style: Any) -> bool:
    return style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default"), "0") not in _OFF
