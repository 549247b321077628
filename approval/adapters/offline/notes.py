"""Signed heads of the history (C2SP signed-note, tlog-checkpoint, tlog-cosignature) and receipts (tlog-proof)."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from approval.adapters.offline.ed25519 import ed25519_verify
from approval.adapters.offline.events import from_base64

NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
DASH = "\u2014 "
LOG_KIND, WITNESS_KIND = 1, 4


class Key:
    """A public Ed25519 key out of its one-line form `name+id+base64`."""

    def __init__(self, vkey: str) -> None:
        """Raises ValueError."""
        self.vkey = vkey.strip()
        self.name, _, rest = self.vkey.partition("+")
        wanted, _, encoded = rest.partition("+")
        blob = from_base64(encoded)
        self.kind, self.public = blob[0] if blob else 0, blob[1:]
        self.id = hashlib.sha256(self.name.encode() + b"\n" + blob).digest()[:4]
        known = self.kind in (LOG_KIND, WITNESS_KIND) and len(self.public) == 32
        if not known or not is_name(self.name) or self.id.hex() != wanted:
            raise ValueError("not a key")


def is_name(name: str) -> bool:
    """Without white space, control characters and plus signs."""
    return bool(name) and "+" not in name and not any(map(is_space_or_control, name))


def is_space_or_control(letter: str) -> bool:
    """By Unicode, DEL and the controls above it too."""
    return letter.isspace() or unicodedata.category(letter) in ("Cc", "Zs", "Zl", "Zp")


class Note:
    """A text and the lines of those who signed it."""

    def __init__(self, data: bytes) -> None:
        """Raises ValueError."""
        whole = data.decode("utf-8")
        text, gap, below = whole.rpartition("\n\n")
        if not gap or not below.endswith("\n") or len(data) > 65536:
            raise ValueError("not a note")
        if any(letter < " " and letter != "\n" for letter in whole):
            raise ValueError("control characters")
        self.text = text + "\n"
        self.lines = below[:-1].split("\n")
        if len(self.lines) > 64:
            raise ValueError("too many signatures")
        self.signatures = [signature_of(line) for line in self.lines]
        lines = self.text.split("\n")
        if len(lines) != 4 or not lines[0] or not NUMBER.fullmatch(lines[1]):
            raise ValueError("not a checkpoint")
        self.origin, self.size, self.root = lines[0], int(lines[1]), hash_of(lines[2])
        # What the time stamp is over: the note as the log signed it.
        self.stamped = hashlib.sha256(f"{self.text}\n{self.lines[0]}\n".encode()).digest()

    def signed_by(self, key: Key) -> bytes | None:
        """The key's signature. Raises ValueError when a line claims to be by the key and is not."""
        found = None
        for name, key_id, signature in self.signatures:
            if (name, key_id) == (key.name, key.id):
                if not is_right(self.text, signature, key):
                    raise ValueError(f"chữ ký của {key.name} sai")
                found = signature
        return found


def is_right(text: str, signature: bytes, key: Key) -> bool:
    """One line's signature."""
    if key.kind == LOG_KIND:
        return ed25519_verify(key.public, signature, text.encode())
    message = f"cosignature/v1\ntime {int.from_bytes(signature[:8], 'big')}\n{text}".encode()
    return len(signature) == 72 and ed25519_verify(key.public, signature[8:], message)


def signature_of(line: str) -> tuple[str, bytes, bytes]:
    """Name, key id and signature of a line. Raises ValueError."""
    name, space, encoded = line[len(DASH) :].partition(" ")
    blob = from_base64(encoded)
    if not line.startswith(DASH) or not space or not is_name(name) or len(blob) < 5:
        raise ValueError("not a signature line")
    return name, blob[:4], blob[4:]


def hash_of(text: str) -> bytes:
    """Raises ValueError."""
    value = from_base64(text)
    if len(value) != 32:
        raise ValueError("not a hash")
    return value


class Receipt:
    """A head alone, or a tlog-proof: the entry `index` with its way to the head's root."""

    def __init__(self, data: bytes) -> None:
        """Raises ValueError."""
        self.index, self.entry, way = -1, b"", []
        if data.startswith(b"c2sp.org/tlog-proof"):
            head, gap, note = data.decode("utf-8").partition("\n\n")
            lines = head.split("\n")
            if not gap or lines.pop(0) != "c2sp.org/tlog-proof@v1":
                raise ValueError("not a tlog-proof")
            if lines and lines[0].startswith("extra "):
                self.entry = from_base64(lines.pop(0)[6:])
            if not lines or not NUMBER.fullmatch(lines[0][6:]) or not lines[0].startswith("index "):
                raise ValueError("no index")
            self.index = int(lines.pop(0)[6:])
            way, data = [hash_of(line) for line in lines], note.encode()
        self.leaf = hashlib.sha256(b"\x00" + self.entry).digest()
        self.note = Note(data)
        if self.note.size == 0 or (self.index >= 0 and not is_included(self, way)):
            raise ValueError("proves nothing")


def is_included(receipt: Receipt, way: list[bytes]) -> bool:
    """RFC 9162 §2.1.3.2."""
    place, last, found = receipt.index, receipt.note.size - 1, receipt.leaf
    if place > last or len(way) > 63:
        return False
    for step in way:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = hashlib.sha256(b"\x01" + step + found).digest()
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + step).digest()
        place, last = place >> 1, last >> 1
    return last == 0 and found == receipt.note.root
