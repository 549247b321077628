"""Just enough DER (X.690) to join prepared parts of a CMS message; asn1crypto would take most of a signature's time."""

from __future__ import annotations

_LONG_FORM = 0x80


def tlv(tag: int, *parts: bytes) -> bytes:
    """Tag, definite length, contents."""
    body = b"".join(parts)
    size = len(body)
    if size < _LONG_FORM:
        return bytes((tag, size)) + body
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG_FORM | len(octets))) + octets + body


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE of already encoded parts."""
    return tlv(0x30, *parts)


def set_of(*parts: bytes) -> bytes:
    """SET OF already encoded parts, in the order DER demands (X.690 §11.6)."""
    return tlv(0x31, *sorted(parts))


def context(number: int, *parts: bytes) -> bytes:
    """Constructed context-specific tag around encoded parts."""
    return tlv(0xA0 | number, *parts)


def octet_string(data: bytes) -> bytes:
    """OCTET STRING."""
    return tlv(0x04, data)


def integer(number: int) -> bytes:
    """INTEGER, not negative."""
    return tlv(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def object_identifier(dotted: str) -> bytes:
    """OBJECT IDENTIFIER from its dotted form."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    return tlv(0x06, b"".join(_base128(arc) for arc in (40 * first + second, *rest)))


def _base128(arc: int) -> bytes:
    octets = [arc & 0x7F]
    while arc := arc >> 7:
        octets.append(0x80 | (arc & 0x7F))
    return bytes(reversed(octets))
