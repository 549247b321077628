"""The quick judge remembers findings, never files: a worker runs for weeks."""

from __future__ import annotations

import gc

from pyhanko.pdf_utils.reader import PdfFileReader

from approval.domain.document import Finding
from tests.factories.signed_pledges import expected_document, signed_pledge
from tests.factories.validators import worker_validator


def test_a_judged_file_is_let_go() -> None:
    pledge = signed_pledge()
    judge = worker_validator(pledge.house)
    before = _open_files()
    report = judge.validate(pledge.states[-1], expected_document(2, signed=(1, 2), final=False))
    assert report.finding is Finding.SOUND
    assert judge.validate(pledge.final, pledge.expected).finding is Finding.SOUND
    assert _open_files() == before


def _open_files() -> int:
    gc.collect()
    return sum(isinstance(thing, PdfFileReader) for thing in gc.get_objects())
