"""The signature blocks of a Word file: headings are taken, what is only known at the signature is left out and told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from approval.domain.party_blocks import is_capitals, is_heading_start, text_after_signatures
from approval.domain.text_findings import TextFinding, recipients_left_out, signers_left_out
from approval.domain.word_paragraph import Cell, WordParagraph, WordPart

_AUTHORITY = re.compile(
    r"(?:(?:KT|Q|TM|TL|TUQ|TUN)\.|(?:TỔNG )?(?:PHÓ )?(?:TỔNG )?(?:CHI )?(?:CỤC )?"
    r"(?:GIÁM ĐỐC|CHỦ TỊCH|CHỦ NHIỆM|TRƯỞNG|CHÁNH|BÍ THƯ|THỦ TRƯỞNG|HIỆU TRƯỞNG|VIỆN TRƯỞNG|QUYỀN ))"
)
_RECIPIENTS = re.compile(r"nơi nhận(?!\w)", re.IGNORECASE)
_RECIPIENT = re.compile(r"[-–+*•]|lưu\s*:", re.IGNORECASE)
_MOST_NAME_WORDS = 8


@dataclass(frozen=True, slots=True)
class SignatureBlocks:
    """The headings in protocol order and what was left out."""

    headings: tuple[str, ...]
    findings: tuple[TextFinding, ...]


def opens_block(paragraph: WordParagraph) -> bool:
    """Whether a signature block starts here."""
    return paragraph.part is WordPart.PARTY or is_heading_start(paragraph.words)


def read_signatures(paragraphs: Sequence[WordParagraph]) -> SignatureBlocks:
    """The blocks from the first heading (or its table row) to the end of the file.

    Raises NotAPledgeError (text_after_signatures) for words that are no heading, title, name or recipient.
    """
    found = _Blocks()
    for paragraph in paragraphs:
        found.take(paragraph)
    findings = [signers_left_out(found.signers)] if found.signers else []
    findings += [recipients_left_out(found.recipients)] if found.recipients else []
    return SignatureBlocks(tuple(" ".join(words) for words in found.headings), tuple(findings))


@dataclass(slots=True)
class _Blocks:
    """Headings so far; `open` is the heading that a cell's next capitals go on with, `listing` the recipients' cell."""

    headings: list[list[str]] = field(default_factory=list)
    signers: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    open: dict[Cell | None, list[str]] = field(default_factory=dict)
    closed: set[Cell | None] = field(default_factory=set)
    listing: bool = False
    listing_cell: Cell | None = None

    def take(self, paragraph: WordParagraph) -> None:
        words, cell = " ".join(paragraph.numbered_lines), paragraph.cell
        if self._is_recipient(words, cell):
            self.recipients.append(words)
        elif is_heading_start(words) or (paragraph.part is WordPart.PARTY and cell not in self.open):
            self._open(words, cell)
        elif cell in self.open and cell not in self.closed and is_capitals(words) and not _AUTHORITY.match(words):
            self.open[cell].append(words)
        elif _is_signer(words):
            self.closed.add(cell)
            self.signers.append(words)
        else:
            raise text_after_signatures(words)

    def _open(self, words: str, cell: Cell | None) -> None:
        self.headings.append([words])
        self.open[cell] = self.headings[-1]
        self.closed.discard(cell)

    def _is_recipient(self, words: str, cell: Cell | None) -> bool:
        """The list runs to the end of its cell; outside tables, as long as its lines look like it."""
        if _RECIPIENTS.match(words):
            self.listing, self.listing_cell = True, cell
        elif self.listing:
            self.listing = cell == self.listing_cell and (cell is not None or bool(_RECIPIENT.match(words)))
        return self.listing


def _is_signer(words: str) -> bool:
    """A title, a name (each word with a capital) or a remark in brackets."""
    names = words.split()
    return (
        bool(_AUTHORITY.match(words))
        or (words.startswith("(") and words.endswith(")"))
        or (len(names) <= _MOST_NAME_WORDS and all(name[0].isupper() for name in names))
    )
