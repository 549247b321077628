"""Header lines with Vietnamese letters, encoded after RFC 2047 so that every reader gets the same words back.

Python's own folding (seen in 3.11) parts a word in two and drops spaces when a subject or name needs several lines.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from email.headerregistry import Address, AddressHeader
from email.policy import EmailPolicy
from typing import Any

# RFC 2047 §2: an encoded word has at most 75 characters; 12 are its frame, and base64 turns 45 bytes into 60.
_CHUNK_BYTES = 45
# RFC 5322 §2.1.1: no line is longer than 998 characters, and a word without a space cannot be folded.
_LONGEST_WORD = 60


class WholeWordPolicy(EmailPolicy):
    """The SMTP policy, but Vietnamese subjects and names are cut between words, with every space kept."""

    def fold(self, name: str, value: Any) -> str:
        """One header with its line ends, as text."""
        return self._folded(name, value) or super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        """One header with its line ends, as bytes."""
        folded = self._folded(name, value)
        return folded.encode("ascii") if folded else super().fold_binary(name, value)

    def _folded(self, name: str, value: Any) -> str:
        """The header, or "" when there is nothing to encode or it is not ours to encode."""
        if isinstance(value, AddressHeader):
            foreign = any(_must_be_encoded(address.display_name) for address in value.addresses)
            return self._lines(name, list(_mailboxes(value.addresses))) if foreign else ""
        foreign = name.lower() == "subject" and _must_be_encoded(str(value))
        return self._lines(name, list(_encoded(str(value)))) if foreign else ""

    def _lines(self, name: str, words: list[str]) -> str:
        return f"{name}: " + f"{self.linesep} ".join(words) + self.linesep


def _mailboxes(addresses: Iterable[Address]) -> Iterator[str]:
    """Encoded names and bare addresses, a comma after each mailbox but the last."""
    *others, last = addresses
    for address in others:
        yield from _name(address)
        yield f"<{address.addr_spec}>,"
    yield from _name(last)
    yield f"<{last.addr_spec}>"


def _name(address: Address) -> Iterator[str]:
    return _encoded(address.display_name) if address.display_name else iter(())


def _must_be_encoded(text: str) -> bool:
    return not text.isascii() or any(len(word) > _LONGEST_WORD for word in text.split(" "))


SMTP_POLICY = WholeWordPolicy(linesep="\r\n")


def _encoded(text: str) -> Iterator[str]:
    """Encoded words of `text`; the spaces between its words are inside them, as those between do not count."""
    for chunk in _chunks(text):
        yield f"=?utf-8?b?{base64.b64encode(chunk.encode()).decode()}?="


def _chunks(text: str) -> Iterator[str]:
    chunk = ""
    for piece in _pieces(text):
        if len((chunk + piece).encode()) > _CHUNK_BYTES:
            yield chunk
            chunk = ""
        chunk += piece
    yield chunk


def _pieces(text: str) -> Iterator[str]:
    """Words with the space after them; what no line could hold comes letter by letter."""
    for piece in text.replace(" ", " \n").split("\n"):
        if len(piece.encode()) <= _CHUNK_BYTES:
            yield piece
        else:
            yield from piece
