"""What was done to a foreign document after it was signed, through `approval verify` and the public page's judge."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pyhanko.sign.fields import MDPPerm

from approval.adapters.clock import SystemClock
from approval.adapters.judging_child import judge_upload
from approval.adapters.judging_input import JudgingInput
from tests.factories.both_judges import verify
from tests.factories.foreign_pdfs import ForeignOffice, with_crl
from tests.factories.later_changes import (
    drawn_anew,
    font_exchanged,
    form_pdf,
    form_with_place,
    invisible_field,
    overlaid,
    refilled,
    time_stamped,
    with_broken_stamp,
)

NOW = SystemClock().now().replace(microsecond=0)
OFFICE = ForeignOffice(NOW)
UNCHANGED = ("Nội dung không thay đổi", "nội dung không đổi", "HỢP LỆ: mọi chữ ký")


def signed(pdf: bytes | None = None, *, certify: MDPPerm | None = None) -> bytes:
    """By one signer, with all that tells of revocation."""
    return with_crl(OFFICE.sign(pdf or form_pdf(), certify=certify), OFFICE.crl())


def signed_again(pdf: bytes) -> bytes:
    return OFFICE.sign(pdf, field_name="Signature2")


FILLING, NOTHING = MDPPerm.FILL_FORMS, MDPPerm.NO_CHANGES
CHANGES: dict[str, tuple[Callable[[], bytes], int]] = {
    "nothing": (signed, 0),
    "nothing, certified": (lambda: signed(certify=FILLING), 0),
    "painted over by a signature field without signature": (lambda: overlaid(signed()), 1),
    "painted over, certified": (lambda: overlaid(signed(certify=FILLING)), 1),
    "painted over, then signed elsewhere": (lambda: signed_again(overlaid(signed())), 1),
    "an unseen signature field without signature": (lambda: invisible_field(signed()), 1),
    "field refilled": (lambda: refilled(signed()), 1),
    "field refilled, then signed": (lambda: signed_again(refilled(signed())), 1),
    "field refilled after two signatures": (lambda: refilled(signed_again(signed())), 1),
    "field refilled, which a certification permits": (lambda: refilled(signed(certify=FILLING)), 4),
    "field refilled after certification and signature": (
        lambda: refilled(signed_again(signed(certify=FILLING))),
        4,
    ),
    "field refilled, which a certification forbids": (lambda: refilled(signed(certify=NOTHING)), 1),
    "fields to be drawn anew": (lambda: drawn_anew(signed()), 1),
    "font of the fields exchanged": (lambda: font_exchanged(signed()), 1),
    "signed again": (lambda: signed_again(signed()), 0),
    "signed again where everybody sees it": (lambda: signed_again(signed(form_with_place())), 0),
    "signed again, certified": (lambda: signed_again(signed(form_with_place(), certify=FILLING)), 0),
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda name: name)
def test_only_other_signatures_may_follow_a_signature(tmp_path: Path, change: str) -> None:
    make, code = CHANGES[change]
    pdf = make()
    result = verify(tmp_path, pdf, OFFICE.root)
    assert result.exit_code == code, result.output
    assert ("FAIL 2.4" in result.output) is (code == 1)
    shown = judge_upload(pdf, JudgingInput(SystemClock().now(), (OFFICE.root,)))
    said = "\n".join((result.output, *shown.reasons))
    assert any(words in said for words in UNCHANGED) is (code == 0)
    assert all(one.intact for one in shown.signatures) is (code == 0)


def test_what_a_certification_lets_fill_in_is_said_to_be_signed_by_nobody(tmp_path: Path) -> None:
    result = verify(tmp_path, refilled(signed(certify=FILLING)), OFFICE.root)
    assert "NOT CHECKED 2.4 văn bản không thay đổi sau khi ký: không xác định: biểu mẫu được điền thêm" in result.output


STAMPS: dict[str, tuple[Callable[[bytes], bytes], int, str]] = {
    "of a known authority": (lambda pdf: time_stamped(pdf, OFFICE.tsa()), 0, "PASS time-stamp TS1: "),
    "two, as renewal leaves them": (
        lambda pdf: time_stamped(time_stamped(pdf, OFFICE.tsa()), OFFICE.tsa(), name="TS2"),
        0,
        "PASS time-stamp TS2: ",
    ),
    "of an authority that nobody chose": (
        lambda pdf: time_stamped(pdf, ForeignOffice(NOW).tsa()),
        4,
        "NOT CHECKED time-stamp TS1: không xác định",
    ),
    "over another digest": (
        lambda pdf: with_broken_stamp(time_stamped(pdf, OFFICE.tsa())),
        1,
        "FAIL time-stamp TS1: Văn bản đã bị thay đổi sau khi ký.",
    ),
    "that paints over the text": (lambda pdf: time_stamped(pdf, OFFICE.tsa(), painting=True), 1, "FAIL 2.4"),
    "painted over itself": (lambda pdf: overlaid(time_stamped(pdf, OFFICE.tsa())), 1, "FAIL time-stamp TS1: "),
}


@pytest.mark.parametrize("stamp", STAMPS, ids=lambda name: name)
def test_the_time_stamp_of_a_foreign_document_is_judged(tmp_path: Path, stamp: str) -> None:
    put, code, line = STAMPS[stamp]
    result = verify(tmp_path, put(signed()), OFFICE.root)
    assert result.exit_code == code, result.output
    assert line in result.output


def test_a_time_stamp_before_the_signature_is_judged_too(tmp_path: Path) -> None:
    """The signature covers it as it is, broken."""
    stamped = with_broken_stamp(time_stamped(form_pdf(), OFFICE.tsa()))
    result = verify(tmp_path, signed(stamped), OFFICE.root, "--json")
    told = json.loads(result.output)
    assert result.exit_code == 1, result.output
    assert [one["outcome"] for one in told["time_stamps"]] == ["FAIL"]
    assert {one["outcome"] for one in told["signatures"]} == {"PASS"}
