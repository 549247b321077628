"""Ways to spoil a signed pledge file, as somebody with write access to it would."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from pyhanko.pdf_utils import embed, generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from approval.adapters.pdf_fields import fill_date_field, import_stamp
from approval.domain.document import DAY_FIELD
from tests.factories.pdf_documents import stamp

Tampering = Callable[[bytes], bytes]


def flip(pdf: bytes, offset: int, bit: int = 0) -> bytes:
    """One bit of one byte the other way round."""
    spoiled = bytearray(pdf)
    spoiled[offset] ^= 1 << bit
    return bytes(spoiled)


def revision_ends(pdf: bytes) -> list[int]:
    """File length at the end of each signed revision, oldest first, from the byte ranges."""
    signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
    return [int(s.byte_range[2]) + int(s.byte_range[3]) for s in signatures]


def cut_revisions(pdf: bytes, count: int) -> bytes:
    """The genuine file as it was `count` revisions ago."""
    return pdf[: revision_ends(pdf)[-1 - count]]


def white_box(pdf: bytes) -> bytes:
    """Paint over a line of the first page, incrementally."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    paint = generic.StreamObject(stream_data=b"q 1 1 1 rg 60 600 400 60 re f Q")
    writer.add_stream_to_page(0, writer.add_object(paint))
    return _written(writer)


def note_added(pdf: bytes) -> bytes:
    """Stick a free-text annotation onto the first page."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    page = writer.find_page_for_modification(0)[0]
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(n) for n in (60, 600, 300, 660)]),
            pdf_name("/Contents"): pdf_string("Không đồng ý"),
            pdf_name("/DA"): pdf_string("/Helv 12 Tf 0 g"),
        }
    )
    writer.register_annotation(page, writer.add_object(note))
    return _written(writer)


def day_refilled(pdf: bytes) -> bytes:
    """Put another day into the date line."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    fill_date_field(writer, DAY_FIELD, "30", stamp("30", 20.75, 15.2))
    return _written(writer)


def stamp_replaced(pdf: bytes, field_name: str = "KY_01") -> bytes:
    """Give a signed field the picture of somebody else."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    for reference in writer.root["/AcroForm"]["/Fields"]:
        field = reference.get_object()
        if field["/T"] == field_name:
            picture = import_stamp(writer, stamp("Người khác"))
            field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): picture})
            writer.update_container(field)
    return _written(writer)


def file_attached(pdf: bytes) -> bytes:
    """Attach a file to the document."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    data = embed.EmbeddedFileObject.from_file_data(writer, data=b"phu luc", compress=True)
    embed.embed_file(writer, embed.FileSpec("phu-luc.txt", file_name="phu-luc.txt", embedded_data=data))
    return _written(writer)


def script_added(pdf: bytes) -> bytes:
    """Add a script that runs when the document is opened."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    action = {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): pdf_string("app.alert(1)")}
    writer.root[pdf_name("/OpenAction")] = writer.add_object(generic.DictionaryObject(action))
    writer.update_root()
    return _written(writer)


def bytes_appended(pdf: bytes) -> bytes:
    """Leave something behind the end of the file."""
    return pdf + b"\n% a remark\n"


def revision_appended(pdf: bytes) -> bytes:
    """Append a well-formed revision that changes nothing anybody sees."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    writer.add_object(generic.DictionaryObject({pdf_name("/Orphan"): generic.NumberObject(1)}))
    return _written(writer)


# What changes the meaning of the file; each may be done before or after sealing.
CHANGES: dict[str, Tampering] = {
    "white box over text": white_box,
    "note added": note_added,
    "stamp of a signed field replaced": stamp_replaced,
    "file attached": file_attached,
    "script added": script_added,
}
# What only harms a finished file.
CHANGES_AFTER_SEAL: dict[str, Tampering] = {
    **CHANGES,
    "day refilled": day_refilled,
    "bytes after the end": bytes_appended,
    "empty revision appended": revision_appended,
}


def _written(writer: IncrementalPdfFileWriter) -> bytes:
    output = BytesIO()
    writer.write(output)
    return output.getvalue()
