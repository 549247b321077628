"""The signed head in the seal: read back as it was put in, and under the seal."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.reader import PdfFileReader

from approval.adapters.pdf_checkpoint import CHECKPOINT_KEY, checkpoint_of
from approval.domain.document import SEAL_FIELD, Finding
from tests.factories.pdf_documents import stamp
from tests.factories.pdf_tools import run_tool
from tests.factories.signed_pledges import SignedPledge, signed_pledge
from tests.factories.validators import public_validator, worker_validator

NOTE = "giaouoc.example/nhat-ky\n7\nAAAA(=)\\\n\n— giaouoc.example/nhat-ky c2ln\n".encode()


def sealed(pledge: SignedPledge, note: bytes | None) -> bytes:
    return pledge.house.signer.finalise(
        pledge.revisions[-1].pdf,
        date_stamps={"NGAY": ("15", stamp("15", 20.75, 15.2))},
        seal_stamp=stamp("Đã niêm phong", 170, 50),
        reason="Niêm phong văn bản",
        checkpoint=note,
    )


@pytest.fixture(scope="module")
def pledge() -> SignedPledge:
    return signed_pledge()


@pytest.fixture(scope="module")
def final(pledge: SignedPledge) -> bytes:
    return sealed(pledge, NOTE)


def dictionaries(pdf: bytes) -> dict[str, generic.DictionaryObject]:
    reader = PdfFileReader(BytesIO(pdf))
    return {str(one.field_name): one.sig_object for one in reader.embedded_signatures}


def test_only_the_seal_carries_it_and_the_file_is_sound(pledge: SignedPledge, final: bytes, tmp_path: Path) -> None:
    notes = {name: checkpoint_of(one) for name, one in dictionaries(final).items()}
    assert notes.pop(SEAL_FIELD) == NOTE
    assert set(notes.values()) == {None}
    for validator in (public_validator(pledge.house), worker_validator(pledge.house)):
        report = validator.validate(final, pledge.expected)
        assert report.finding is Finding.SOUND, report.problems
    path = tmp_path / "final.pdf"
    path.write_bytes(final)
    run_tool("qpdf", "--check", path)


def test_no_letter_of_it_can_be_changed(pledge: SignedPledge, final: bytes) -> None:
    spelled = NOTE.hex().encode() if NOTE.hex().encode() in final else NOTE.split(b"\n")[0]
    assert final.count(spelled) == 1
    at = final.index(spelled)
    spoiled = final[:at] + bytes([final[at] ^ 1]) + final[at + 1 :]
    assert public_validator(pledge.house).inspect(spoiled).finding is Finding.TAMPERED


def test_ascii_is_given_back_as_bytes_although_a_reader_takes_it_for_text(pledge: SignedPledge) -> None:
    note = b"log\n7\nAAAA\n\nname c2ln\n"
    assert checkpoint_of(dictionaries(sealed(pledge, note))[SEAL_FIELD]) == note


@pytest.mark.parametrize("value", [generic.NumberObject(7), pdf_string(""), generic.ByteStringObject(b"x" * 70_000)])
def test_what_cannot_be_a_checkpoint_is_refused(value: generic.PdfObject) -> None:
    with pytest.raises(ValueError, match="no checkpoint"):
        checkpoint_of(generic.DictionaryObject({pdf_name(CHECKPOINT_KEY): value}))
