"""Paragraphs as a Word reader yields them, and what the importer makes of them."""

from __future__ import annotations

import pytest

from approval.domain.import_errors import NotAPledgeError
from approval.domain.import_text import ImportedPledge
from approval.domain.import_word import import_word
from approval.domain.word_paragraph import Cell, WordParagraph, WordPart, WordSource

NATIONAL = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"


def plain(*texts: str, cell: Cell | None = None, centred: bool = False) -> list[WordParagraph]:
    """Paragraphs without a style of ours; a line feed is a line break."""
    return [WordParagraph(tuple(text.split("\n")), cell=cell, centred=centred) for text in texts]


def styled(part: WordPart, *texts: str, label: str = "", cell: Cell | None = None) -> list[WordParagraph]:
    """Paragraphs in a style of ours."""
    return [WordParagraph((text,), part, label, cell=cell) for text in texts]


def imported(*groups: list[WordParagraph], agencies: dict[str, str] | None = None) -> ImportedPledge:
    """What the importer makes of these paragraphs."""
    return import_word(WordSource(tuple(p for group in groups for p in group), agencies=agencies or {}))


def refusal(*groups: list[WordParagraph]) -> NotAPledgeError:
    """Why it makes nothing of them."""
    with pytest.raises(NotAPledgeError) as caught:
        imported(*groups)
    return caught.value


def codes(pledge: ImportedPledge) -> list[str]:
    return [finding.code for finding in pledge.findings]
