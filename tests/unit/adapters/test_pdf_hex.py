"""The quick reader of hexadecimal strings gives what pyHanko's gives, for everything a file may hold."""

from __future__ import annotations

from io import BytesIO

from hypothesis import example, given
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError

from approval.adapters import pdf_hex
from approval.adapters.pdf_library import prepare_library

_SIGNATURE = b"<" + b"30820a" * 3000 + b"0000" * 2000 + b">"
_PIECES = st.sampled_from(
    [b"0", b"aF", b"fEfF00e1", b" ", b"\n", b"\x00", b"%x\n", b"%", b"g", b"-1", b"<", b">", b"(", b"\xff"]
)


@given(st.lists(_PIECES, max_size=12).map(b"".join), st.sampled_from([b"", b">", b"> /Next"]))
@example(b"", b">")
@example(b"a" * 126, b">")
@example(b"a" * 127, b">")
@example(b"ab" * 70, b">")
@example(b"ab" * 70, b"")
@example(b"ab" * 16_448, b">")
def test_it_reads_as_pyhanko_does(digits: bytes, after: bytes) -> None:
    written = b"before <" + digits + after
    assert _reading(pdf_hex.read_hex_string, written) == _reading(pdf_hex.read_by_character, written)


class _Counting(BytesIO):
    """Counts how often it is read."""

    reads = 0

    def read(self, size: int | None = -1) -> bytes:
        self.reads += 1
        return super().read(size)


def test_pyhanko_uses_it() -> None:
    prepare_library()
    stream = _Counting(_SIGNATURE + b"/Rest")
    value = generic.read_object(stream, generic.TrailerReference(None))
    assert isinstance(value, generic.ByteStringObject)
    assert value.original_bytes == bytes.fromhex(_SIGNATURE[1:-1].decode())
    assert stream.reads < 10
    assert stream.read() == b"/Rest"


def _reading(read: object, written: bytes) -> tuple[object, ...]:
    """What comes out and where the stream then stands, or the error."""
    stream = BytesIO(written)
    stream.seek(len(b"before "))
    try:
        value = read(stream)  # type: ignore[operator]
    except PdfReadError as error:
        return type(error), str(error), stream.tell()
    return type(value), value, value.original_bytes, stream.tell()
