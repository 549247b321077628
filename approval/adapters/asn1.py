"""asn1crypto with its mistake about lengths mended; everything here that reads ASN.1 takes it from this module.

asn1crypto 1.5.1 takes every header that ends in 0x80 for one of indefinite length (X.690 §8.1.3.6), also a definite
one such as `30 82 2F 80`, and writes the value anew (wbond/asn1crypto issue 249). That may change bytes which were
signed, and takes time exponential in the depth: some 30 s for a signature message, and minutes for a whole file. It
happened to one pledge in about twenty, by the chance length of an ECDSA signature.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asn1crypto import cms, core, crl, ocsp, parser, tsp, x509

__all__ = ["cms", "core", "crl", "ends_definite", "first_value", "ocsp", "tsp", "x509"]

_INDEFINITE = 0x80
_LONG_TAG = 0x1F
_MORE = 0x80

# The classes that decide about re-encoding by themselves.
_WRITERS = (core.Asn1Value, core.Choice, core.Primitive, core.Sequence, core.SequenceOf)


def first_value(data: bytes) -> bytes:
    """The bytes of the value `data` begins with, as they stand there.

    Raises ValueError when there is none, or one of indefinite length, which DER forbids.
    """
    _, _, _, header, contents, trailer = parser.parse(data, strict=False)
    if not ends_definite(header):
        raise ValueError("a value of indefinite length is not DER")
    found: bytes = header + contents + trailer
    return found


def ends_definite(header: bytes) -> bool:
    """Whether the last of a value's tag-and-length pairs (there are several under explicit tags) has a definite length.

    False also for bytes that are no such pairs.
    """
    position, definite = 0, False
    while position < len(header):
        position = _after_tag(header, position)
        if position >= len(header):
            return False
        first = header[position]
        definite = first != _INDEFINITE
        position += 1 + (first & 0x7F if first > _INDEFINITE else 0)
    return definite and position == len(header)


def _after_tag(header: bytes, position: int) -> int:
    """X.690 §8.1.2: a tag number of 31 or more goes on while the highest bit is set."""
    long = header[position] & _LONG_TAG == _LONG_TAG
    position += 1
    if long:
        while position < len(header) and header[position] & _MORE:
            position += 1
        position += 1
    return position


def _mended(dump: Callable[..., bytes]) -> Callable[..., bytes]:
    def dump_with_right_length(self: Any, force: bool = False) -> bytes:  # noqa: FBT001, FBT002 - asn1crypto's shape
        if force or not _taken_for_indefinite(self):
            return dump(self, force=force)
        # Asking for the contents brings a changed value up to date, and takes its header away if there was a change.
        contents: bytes = self.chosen.dump() if isinstance(self, core.Choice) else self.contents
        if not _taken_for_indefinite(self):
            return dump(self)
        written: bytes = self._header + contents + self._trailer
        return written

    dump_with_right_length.__doc__ = dump.__doc__
    return dump_with_right_length


def _taken_for_indefinite(value: Any) -> bool:
    header: bytes | None = value._header  # noqa: SLF001 - there is no public way to ask
    return header is not None and header[-1:] == b"\x80" and ends_definite(header)


def _mend() -> None:
    for writer in _WRITERS:
        writer.dump = _mended(writer.__dict__["dump"])


_mend()
