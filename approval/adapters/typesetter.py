"""Turns a pledge into PDF/A-3b pages and signing acts into stamps, with Typst and the fonts carried in the product."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import typst

from approval.adapters.opinion_print import opinion_print_data
from approval.adapters.opinion_sheet import OpinionSheet
from approval.adapters.typeset_glyphs import (
    DOCUMENT_TEMPLATES,
    FONT_FOLDER,
    check_lines,
    check_printable,
    check_words_fit,
)
from approval.adapters.typeset_input import (
    DATE_FIELDS,
    HeaderPrint,
    PartyPrint,
    pledge_data,
)
from approval.adapters.typeset_stamp_input import date_part_data, seal_data, signature_data
from approval.adapters.verification_print import verification_print_data
from approval.domain.document import (
    SEAL_FIELD,
    FieldBox,
    TypesetDocument,
    signature_field_name,
)
from approval.domain.errors import InvalidInputError, PledgeError
from approval.domain.pledge_text import PledgeText
from approval.domain.pledge_text_check import text_lines
from approval.domain.verification_sheet import VerificationSheet

_PDF_STANDARD: typst.PDFStandards = ["a-3b"]
_STAMP_CREATED = datetime(2000, 1, 1, tzinfo=UTC)
_A4_HEIGHT = 841.8898
_KEPT_DOCUMENTS = 8
_RUNS_REMEMBERED = 10
_TEXT_HEIGHT = 257 / 25.4 * 72


class TypesettingError(PledgeError):
    """The page could not be made; the cause is in the product or its input, not in what the person did."""


class BlockTooTallError(InvalidInputError):
    """Signature blocks or recipients that may not be divided do not fit on one page."""


class Typesetter:
    """One warm Typst compiler, shared by all threads of a process.

    A Typst compiler keeps the inputs of its last run, so a run and the questions about it are done under one lock.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._compiler: typst.Compiler | None = None
        # Showing a pledge asks for the same pages again and again; same inputs give the same bytes.
        self._recent: OrderedDict[tuple[str, bytes, datetime], TypesetDocument] = OrderedDict()

    def check_text(self, text: PledgeText) -> None:
        """Whether every letter and word of the text can be printed; quick, makes no page.

        Raises MissingGlyphError and WordTooWideError with `field` naming the part of the editor.
        """
        check_lines(text_lines(text))

    def typeset_pledge(
        self,
        text: PledgeText,
        *,
        parties: Sequence[PartyPrint],
        header: HeaderPrint,
        mark: str | None,
        fixed_created: datetime,
        record: bytes = b"",
    ) -> TypesetDocument:
        """The pledge as PDF/A-3b, laid out after NĐ 30/2020 Phụ lục I, and the boxes of its fields.

        `parties` in protocol order; `mark` is printed on every page of a preview ("DỰ THẢO – lần 2 – …"), None for the
        document to sign; `fixed_created` (aware) is the creation date in the file: same inputs give the same bytes.
        `record` (UTF-8), when given, travels inside the file as a PDF/A-3 associated file.

        Raises MissingGlyphError, WordTooWideError, BlockTooTallError, TypesettingError.
        """
        data = pledge_data(text, parties, header, mark)
        check_printable(data)
        check_words_fit(data)
        with self._lock:
            key = (json.dumps(data), record, fixed_created)
            if key not in self._recent:
                self._recent[key] = self._typeset(data, fixed_created, record)
            self._recent.move_to_end(key)
            while len(self._recent) > _KEPT_DOCUMENTS:
                self._recent.popitem(last=False)
            return self._recent[key]

    def typeset_opinions(self, sheet: OpinionSheet, *, fixed_created: datetime) -> bytes:
        """The table of opinions as PDF/A-3b, A4 landscape; same inputs give the same bytes.

        Takes whatever people wrote: what the fonts lack is written as its code point. Raises TypesettingError.
        """
        data = opinion_print_data(sheet)
        with self._lock:
            pdf = self._compile("opinions.typ", data, fixed_created, tagged=True)
            self._forget_layout()
            return pdf

    def typeset_verification(
        self, sheet: VerificationSheet, *, base_url: str, test_notice: bool, fixed_created: datetime
    ) -> bytes:
        """The verification sheet as PDF/A-3b, its QR code leading to the checking page. Raises TypesettingError."""
        data = verification_print_data(sheet, base_url=base_url, test_notice=test_notice)
        with self._lock:
            pdf = self._compile("verification.typ", data, fixed_created, tagged=True)
            self._forget_layout()
            return pdf

    def typeset_signature_stamp(
        self,
        box: FieldBox,
        *,
        picture_png: bytes,
        authority_lines: Sequence[str],
        name: str,
        note: str,
        test_notice: bool,
    ) -> bytes:
        """One PDF page the size of `box`: authority lines, the blue picture, the name, a small note ("" for none).

        The agency's heading ("ĐẠI DIỆN …") is on the page itself. Long words are made smaller until they fit.

        Raises MissingGlyphError, TypesettingError (also when `picture_png` is no picture).
        """
        data = signature_data(box, authority_lines=authority_lines, name=name, note=note, test_notice=test_notice)
        check_printable(data)
        return self._stamp("signature.typ", {**data, "picture": list(picture_png)})

    def typeset_date_part(self, box: FieldBox, value: str) -> bytes:
        """One PDF page the size of `box` with the digits exactly where the date line would have printed them.

        `value` is what `date_part_text` gives ("05", "5", "2024"). Raises MissingGlyphError, TypesettingError.
        """
        data = date_part_data(box, value)
        check_printable(data)
        return self._stamp("date_part.typ", data)

    def typeset_seal_stamp(self, box: FieldBox, *, lines: Sequence[str], test_notice: bool) -> bytes:
        """One PDF page the size of `box`: `lines` in a frame, the first as title, smaller until they fit.

        Raises MissingGlyphError, TypesettingError.
        """
        data = seal_data(box, lines=lines, test_notice=test_notice)
        check_printable(data)
        return self._stamp("seal.typ", data)

    def _stamp(self, template: str, data: dict[str, Any]) -> bytes:
        # A stamp is drawn into the document; its own creation date is never seen, so it may be any fixed one.
        with self._lock:
            return self._compile(template, data, _STAMP_CREATED, tagged=False)

    def _typeset(self, data: dict[str, Any], created: datetime, record: bytes) -> TypesetDocument:
        """Call with the lock held."""
        pdf = self._compile("pledge.typ", data, created, tagged=True, record=record)
        summary = json.loads(self._warm_compiler().query("<summary>", field="value", one=True))
        self._forget_layout()
        if summary["tallest"] > _TEXT_HEIGHT:
            raise _too_tall()
        return _as_document(pdf, summary, len(data["parties"]))

    def _forget_layout(self) -> None:
        # Typst remembers every step of the last ten runs, about 10 MB for a pledge; ten empty runs (4 ms) let go of it.
        for _ in range(_RUNS_REMEMBERED):
            self._warm_compiler().compile(b"", format="pdf", sys_inputs={})

    def _compile(
        self, template: str, data: dict[str, Any], created: datetime, *, tagged: bool, record: bytes = b""
    ) -> bytes:
        """Call with the lock held."""
        inputs = {"data": json.dumps(data, ensure_ascii=False)}
        if record:
            inputs["record"] = record.decode()
        try:
            pdf = self._warm_compiler().compile(
                DOCUMENT_TEMPLATES / template,
                format="pdf",
                sys_inputs=inputs,
                pdf_standards=_PDF_STANDARD,
                # Typst refuses fractions of a second.
                timestamp=created.replace(microsecond=0),
                pdf_tags=tagged,
            )
        except typst.TypstError as error:
            raise _typesetting_failed(error) from error
        if not isinstance(pdf, bytes):
            raise TypeError("Typst gave no single PDF")
        return pdf

    def _warm_compiler(self) -> typst.Compiler:
        # Made at first use: after a server forks its workers, and only where something is typeset.
        if self._compiler is None:
            fonts = typst.Fonts(
                include_system_fonts=False,
                include_embedded_fonts=False,
                font_paths=[str(FONT_FOLDER)],
            )
            self._compiler = typst.Compiler(root=str(DOCUMENT_TEMPLATES), font_paths=fonts, ignore_system_fonts=True)
        return self._compiler


