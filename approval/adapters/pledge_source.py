"""One way in for every kind of draft file, told apart by what is in it."""

from __future__ import annotations

from approval.adapters.docx_package import is_word_or_office
from approval.adapters.docx_reader import read_docx
from approval.domain.import_text import ImportedPledge, import_pledge
from approval.domain.import_word import import_word
from approval.domain.plain_text import DEFAULT_LIMIT, too_large


def import_source(data: bytes, *, limit: int = DEFAULT_LIMIT) -> ImportedPledge:
    """Reads a pledge from the bytes of a Word, Markdown or plain text file of at most `limit` bytes.

    Raises NotAPledgeError, whose `code` names the cause, when the file is not a pledge.
    """
    if not is_word_or_office(data):
        return import_pledge(data, limit=limit)
    if len(data) > limit:
        raise too_large(len(data), limit)
    return import_word(read_docx(data))
