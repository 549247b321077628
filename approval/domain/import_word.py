"""Imports a pledge from a Word file that has been read: ours by its paragraph styles, anybody's by its words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from approval.domain.agency_names import name_key
from approval.domain.hidden_characters import find_hidden
from approval.domain.import_errors import empty_file
from approval.domain.import_text import ImportedPledge, refuse_too_many_lines
from approval.domain.party_blocks import bare_name
from approval.domain.plain_text import DEFAULT_LIMIT, composed, too_large
from approval.domain.pledge_text import to_nfc
from approval.domain.text_findings import text_box_left_out
from approval.domain.word_marked import is_marked, read_marked
from approval.domain.word_paragraph import WordParagraph, WordSource
from approval.domain.word_unmarked import read_unmarked

_SOFT_HYPHEN = "\u00ad"
_RULE = re.compile(r"(?:[-_=*–—]\s*){3,}")


def import_word(source: WordSource) -> ImportedPledge:
    """Reads a pledge from the paragraphs of a Word file.

    Raises NotAPledgeError, whose `code` names the cause, when the file is not a pledge.
    """
    paragraphs = _cleaned(source.paragraphs)
    imported = (
        read_marked(paragraphs, _trusted(source.agencies)) if is_marked(paragraphs) else read_unmarked(paragraphs)
    )
    boxes = "; ".join(filter(None, (" ".join(box.split()) for box in source.text_boxes)))
    return replace(imported, findings=(text_box_left_out(boxes), *imported.findings)) if boxes else imported


def _trusted(agencies: Mapping[str, str]) -> dict[str, str]:
    """Names that are only another spelling of what the heading says: nothing may stand behind a heading unseen."""
    return {
        heading: agency
        for heading, agency in agencies.items()
        if agency == " ".join(to_nfc(agency).split())
        and find_hidden(agency) is None
        and name_key(agency) == name_key(bare_name(heading))
    }


def _cleaned(paragraphs: Sequence[WordParagraph]) -> list[WordParagraph]:
    """NFC, every character to be seen, no empty paragraph, no line drawn with dashes."""
    bare = [replace(p, lines=tuple(line.replace(_SOFT_HYPHEN, "") for line in p.lines)) for p in paragraphs]
    size = sum(len(line.encode()) for paragraph in bare for line in paragraph.lines)
    if size > DEFAULT_LIMIT:
        raise too_large(size, DEFAULT_LIMIT)
    refuse_too_many_lines(sum(1 for paragraph in bare for line in paragraph.lines if line.strip()))
    composed("\n".join(" ".join((p.label, *p.lines)) for p in bare), unit="Đoạn", unit_en="Paragraph")
    clean = [replace(p, label=to_nfc(p.label), lines=_clean_lines(p.lines)) for p in bare]
    kept = [paragraph for paragraph in clean if (paragraph.lines or paragraph.label) and not _is_rule(paragraph)]
    if not any(paragraph.lines for paragraph in kept):
        raise empty_file()
    return kept


def _clean_lines(lines: Sequence[str]) -> tuple[str, ...]:
    """Blanks collapsed between the tabs, which may part columns."""
    collapsed = ("\t".join(" ".join(part.split()) for part in to_nfc(line).split("\t")) for line in lines)
    return tuple(line for line in collapsed if line.strip())


def _is_rule(paragraph: WordParagraph) -> bool:
    return paragraph.part is None and bool(_RULE.fullmatch(paragraph.words))
