"""Form fields of a pledge file: made empty before the first signature, filled at the end."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    append_signature_field,
    enumerate_sig_fields,
)
from pyhanko.stamp import BaseStampStyle

from approval.adapters.pdf_errors import FieldMissingError
from approval.domain.document import CERTIFICATION_FIELD, DAY_FIELD, MONTH_FIELD, SEAL_FIELD, FieldBox, TypesetDocument

_PRINT = 4  # annotation flag, ISO 32000-1 table 165; PDF/A demands it
_READ_ONLY = 1  # field flag, ISO 32000-1 table 221


def add_fields(writer: IncrementalPdfFileWriter, document: TypesetDocument) -> None:
    """Every field the document will ever need: after certification none may be added (ISO 32000-1 §12.8.2.2)."""
    append_signature_field(writer, SigFieldSpec(CERTIFICATION_FIELD, readable_field_name="Mở ký"))
    for box in document.signature_boxes:
        append_signature_field(writer, _visible(box, "Chữ ký"))
    append_signature_field(writer, _seal(document.seal_box))
    for box in document.date_boxes:
        _add_date_field(writer, box)


def _visible(box: FieldBox, title: str) -> SigFieldSpec:
    return SigFieldSpec(box.name, on_page=box.page, box=_rectangle(box), readable_field_name=title)  # type: ignore[arg-type]


def _seal(box: FieldBox) -> SigFieldSpec:
    return SigFieldSpec(
        SEAL_FIELD,
        on_page=box.page,
        box=_rectangle(box),  # type: ignore[arg-type]
        readable_field_name="Niêm phong",
        # After the seal nothing may change any more: neither a field nor the document.
        field_mdp_spec=FieldMDPSpec(FieldMDPAction.ALL),
        doc_mdp_update_value=MDPPerm.NO_CHANGES,
    )


def _rectangle(box: FieldBox) -> tuple[float, float, float, float]:
    # pyHanko annotates whole points but writes fractions faithfully.
    return (box.x0, box.y0, box.x1, box.y1)


def _add_date_field(writer: IncrementalPdfFileWriter, box: FieldBox) -> None:
    page = writer.find_page_for_modification(box.page)[0]
    empty = RawContent(b"", box=BoxConstraints(width=box.x1 - box.x0, height=box.y1 - box.y0)).as_form_xobject()
    field = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): pdf_string(box.name),
            pdf_name("/TU"): pdf_string(_date_title(box.name)),
            pdf_name("/Ff"): generic.NumberObject(_READ_ONLY),
            pdf_name("/F"): generic.NumberObject(_PRINT),
            pdf_name("/Rect"): generic.ArrayObject([generic.FloatObject(round(v, 3)) for v in _rectangle(box)]),
            pdf_name("/P"): page,
            pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): writer.add_object(empty)}),
        }
    )
    reference = writer.add_object(field)
    writer.register_annotation(page, reference)
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.append(reference)
    writer.update_container(fields)


def _date_title(name: str) -> str:
    return {DAY_FIELD: "Ngày", MONTH_FIELD: "Tháng"}.get(name, "Năm")


def import_stamp(writer: BasePdfFileWriter, stamp_pdf: bytes) -> generic.IndirectObject:
    """The one page of a stamp as a form XObject of this file; the viewer fits it to the field's rectangle."""
    reader = PdfFileReader(BytesIO(stamp_pdf))
    reference: generic.IndirectObject = writer.import_page_as_xobject(reader)
    return reference


def fill_date_field(writer: IncrementalPdfFileWriter, name: str, value: str, stamp_pdf: bytes) -> None:
    """Set the value and a *new* appearance; changing the old stream in place would break every earlier signature.

    Raises FieldMissingError when the file has no such date field.
    """
    field = _find_text_field(writer, name)
    field[pdf_name("/V")] = pdf_string(value)
    field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): import_stamp(writer, stamp_pdf)})
    writer.update_container(field)


def _find_text_field(handler: Any, name: str) -> generic.DictionaryObject:
    for reference in handler.root["/AcroForm"]["/Fields"]:
        field = reference.get_object()
        if field.get("/T") == name and field.get("/FT") == "/Tx":
            found: generic.DictionaryObject = field
            return found
    raise FieldMissingError(name)


def text_field_values(reader: PdfFileReader) -> dict[str, str | None]:
    """Value of every text field, None when not filled."""
    values: dict[str, str | None] = {}
    for reference in _form_fields(reader):
        field = reference.get_object()
        if field.get("/FT") == "/Tx":
            value = field.get("/V")
            values[str(field["/T"])] = None if value is None else str(value)
    return values


def _form_fields(reader: PdfFileReader) -> list[generic.IndirectObject]:
    try:
        return list(reader.root["/AcroForm"]["/Fields"])
    except KeyError:
        return []


def signature_fields(handler: Any) -> dict[str, bool]:
    """Name of every signature field, and whether it is signed."""
    return {name: value is not None for name, value, _ in enumerate_sig_fields(handler) if name}


@dataclass(frozen=True)
class PageStamp(BaseStampStyle):
    """An appearance that is exactly one typeset page: no border, no margin, no second pass of layout."""

    stamp_pdf: bytes = b""

    def create_stamp(self, writer: BasePdfFileWriter, box: BoxConstraints, text_params: dict[str, Any]) -> Any:
        """Import the page; called by pyHanko while it prepares the signature."""
        return _ImportedStamp(import_stamp(writer, self.stamp_pdf))


@dataclass(frozen=True, slots=True)
class _ImportedStamp:
    xobject: generic.IndirectObject

    def apply_appearance(self, annotation: generic.DictionaryObject) -> None:
        annotation[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): self.xobject})
