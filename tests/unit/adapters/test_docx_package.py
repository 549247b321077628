"""Files from strangers that only look like Word: each is refused by name before anything is parsed or unpacked."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable

import pytest
from docx import Document

from approval.adapters.docx_package import MOST_ENTRIES, MOST_UNPACKED
from approval.adapters.pledge_source import import_source
from approval.domain.import_errors import NotAPledgeError
from tests.factories.pledge_texts import small_text
from tests.factories.word_files import exported, saved, with_part

GOOD = exported(small_text())
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DTD = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "&a;&a;">]>'
TYPES, RELATIONS, DOCUMENT = "[Content_Types].xml", "_rels/.rels", "word/document.xml"


def archive(entries: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return file.getvalue()


def encrypted_zip() -> bytes:
    """The flag of a password on the first entry of the directory."""
    at = GOOD.index(b"PK\x01\x02") + 8
    return GOOD[:at] + struct.pack("<H", 1) + GOOD[at + 2 :]


def declaring(encoding: str) -> bytes:
    return with_part(GOOD, DOCUMENT, lambda old: old.replace(b"UTF-8", encoding.encode(), 1))


def in_utf16() -> bytes:
    return with_part(GOOD, DOCUMENT, lambda old: old.decode().replace("UTF-8", "UTF-16").encode("utf-16"))


def many_tags() -> bytes:
    return with_part(GOOD, DOCUMENT, lambda old: old.replace(b"<w:body>", b"<w:body>" + b"<w:p/>" * 450_000))


def entries_of_one_name() -> bytes:
    file = io.BytesIO(GOOD)
    with zipfile.ZipFile(file, "a") as made, pytest.warns(UserWarning, match="Duplicate"):
        made.writestr(DOCUMENT, b"<x/>")
    return file.getvalue()


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "old word": (lambda: OLE + bytes(600), "legacy_word"),
    "password": (lambda: OLE + "EncryptedPackage".encode("utf-16-le") + bytes(600), "encrypted"),
    "zip with password": (encrypted_zip, "encrypted"),
    "macros": (lambda: with_part(GOOD, TYPES, lambda t: t.replace(b"document.main", b"macroEnabled.main")), "macros"),
    "program inside": (lambda: with_part(GOOD, "word/vbaProject.bin", b"x"), "macros"),
    "strict": (
        lambda: with_part(
            GOOD, RELATIONS, lambda r: r.replace(b"schemas.openxmlformats.org/officeDocument", b"purl.oclc.org/ooxml")
        ),
        "strict_word",
    ),
    "template": (
        lambda: with_part(GOOD, TYPES, lambda t: t.replace(b"document.main", b"template.main")),
        "no_word_document",
    ),
    "other archive": (lambda: archive({"a.txt": b"x"}), "no_word_document"),
    "empty archive": (lambda: archive({}), "no_word_document"),
    "bomb": (lambda: with_part(GOOD, "word/media/image1.png", bytes(MOST_UNPACKED + 1)), "swollen_word"),
    "many entries": (lambda: archive({f"{n}.xml": b"" for n in range(MOST_ENTRIES + 1)}), "swollen_word"),
    "many tags": (many_tags, "swollen_word"),
    "entities": (lambda: with_part(GOOD, DOCUMENT, lambda old: DTD + old.split(b"?>", 1)[1]), "external_entities"),
    "entities elsewhere": (lambda: with_part(GOOD, "word/any.bin", DTD), "external_entities"),
    "utf16": (in_utf16, "broken_word"),
    "other encoding": (lambda: declaring("UTF-7"), "broken_word"),
    "half": (lambda: GOOD[: len(GOOD) // 2], "broken_word"),
    "only a mark": (lambda: b"PK\x03\x04" + bytes(400), "broken_word"),
    "no xml": (lambda: with_part(GOOD, DOCUMENT, b"<w:document"), "broken_word"),
    "no document": (
        lambda: with_part(GOOD, RELATIONS, lambda r: r.replace(b"word/document.xml", b"x.xml")),
        "broken_word",
    ),
    "two parts of one name": (entries_of_one_name, "broken_word"),
    "not a pledge": (lambda: saved(Document()), "empty"),
    "too large": (lambda: GOOD + bytes(2_000_000), "too_large"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_files_are_refused_by_name(kind: str) -> None:
    make, code = BAD[kind]
    data = make()
    assert len(data) < 5_000_000, "small enough to be uploaded"
    with pytest.raises(NotAPledgeError) as caught:
        import_source(data)
    assert caught.value.code == code
    assert caught.value.vi.endswith(".")


def test_the_kind_is_told_by_content() -> None:
    assert import_source(GOOD).text == small_text()
    with pytest.raises(NotAPledgeError, match="binary"):
        import_source(b"{\\rtf1 giao uoc}")


def test_a_damaged_file_never_gets_further_than_a_refusal() -> None:
    dice = random.Random(3)
    for _ in range(150):
        spoilt = bytearray(GOOD)
        for _ in range(dice.randint(1, 20)):
            spoilt[dice.randrange(len(spoilt))] = dice.randrange(256)
        _import_or_refuse(bytes(spoilt))


def test_damaged_xml_never_gets_further_than_a_refusal() -> None:
    """The archive is sound; the parts are not what they should be."""
    dice = random.Random(4)
    pieces = (b"w:p", b"w:r", b"w:t", b"w:tbl", b"w:val", b"w:styleId", b"w:numId", b"w:abstractNumId", b"w:lvl", b"1")
    for name in (DOCUMENT, "word/styles.xml", "word/numbering.xml", RELATIONS, TYPES) * 20:
        old, new = dice.choice(pieces), dice.choice((*pieces, b"w:x", b"99999999999", b""))
        _import_or_refuse(with_part(GOOD, name, lambda c, a=old, b=new: c.replace(a, b)))  # type: ignore[misc]


def _import_or_refuse(data: bytes) -> None:
    try:
        import_source(data)
    except NotAPledgeError as refusal:
        assert refusal.vi  # noqa: PT017 - a refusal and a success are both right
