"""Our DER against asn1crypto's."""

from __future__ import annotations

import pytest
from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from approval.adapters.pdf_der import (
    context,
    integer,
    is_strict,
    object_identifier,
    octet_string,
    sequence,
    set_of,
    tlv,
)


@given(st.integers(min_value=0, max_value=2**200))
def test_integers(number: int) -> None:
    assert integer(number) == core.Integer(number).dump()


@given(st.binary(max_size=70000))
def test_octet_strings_of_every_length(data: bytes) -> None:
    assert octet_string(data) == core.OctetString(data).dump()


@pytest.mark.parametrize(
    "dotted", ["1.2.840.113549.1.9.16.2.47", "2.16.840.1.101.3.4.2.1", "0.4.0.1862", "1.3.6.1.4.1.32473"]
)
def test_object_identifiers(dotted: str) -> None:
    assert object_identifier(dotted) == core.ObjectIdentifier(dotted).dump()


def test_sets_are_sorted_by_their_encoding() -> None:
    assert set_of(integer(300), integer(2), octet_string(b"")) == tlv(0x31, integer(2), integer(300), octet_string(b""))


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_what_we_encode_is_strict(parts: list[bytes]) -> None:
    assert is_strict(sequence(context(0, *(octet_string(part) for part in parts)), integer(len(parts))))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x04\x02\x00",  # shorter than it says
        b"\x04\x81\x01\x00",  # length in a longer form than needed
        b"\x04\x82\x00\x80" + bytes(128),
        b"\x30\x80\x04\x00\x00\x00",  # indefinite length
        b"\x30\x03\x04\x02\x00",  # a part longer than its whole
        b"\x1f\x85\x01\x00",  # long tag
        b"\x04\x01\x00\x00",  # something after the end
    ],
)
def test_anything_looser_is_not(data: bytes) -> None:
    assert not is_strict(data)
