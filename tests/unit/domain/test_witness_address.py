"""Witnesses as the settings name them."""

from __future__ import annotations

import pytest

from approval.domain.signed_note import KeyType, NoteKey
from approval.domain.witness_address import WitnessAddress, witness_addresses

FIRST = NoteKey("so-noi-vu.example", KeyType.COSIGNATURE, b"\x01" * 32)
SECOND = NoteKey("so-y-te.example", KeyType.COSIGNATURE, b"\x02" * 32)
LOG = NoteKey("khoi.example/nhat-ky", KeyType.ED25519, b"\x03" * 32)


def test_witnesses_are_read_in_their_order() -> None:
    found = witness_addresses(f"http://127.0.0.1:8090/|{FIRST.vkey}  https://so-y-te.example/nk|{SECOND.vkey}")
    assert found == (
        WitnessAddress("http://127.0.0.1:8090", FIRST),
        WitnessAddress("https://so-y-te.example/nk", SECOND),
    )
    assert witness_addresses(" ") == ()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("http://127.0.0.1:8090", "not url|vkey"),
        (f"ftp://127.0.0.1|{FIRST.vkey}", "not url|vkey"),
        (f"http://|{FIRST.vkey}", "not url|vkey"),
        (f"http://127.0.0.1|{FIRST.vkey[:-4]}", "kind known here|one form|base64"),
        (f"http://127.0.0.1|{LOG.vkey}", "no key of a witness"),
        (f"http://127.0.0.1|{FIRST.vkey} http://127.0.0.2|{FIRST.vkey}", "twice"),
    ],
)
def test_what_is_no_witness(value: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        witness_addresses(value)
