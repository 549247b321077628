"""Signed notes against the example of C2SP, and everything that is nearly one."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from approval.adapters.ed25519 import verify_ed25519
from approval.domain.signed_note import (
    LONGEST_NOTE,
    MOST_SIGNATURES,
    KeyType,
    NoteError,
    NoteKey,
    NoteSignature,
    cosignature_time,
    cosigned_message,
    make_signature,
    parse_note,
    parse_signature,
    signed_by,
)

# The example of the Go package sumdb/note, whose format C2SP took over.
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
EXAMPLE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
PRIVATE = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
PUBLIC = PRIVATE.public_key().public_bytes_raw()
KEY = NoteKey("so.example/nhat-ky", KeyType.ED25519, PUBLIC)
WITNESS = NoteKey("y-te.example/nhan-chung", KeyType.COSIGNATURE, PUBLIC)
TEXT = "một dòng\nhai dòng\n"


def signed(text: str = TEXT) -> bytes:
    line = make_signature(KEY, PRIVATE.sign(text.encode())).line
    cosigned = make_signature(WITNESS, PRIVATE.sign(cosigned_message(text, 1715700000)), 1715700000).line
    return f"{text}\n{line}{cosigned}".encode()


def test_the_published_example_verifies() -> None:
    key = NoteKey.from_vkey(VKEY)
    assert (key.name, key.type, key.vkey) == ("PeterNeumann", KeyType.ED25519, VKEY)
    assert signed_by(parse_note(EXAMPLE.encode()), key, verify_ed25519) is not None


def test_one_changed_letter_of_the_example_is_noticed() -> None:
    note = parse_note(EXAMPLE.replace("answer", "Answer").encode())
    with pytest.raises(NoteError, match="wrong"):
        signed_by(note, NoteKey.from_vkey(VKEY), verify_ed25519)


def test_log_and_witness_sign_one_note_and_it_reads_back_byte_for_byte() -> None:
    note = parse_note(signed())
    assert note.text == TEXT
    assert note.data == signed()
    assert signed_by(note, KEY, verify_ed25519) == note.signatures[0]
    cosignature = signed_by(note, WITNESS, verify_ed25519)
    assert cosignature is not None
    assert cosignature_time(cosignature) == 1715700000


def test_a_note_of_strangers_is_signed_by_nobody_known() -> None:
    stranger = NoteKey("la.example", KeyType.ED25519, PUBLIC)
    assert signed_by(parse_note(signed()), stranger, verify_ed25519) is None


def test_another_time_or_kind_of_signature_does_not_pass() -> None:
    note = parse_note(signed())
    later = note.signatures[1].signature
    moved = NoteSignature(WITNESS.name, WITNESS.id, (1715700001).to_bytes(8, "big") + later[8:])
    short = NoteSignature(WITNESS.name, WITNESS.id, later[8:])
    as_log = NoteSignature(KEY.name, KEY.id, later)
    for wrong, key in ((moved, WITNESS), (short, WITNESS), (as_log, KEY)):
        with pytest.raises(NoteError, match="wrong"):
            signed_by(type(note)(note.text, (wrong,)), key, verify_ed25519)
    with pytest.raises(NoteError, match="not the signature of a witness"):
        cosignature_time(note.signatures[0])


@given(st.binary(max_size=300))
def test_noise_is_no_note(noise: bytes) -> None:
    with pytest.raises(NoteError):
        parse_note(noise)


@given(st.data())
def test_no_byte_of_a_note_can_change_unseen(data: st.DataObject) -> None:
    whole = signed()
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    try:
        note = parse_note(bytes(changed))
        seen = (signed_by(note, KEY, verify_ed25519), signed_by(note, WITNESS, verify_ed25519))
    except NoteError:
        return
    # A line whose name or number was hit is a stranger's; then one of the two has not signed.
    assert None in seen


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (signed()[:-1], "end of line"),
        (b"text only\n", "empty line"),
        (signed().replace(b"\n\n", b"\n"), "empty line"),
        (signed().replace(TEXT[:3].encode(), b"m\x07t"), "control"),
        (b"\xff\xfe", "UTF-8"),
        (b"a" * (LONGEST_NOTE + 1), "too long"),
        (signed().replace("\u2014 ".encode(), b"- "), "not a signature line"),
        (signed() + b"\n", "end of line"),
        (TEXT.encode() + b"\n" + b"\xe2\x80\x94 ai AAAA\n", "without bytes"),
        (TEXT.encode() + b"\n" + b"\xe2\x80\x94 ai AAAAAAA\n", "base64"),
        (TEXT.encode() + b"\n" + b"\xe2\x80\x94 ai AAAAAAB=\n", "one form"),
        (TEXT.encode() + b"\n" + b"\xe2\x80\x94 a+i AAAAAAAA\n", "not a signature line"),
        (TEXT.encode() + b"\n" + b"\xe2\x80\x94 ai AAAAAAAA\n" * (MOST_SIGNATURES + 1), "too many"),
    ],
)
def test_what_is_nearly_a_note_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(NoteError, match=why):
        parse_note(data)


@pytest.mark.parametrize("line", ["", "\u2014 ", "\u2014 ai", "ai AAAAAAAA"])
def test_what_is_no_signature_line(line: str) -> None:
    with pytest.raises(NoteError):
        parse_signature(line)


@pytest.mark.parametrize(
    "vkey",
    ["", "a+b", VKEY.replace("c74f", "c74e"), VKEY[:-4], VKEY.replace("+AR", "+CR"), "a b" + VKEY, "x+00000000+"],
)
def test_a_damaged_key_is_refused(vkey: str) -> None:
    with pytest.raises(NoteError):
        NoteKey.from_vkey(vkey)


@pytest.mark.parametrize("name", ["", "hai từ", "a+b", "a\u00a0b", "a\nb", "a\x00b"])
def test_a_name_that_would_break_the_line_is_refused(name: str) -> None:
    with pytest.raises(NoteError, match="key name"):
        NoteKey(name, KeyType.ED25519, PUBLIC)


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(NoteError, match="32 bytes"):
        NoteKey("a", KeyType.ED25519, PUBLIC[:-1])
