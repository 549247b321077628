"""Our DER against asn1crypto's."""

from __future__ import annotations

import pytest
from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from approval.adapters.pdf_der import (
    integer,
    object_identifier,
    octet_string,
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
