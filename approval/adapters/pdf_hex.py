"""pyHanko's reader of hexadecimal strings (ISO 32000-1 §7.3.4.3), made quick for what PDF writers write.

pyHanko reads them a character at a time, and each signature is one of 16,000: a quarter of the time in which a file of
seven signatures is judged. Pairs of digits and nothing else are taken at once here; all else goes to pyHanko.
"""

from __future__ import annotations

import binascii
from typing import IO

from pyhanko.pdf_utils import generic

# A document's two identifiers are 32 digits long, a signature thousands.
_FIRST, _MORE = 128, 32_768

read_by_character = generic.read_hex_string_from_stream


def read_hex_string(stream: IO[bytes]) -> generic.ByteStringObject | generic.TextStringObject:
    """The string that begins where the stream stands; leaves the stream after it. Raises what pyHanko raises."""
    start = stream.tell()
    digits = _up_to_end(stream)
    try:
        # Refuses white space, an odd number of digits, and whatever is no digit.
        content = binascii.unhexlify(digits[1:])
    except binascii.Error:
        stream.seek(start)
        return read_by_character(stream)
    stream.seek(start + len(digits) + 1)
    return generic.pdf_string(content)


def _up_to_end(stream: IO[bytes]) -> bytes:
    """From here to the next `>`, which is left out; to the end of the stream when there is none."""
    read = bytearray()
    while chunk := stream.read(_MORE if read else _FIRST):
        end = chunk.find(b">")
        if end >= 0:
            return bytes(read + chunk[:end])
        read += chunk
    # A single digit is odd: pyHanko will say what is wrong.
    return b"<0"
