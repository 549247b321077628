"""Opens a Word file from strangers: everything is judged as bytes before a parser sees it."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from docx import Document
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from lxml import etree

from approval.adapters.docx_refusals import (
    broken_file,
    encrypted_file,
    external_entities,
    legacy_file,
    macro_file,
    no_word_file,
    strict_file,
    swollen_file,
)

ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

MOST_ENTRIES = 500
"""A Word file with a picture and a theme has some 20."""
MOST_UNPACKED = 12_000_000
"""Bytes. Sixty clauses of a page each, with Word's own marks, unpack to 3 MB."""
_MOST_TAGS = 400_000
"""Each becomes an object of some hundred bytes; the pledge of sixty clauses has 20 000."""

_CONTENT_TYPES, _PACKAGE_RELATIONS = "[Content_Types].xml", "_rels/.rels"
_DOCUMENT_TYPE = b"wordprocessingml.document.main+xml"
_STRICT = b"purl.oclc.org/ooxml"
_UTF8_MARK = b"\xef\xbb\xbf"
# How XML may start in the other encodings a parser guesses: UTF-16, UCS-4, EBCDIC.
_OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<", b"\0\0\0<", b"\x4c\x6f\xa7\x94")
_ENCODINGS = (b"utf-8", b"us-ascii")
_ENCODING = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_ENCRYPTED = 0x1
_UNREADABLE = (
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    etree.LxmlError,
    PackageNotFoundError,
    zipfile.BadZipFile,
)


def is_word_or_office(data: bytes) -> bool:
    """Whether the bytes are a zip archive or a file of old Office programs, whatever the file is called."""
    return data.startswith((*ZIP_MARKS, OLE_MARK))


def open_docx(data: bytes) -> WordDocument:
    """The parsed document. No macro, entity, outside file or swollen part gets as far as the parser.

    Raises NotAPledgeError (legacy_word, encrypted, macros, strict_word, no_word_document, broken_word, swollen_word,
    external_entities).
    """
    if data.startswith(OLE_MARK):
        raise encrypted_file() if "EncryptedPackage".encode("utf-16-le") in data else legacy_file()
    parts = dict(_unpacked(data))
    _check_kind(parts)
    _check_xml(parts)
    try:
        return Document(io.BytesIO(data))
    except _UNREADABLE:
        raise broken_file() from None


def _unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Every entry, read to the size its directory announces and no further."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_directory(entries)
            for entry in entries:
                yield entry.filename, archive.read(entry)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError):
        raise broken_file() from None


def _check_directory(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise swollen_file()
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise encrypted_file()
    names = [entry.filename.lower() for entry in entries]
    if len(set(names)) < len(names):
        raise broken_file()  # two parts of one name: which of them is read depends on the reader


def _check_kind(parts: dict[str, bytes]) -> None:
    types = parts.get(_CONTENT_TYPES, b"")
    if b"macroEnabled" in types or any(name.lower().endswith("vbaproject.bin") for name in parts):
        raise macro_file()
    if _STRICT in parts.get(_PACKAGE_RELATIONS, b""):
        raise strict_file()
    if _DOCUMENT_TYPE not in types:
        raise no_word_file()


def _check_xml(parts: dict[str, bytes]) -> None:
    """Word writes UTF-8 without a document type; then a search in the bytes misses nothing."""
    tags = 0
    for content in parts.values():
        start = content.removeprefix(_UTF8_MARK).lstrip()
        encoding = _ENCODING.match(start)
        if content.startswith(_OTHER_ENCODINGS) or (encoding and encoding[1].lower() not in _ENCODINGS):
            raise broken_file()
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise external_entities()
        tags += content.count(b"<") if start.startswith(b"<") else 0
    if tags > _MOST_TAGS:
        raise swollen_file()
