"""Values whose length ends in 0x80 keep their bytes: one definite length in 256 looks like "indefinite"."""

from __future__ import annotations

import subprocess
import sys
from typing import ClassVar

import pytest
from asn1crypto import cms, core

from approval.adapters.asn1 import ends_definite, first_value
from approval.adapters.pdf_der import octet_string, sequence, tlv

# X.690 §11.1 wants 0xFF for true; this is how one sees that somebody wrote the value anew.
UNUSUAL_TRUE = tlv(0x01, b"\x01")


class Inner(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [("flag", core.Boolean), ("filling", core.OctetString)]


class Outer(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [("inner", Inner)]


class Tagged(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [("inner", Inner, {"explicit": 0})]


class Several(core.SequenceOf):  # type: ignore[misc]
    _child_spec = Inner


class Either(core.Choice):  # type: ignore[misc]
    _alternatives: ClassVar = [("inner", Inner), ("number", core.Integer)]


def _inner(length: int) -> bytes:
    """A sequence of `length` content bytes."""
    filling = next(
        octet_string(b"\0" * count)
        for count in range(length)
        if len(UNUSUAL_TRUE + octet_string(b"\0" * count)) == length
    )
    return sequence(UNUSUAL_TRUE, filling)


def _parsed(spec: type[core.Asn1Value], data: bytes) -> core.Asn1Value:
    """Loaded, with its parts looked at, as a validator does."""
    value = spec.load(data)
    assert value.native is not None
    return value


@pytest.mark.parametrize("length", [0x180, 0x280, 0x1080])
@pytest.mark.parametrize("spec", [Inner, Either])
def test_a_length_that_ends_in_80_leaves_the_bytes_alone(spec: type[core.Asn1Value], length: int) -> None:
    data = _inner(length)
    assert data[3] == 0x80
    assert _parsed(spec, data).dump() == data


@pytest.mark.parametrize("length", range(0x17A, 0x182))
@pytest.mark.parametrize("spec", [Outer, Several])
def test_at_any_depth(spec: type[core.Asn1Value], length: int) -> None:
    data = sequence(_inner(length))
    assert _parsed(spec, data).dump() == data


@pytest.mark.parametrize("length", range(0x17A, 0x182))
def test_under_explicit_tags(length: int) -> None:
    data = sequence(tlv(0xA0, _inner(length)))
    value = _parsed(Tagged, data)
    assert value.dump() == data
    assert value["inner"].dump() == data[4:]


def test_a_string_keeps_its_bytes() -> None:
    data = octet_string(b"x" * 0x180)
    assert _parsed(core.OctetString, data).dump() == data


def test_a_changed_value_is_still_written_anew() -> None:
    value = Outer.load(sequence(_inner(0x180)))
    value["inner"]["filling"] = b"short"
    assert value.dump() == sequence(sequence(UNUSUAL_TRUE, octet_string(b"short")))


def test_a_value_can_still_be_written_anew_on_demand() -> None:
    assert _parsed(Inner, _inner(0x180)).dump(force=True)[4:7] == tlv(0x01, b"\xff")


def test_indefinite_lengths_are_still_resolved() -> None:
    assert cms.ContentInfo.load(b"\x30\x80\x06\x01\x2a\x00\x00").dump() == b"\x30\x03\x06\x01\x2a"


def test_the_library_alone_makes_the_mistake() -> None:
    """The day this fails, `approval.adapters.asn1` may mend nothing any more."""
    script = (
        "from asn1crypto import core\n"
        "class Inner(core.Sequence):\n"
        "    _fields = [('flag', core.Boolean), ('filling', core.OctetString)]\n"
        f"data = bytes.fromhex('{_inner(0x180).hex()}')\n"
        "value = Inner.load(data)\n"
        "value.native\n"
        "print(value.dump() == data)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    ("header", "definite"),
    [
        ("3003", True),
        ("307f", True),
        ("308180", True),
        ("30820180", True),
        ("3080", False),
        ("a082018430820180", True),
        ("a0803080", False),
        ("a082018430 80", False),
        ("bf8a3f820180", True),
        ("bf8a3f80", False),
        ("", False),
        ("30", False),
        ("3f80", False),
        ("308201", False),
    ],
)
def test_what_a_header_says_of_its_length(header: str, *, definite: bool) -> None:
    assert ends_definite(bytes.fromhex(header)) is definite


def test_the_first_value_ends_where_it_says() -> None:
    data = _inner(0x180)
    assert first_value(data + b"\0" * 40) == data


@pytest.mark.parametrize("data", [b"", b"\x30", b"\x30\x05\x00", b"\x30\x80\x05\x00\x00\x00"])
def test_what_is_no_value_in_der_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        first_value(data)
