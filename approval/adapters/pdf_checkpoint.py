"""The newest signed head of the history, carried in the seal's signature dictionary: an archive we cannot edit."""

from __future__ import annotations

from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.misc import PdfError

# A private key with a prefix of its own (ISO 32000-1 annex E); readers pass over what they do not know.
CHECKPOINT_KEY = "/GUOC_Checkpoint"
_LONGEST = 64 * 1024


def add_checkpoint(dictionary: generic.DictionaryObject, note: bytes) -> None:
    """Put a signed note (C2SP tlog-checkpoint, cosignatures joined) into a signature dictionary not yet written."""
    dictionary[pdf_name(CHECKPOINT_KEY)] = generic.ByteStringObject(note)


def checkpoint_of(dictionary: Any) -> bytes | None:
    """The note in a signature dictionary, None without one. Raises ValueError for what cannot be one."""
    value = dictionary.get(CHECKPOINT_KEY)
    if value is None:
        return None
    note = _bytes_of(value)
    if not 0 < len(note) <= _LONGEST:
        raise ValueError("this is no checkpoint")
    return note


def _bytes_of(value: Any) -> bytes:
    if isinstance(value, generic.ByteStringObject):
        return bytes(value)
    try:
        # A reader takes bytes that happen to be text for text (ISO 32000-1 §7.9.2).
        return bytes(value.original_bytes)
    except (AttributeError, PdfError) as error:
        raise ValueError("this is no checkpoint") from error
