"""C2SP signed notes: a text and who signed it, in lines that survive mail and print.

`<text>` (ends in a newline), an empty line, then one line a signature: `— <key name> base64(key id ‖ signature)`.
How Ed25519 is computed is the caller's matter; here is what is signed and what a valid note looks like.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

from approval.domain.strict_base64 import decode, encode

LONGEST_NOTE = 64 * 1024
MOST_SIGNATURES = 64
_DASH = "\u2014 "
_ID_LENGTH, _PUBLIC_LENGTH, _SIGNATURE_LENGTH, _TIME_LENGTH = 4, 32, 64, 8

VerifyEd25519 = Callable[[bytes, bytes, bytes], bool]
"""(public key, signature, message) → whether it is right (RFC 8032)."""


class NoteError(ValueError):
    """The bytes are not a note, or not one that may be believed; `str(error)` says why."""


class KeyType(IntEnum):
    """C2SP signature types that this program speaks."""

    ED25519 = 1
    COSIGNATURE = 4


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public Ed25519 key with its name; raises NoteError for a name or key that cannot stand in a note."""

    name: str
    type: KeyType
    public: bytes

    def __post_init__(self) -> None:
        if not _is_key_name(self.name):
            raise NoteError("a key name is without spaces and plus signs")
        if len(self.public) != _PUBLIC_LENGTH:
            raise NoteError(f"an Ed25519 public key has {_PUBLIC_LENGTH} bytes")

    @property
    def id(self) -> bytes:
        """First four bytes of SHA-256(name ‖ newline ‖ type ‖ public key)."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public).digest()[:_ID_LENGTH]

    @property
    def vkey(self) -> str:
        """The key in one line: `name+id+base64(type ‖ public key)`."""
        return f"{self.name}+{self.id.hex()}+{encode(bytes([self.type]) + self.public)}"

    @classmethod
    def from_vkey(cls, vkey: str) -> Self:
        """Inverse of `vkey`. Raises NoteError."""
        name, _, rest = vkey.strip().partition("+")
        wanted, _, encoded = rest.partition("+")
        blob = _from_base64(encoded)
        try:
            key = cls(name, KeyType(blob[0]), blob[1:])
        except (IndexError, ValueError) as error:
            raise NoteError("this is not a key of a kind known here") from error
        if key.id.hex() != wanted:
            raise NoteError("the key's number does not fit the key")
        return key


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One line below the text. `signature` is 64 bytes, before them for a cosignature 8 bytes of time."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        """As it stands in the note, newline included."""
        return f"{_DASH}{self.name} {encode(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A parsed note; nothing is believed yet."""

    text: str
    signatures: tuple[NoteSignature, ...]

    @property
    def data(self) -> bytes:
        """UTF-8 bytes of the whole note."""
        return f"{self.text}\n{''.join(one.line for one in self.signatures)}".encode()


def parse_note(data: bytes) -> SignedNote:
    """Read a note. Raises NoteError for anything that is not exactly one."""
    if len(data) > LONGEST_NOTE:
        raise NoteError("too long for a note")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NoteError("not UTF-8") from error
    if any(character < " " and character != "\n" for character in whole):
        raise NoteError("control characters in a note")
    text, gap, below = whole.rpartition("\n\n")
    if not gap or not below.endswith("\n"):
        raise NoteError("no empty line before the signatures, or no end of line after them")
    signatures = tuple(parse_signature(line) for line in below.removesuffix("\n").split("\n"))
    if len(signatures) > MOST_SIGNATURES:
        raise NoteError("too many signatures")
    return SignedNote(text + "\n", signatures)


def parse_signature(line: str) -> NoteSignature:
    """One signature line without its newline. Raises NoteError."""
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not _is_key_name(name):
        raise NoteError("not a signature line")
    blob = _from_base64(encoded)
    if len(blob) <= _ID_LENGTH:
        raise NoteError("a signature without bytes")
    return NoteSignature(name, blob[:_ID_LENGTH], blob[_ID_LENGTH:])


def signed_by(note: SignedNote, key: NoteKey, verify: VerifyEd25519) -> NoteSignature | None:
    """The signature of this key on the note; None when the key did not sign.

    Raises NoteError when a line claims to be by this key and is not (C2SP: such a note is to be rejected whole).
    """
    found = None
    for one in note.signatures:
        if (one.name, one.key_id) != (key.name, key.id):
            continue
        if not _is_right(note.text, one, key, verify):
            raise NoteError(f"the signature of {key.name} is wrong")
        found = one
    return found


def cosigned_message(text: str, seconds: int) -> bytes:
    """What a witness signs (C2SP tlog-cosignature v1): its time in whole seconds since 1970, then the note's text."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def cosignature_time(signature: NoteSignature) -> int:
    """When a witness signed, in seconds since 1970. Raises NoteError for another kind of signature."""
    if len(signature.signature) != _TIME_LENGTH + _SIGNATURE_LENGTH:
        raise NoteError("not the signature of a witness")
    return int.from_bytes(signature.signature[:_TIME_LENGTH], "big")


def make_signature(key: NoteKey, signature: bytes, seconds: int | None = None) -> NoteSignature:
    """The line for 64 signed bytes; `seconds` for a cosignature."""
    stamp = b"" if seconds is None else seconds.to_bytes(_TIME_LENGTH, "big")
    return NoteSignature(key.name, key.id, stamp + signature)


def _is_right(text: str, one: NoteSignature, key: NoteKey, verify: VerifyEd25519) -> bool:
    if key.type is KeyType.ED25519:
        return len(one.signature) == _SIGNATURE_LENGTH and verify(key.public, one.signature, text.encode())
    try:
        message = cosigned_message(text, cosignature_time(one))
    except NoteError:
        return False
    return verify(key.public, one.signature[_TIME_LENGTH:], message)


def _is_key_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(_is_space_or_control(character) for character in name)


def _is_space_or_control(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in {"Cc", "Zs", "Zl", "Zp"}


def _from_base64(text: str) -> bytes:
    try:
        return decode(text)
    except ValueError as error:
        raise NoteError(str(error)) from error
