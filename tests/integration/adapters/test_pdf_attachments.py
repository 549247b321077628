"""The record travels inside the file: a foreign program takes it out whole, and nothing about it can be changed."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from approval.adapters.pdf_attachments import attached_file
from approval.adapters.typeset_input import parties_of
from approval.domain.document import ExpectedDocument, Finding, TypesetDocument
from approval.domain.signing_record import FILE_NAME, read_signing_record
from tests.factories.pdf_documents import stamp
from tests.factories.pdf_tools import run_tool
from tests.factories.pki import SigningHouse, signing_house
from tests.factories.signed_pledges import sign_as
from tests.factories.signing_records import signing_record
from tests.factories.tampering import file_attached
from tests.factories.typeset import CREATED, HEADER, TYPESETTER
from tests.factories.validators import public_validator

RECORD = signing_record().canonical_bytes()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> SigningHouse:
    return signing_house(tmp_path_factory.mktemp("pki"))


def document(record: bytes = RECORD) -> TypesetDocument:
    text = signing_record().printed
    return TYPESETTER.typeset_pledge(
        text, parties=parties_of(text), header=HEADER, mark=None, fixed_created=CREATED, record=record
    )


@pytest.fixture(scope="module")
def final(house: SigningHouse) -> bytes:
    pdf = house.signer.open(document(), reason="Mở ký")
    for position in (1, 2):
        pdf = sign_as(house, pdf, position).pdf
    return house.signer.finalise(pdf, date_stamps={}, seal_stamp=stamp("Niêm phong", 170, 50), reason="Niêm phong")


def test_a_foreign_program_takes_the_very_bytes_out_of_the_finished_file(final: bytes, tmp_path: Path) -> None:
    path = tmp_path / "final.pdf"
    path.write_bytes(final)
    assert FILE_NAME in run_tool("pdfdetach", "-list", path)
    run_tool("pdfdetach", "-save", "1", "-o", tmp_path / "record.json", path)
    assert (tmp_path / "record.json").read_bytes() == RECORD
    run_tool("qpdf", "--check", path)


def test_the_record_is_read_back_and_the_file_is_sound(house: SigningHouse, final: bytes) -> None:
    assert public_validator(house).inspect(final).finding is Finding.SOUND
    data = attached_file(PdfFileReader(BytesIO(final)), FILE_NAME, revision=0)
    assert data == RECORD
    assert read_signing_record(data).fields == ("KY_01", "KY_02")


def test_a_document_without_a_record_has_none(house: SigningHouse) -> None:
    reader = PdfFileReader(BytesIO(document(b"").pdf))
    assert attached_file(reader, FILE_NAME, revision=0) is None
    assert attached_file(PdfFileReader(BytesIO(document().pdf)), "khac.json", revision=0) is None


def test_what_is_attached_later_is_not_taken_for_the_record(final: bytes) -> None:
    reader = PdfFileReader(BytesIO(file_attached(final)))
    assert attached_file(reader, "phu-luc.txt", revision=0) is None


def record_replaced(pdf: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    stream = writer.root["/AF"][0].get_object()["/EF"].raw_get("/F").get_object()
    stream._data = RECORD.replace(b"agree", b"AGREE")
    stream._encoded_data = None
    writer.mark_update(writer.root["/AF"][0].get_object()["/EF"].raw_get("/F"))
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def test_a_record_exchanged_after_the_opening_is_tampering(house: SigningHouse) -> None:
    spoiled = record_replaced(house.signer.open(document(), reason="Mở ký"))
    assert attached_file(PdfFileReader(BytesIO(spoiled)), FILE_NAME, revision=0) == RECORD
    expected = ExpectedDocument(("KY_01", "KY_02"), (), frozenset(), final=False)
    assert public_validator(house).validate(spoiled, expected).finding is Finding.TAMPERED


def test_the_same_record_gives_the_same_bytes_and_another_one_others() -> None:
    assert document().pdf == document().pdf
    assert document(RECORD + b" ").pdf != document().pdf
