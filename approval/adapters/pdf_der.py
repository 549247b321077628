"""Just enough DER (X.690) to join prepared parts of a CMS message; asn1crypto would take most of a signature's time."""

from __future__ import annotations

_LONG_FORM = 0x80
_CONSTRUCTED = 0x20
_TAG_NUMBER = 0x1F


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


def is_strict(data: bytes) -> bool:
    """Whether the bytes are one value whose every length is definite and as short as it can be (X.690 §10.1)."""
    try:
        return _end_of_value(data, 0, len(data)) == len(data)
    except (IndexError, ValueError):
        return False


def _end_of_value(data: bytes, start: int, limit: int) -> int:
    tag, size, body = data[start], data[start + 1], start + 2
    if tag & _TAG_NUMBER == _TAG_NUMBER:
        raise ValueError("long tags do not occur in CMS")
    if size >= _LONG_FORM:
        count = size & 0x7F
        size = int.from_bytes(data[body : body + count], "big")
        body += count
        if size < _LONG_FORM or count != (size.bit_length() + 7) // 8:
            raise ValueError("length not minimal")
    end = body + size
    if end > limit:
        raise ValueError("longer than what holds it")
    if tag & _CONSTRUCTED:  # its parts must fill it exactly
        while body < end:
            body = _end_of_value(data, body, end)
    return end
