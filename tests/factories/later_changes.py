"""What may be done to a foreign form after it was signed: filled in, painted over, signed again, stamped."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.signers import PdfTimeStamper

from approval.adapters.pdf_fast_signer import PortTimeStamper
from approval.adapters.timestamp_authority import TimestampAuthority
from tests.factories.foreign_pdfs import plain_pdf

_AMOUNT = "so_tien"
_OVER_THE_TEXT = (50, 300, 550, 750)
_NOWHERE = (0, 0, 0, 0)


def form_pdf() -> bytes:
    """A page with one text field that says 1.000.000, and a font for it."""
    writer = IncrementalPdfFileWriter(BytesIO(plain_pdf()))
    font = writer.add_object(_dictionary(Type="/Font", Subtype="/Type1", BaseFont="/Helvetica"))
    field = _widget(writer, _AMOUNT, "/Tx", (72, 200, 372, 230), b"1.000.000")
    field[pdf_name("/V")] = pdf_string("1.000.000")
    form = generic.DictionaryObject({pdf_name("/Fields"): generic.ArrayObject()})
    fonts = generic.DictionaryObject({pdf_name("/F1"): font})
    form[pdf_name("/DR")] = generic.DictionaryObject({pdf_name("/Font"): fonts})
    writer.root[pdf_name("/AcroForm")] = writer.add_object(form)
    writer.update_root()
    _add_field(writer, field)
    return _written(writer)


def form_with_place() -> bytes:
    """The same with an empty field for a signature, as a form leaves one for the next to sign."""
    writer = IncrementalPdfFileWriter(BytesIO(form_pdf()))
    append_signature_field(writer, SigFieldSpec("Signature2", on_page=0, box=(72, 100, 272, 150)))
    return _written(writer)


def refilled(pdf: bytes) -> bytes:
    """Another amount in the field, seen as well as stored."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    for reference in writer.root["/AcroForm"]["/Fields"]:
        field = reference.get_object()
        if field["/T"] == _AMOUNT:
            field[pdf_name("/V")] = pdf_string("9.999.000.000")
            field["/AP"][pdf_name("/N")] = writer.add_object(_picture(b"9.999.000.000", field["/Rect"]))
            writer.update_container(field)
    return _written(writer)


def overlaid(pdf: bytes) -> bytes:
    """A signature field that nobody signed, and that paints white over the text."""
    return _written(_with_field(pdf, "Signature9", _OVER_THE_TEXT))


def invisible_field(pdf: bytes) -> bytes:
    """One that nobody signed nor sees."""
    return _written(_with_field(pdf, "Signature9", _NOWHERE))


def drawn_anew(pdf: bytes) -> bytes:
    """Ask the reader's program to draw all fields itself."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    writer.root["/AcroForm"][pdf_name("/NeedAppearances")] = generic.BooleanObject(True)
    writer.update_container(writer.root["/AcroForm"])
    return _written(writer)


def font_exchanged(pdf: bytes) -> bytes:
    """Another font for the fields, under the name of the one before."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    fonts = writer.root["/AcroForm"]["/DR"]["/Font"]
    fonts[pdf_name("/F1")] = writer.add_object(_dictionary(Type="/Font", Subtype="/Type1", BaseFont="/Symbol"))
    writer.update_container(fonts)
    return _written(writer)


def time_stamped(pdf: bytes, tsa: TimestampAuthority, *, name: str = "TS1", painting: bool = False) -> bytes:
    """A document time stamp; a painting one covers the text with white."""
    writer = _with_field(pdf, name, _OVER_THE_TEXT) if painting else IncrementalPdfFileWriter(BytesIO(pdf))
    output = BytesIO()
    stamper = PdfTimeStamper(PortTimeStamper(tsa), field_name=name)
    asyncio.run(
        stamper.async_timestamp_pdf(writer, "sha256", bytes_reserved=2 * tsa.token_reserve, output=output),
    )
    return output.getvalue()


def with_broken_stamp(pdf: bytes) -> bytes:
    """The newest time stamp says another digest than that of the file."""
    start = pdf.rindex(b"/Contents <") + len(b"/Contents <")
    digest = pdf.index(b"0420", start) + 8
    return pdf[:digest] + (b"0" if pdf[digest : digest + 1] != b"0" else b"1") + pdf[digest + 1 :]


def _with_field(pdf: bytes, name: str, box: Iterable[int]) -> IncrementalPdfFileWriter:
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    _add_field(writer, _widget(writer, name, "/Sig", box, b""))
    return writer


def _add_field(writer: IncrementalPdfFileWriter, field: generic.DictionaryObject) -> None:
    page = writer.find_page_for_modification(0)[0]
    field[pdf_name("/P")] = page
    reference = writer.add_object(field)
    writer.register_annotation(page, reference)
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.append(reference)
    writer.update_container(fields)


def _widget(
    writer: IncrementalPdfFileWriter, name: str, kind: str, box: Iterable[int], text: bytes
) -> generic.DictionaryObject:
    rectangle = generic.ArrayObject(map(generic.NumberObject, box))
    widget = _dictionary(Type="/Annot", Subtype="/Widget", FT=kind)
    widget[pdf_name("/T")] = pdf_string(name)
    widget[pdf_name("/F")] = generic.NumberObject(4)
    widget[pdf_name("/Rect")] = rectangle
    picture = writer.add_object(_picture(text, rectangle))
    widget[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): picture})
    return widget


def _picture(text: bytes, rectangle: generic.ArrayObject) -> generic.StreamObject:
    left, bottom, right, top = rectangle
    paint = b"1 1 1 rg 0 0 %d %d re f" % (right - left, top - bottom)
    letters = b" BT 0 g /F1 18 Tf 2 5 Td (%s) Tj ET" % text if text else b""
    picture = generic.StreamObject(stream_data=paint + letters)
    picture[pdf_name("/Type")] = pdf_name("/XObject")
    picture[pdf_name("/Subtype")] = pdf_name("/Form")
    corners = (0, 0, right - left, top - bottom)
    picture[pdf_name("/BBox")] = generic.ArrayObject(map(generic.NumberObject, corners))
    return picture


def _dictionary(**names: str) -> generic.DictionaryObject:
    return generic.DictionaryObject({pdf_name(f"/{key}"): pdf_name(value) for key, value in names.items()})


def _written(writer: IncrementalPdfFileWriter) -> bytes:
    output = BytesIO()
    writer.write(output)
    return output.getvalue()