def _as_document(pdf: bytes, summary: dict[str, Any], party_count: int) -> TypesetDocument:
    boxes = {mark["name"]: _as_box(mark) for mark in summary["fields"]}
    names = [signature_field_name(position) for position in range(1, party_count + 1)]
    return TypesetDocument(
        pdf=pdf,
        page_count=summary["pages"],
        signature_boxes=tuple(boxes[name] for name in names),
        seal_box=boxes[SEAL_FIELD],
        date_boxes=tuple(boxes[name] for name in DATE_FIELDS.values() if name in boxes),
    )


def _as_box(mark: dict[str, Any]) -> FieldBox:
    """Typst counts y downwards from the top, PDF upwards from the bottom."""
    top = _A4_HEIGHT - mark["y"]
    return FieldBox(
        mark["name"],
        mark["page"],
        mark["x"],
        top - mark["height"],
        mark["x"] + mark["width"],
        top,
    )


def _typesetting_failed(error: typst.TypstError) -> TypesettingError:
    return TypesettingError(
        "typesetting-failed",
        "Không dựng được trang văn bản; hãy thử lại, nếu vẫn lỗi thì báo quản trị viên.",
        f"The page could not be typeset: {error.message}",
    )


def _too_tall() -> BlockTooTallError:
    return BlockTooTallError(
        "block-too-tall",
        "Tên cơ quan ở khối ký hoặc danh sách nơi nhận dài hơn một trang; hãy rút ngắn.",
        "A signature block or the list of recipients is taller than a page; shorten it.",
    )
