"""The ZIP and its manifest: which files there are, and whether each is whole."""

from __future__ import annotations

import hashlib
import io
import json
import re
import struct
import unicodedata
import zipfile
import zlib
from typing import Any

from approval.adapters.offline.outcome import PASS, TAMPERED, UNREADABLE, Fault, incomplete, tampered

MANIFEST, MANIFEST_SEAL = "manifest.json", "manifest.p7s"
FINAL_PDF, LEAVES, EVENTS = "document/final.pdf", "log/leaves.bin", "log/events.jsonl"
OPINIONS = ("opinions/table.pdf", "opinions/table.json")
REVISION = re.compile(r"document/revisions/[1-9][0-9]{0,5}\.json")
NOTE = re.compile(r"log/checkpoints/[1-9][0-9]{0,18}\.note")
MAY_BE_THERE = re.compile(
    r"manifest\.(json|p7s)|document/final\.pdf|document/revisions/[1-9][0-9]{0,5}\.json"
    r"|log/(leaves\.bin|events\.jsonl)|log/checkpoints/[1-9][0-9]{0,18}\.(note|tsr)"
    r"|certificates/[a-z0-9-]{1,60}\.(pem|crl)|opinions/table\.(pdf|json)|mail/deliveries\.json"
    r"|verify\.py|README\.(vi|en)\.md"
)
HEX_32 = re.compile(r"[0-9a-f]{64}")
PLEDGE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Files = dict[str, bytes]


def canonical(value: Any) -> bytes:
    """RFC 8785 JSON of the values that bundles hold: no fractions, small numbers, ASCII keys, composed text."""
    if not is_plain(value):
        raise ValueError("no canonical form")
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def is_plain(value: Any) -> bool:
    """Whether there is one way only to write it."""
    if isinstance(value, str):
        return unicodedata.is_normalized("NFC", value) and not any("\ud800" <= one <= "\udfff" for one in value)
    if isinstance(value, dict):
        return all(key.isascii() and is_plain(one) for key, one in value.items())
    if isinstance(value, list):
        return all(map(is_plain, value))
    return value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) < 2**53)


def write_zip(files: Files) -> bytes:
    """The one way such an archive is written: manifest first, then by name; stored, dated 1 January 1980."""
    out, directory = io.BytesIO(), b""
    first = [path for path in (MANIFEST, MANIFEST_SEAL) if path in files]
    names = first + sorted(path for path in files if path not in first)
    for path in names:
        data, name = files[path], path.encode("ascii")
        facts = struct.pack("<HHHHHLLLHH", 20, 0, 0, 0, 33, zlib.crc32(data), len(data), len(data), len(name), 0)
        directory += b"PK\1\2" + struct.pack("<BB", 20, 3) + facts
        directory += struct.pack("<HHHLL", 0, 0, 0, 0o100644 << 16, out.tell()) + name
        out.write(b"PK\3\4" + facts + name + data)
    count, start = len(names), out.tell()
    out.write(directory + b"PK\5\6" + struct.pack("<HHHHLLH", 0, 0, count, count, len(directory), start, 0))
    return out.getvalue()


def read_zip(data: bytes) -> tuple[Files, tuple[str, str]]:
    """The files that could be read, and how the archive itself is found."""
    files: Files = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if MANIFEST not in archive.namelist():
                return {}, (UNREADABLE, f"không có {MANIFEST}: đây không phải hồ sơ chứng cứ")
            room = len(data)
            for entry in archive.infolist():
                room -= entry.file_size
                if not MAY_BE_THERE.fullmatch(entry.filename):
                    return {}, (TAMPERED, f"tên tệp lạ trong tệp ZIP: {entry.filename[:80]!r}")
                if entry.compress_type != zipfile.ZIP_STORED or room < 0:
                    return {}, (TAMPERED, f"{entry.filename} được nén hoặc chồng lên tệp khác")
                try:
                    files[entry.filename] = archive.read(entry)
                except (zipfile.BadZipFile, EOFError, RuntimeError):
                    continue
    except Exception as error:
        return {}, (UNREADABLE, f"không phải tệp ZIP đọc được ({type(error).__name__})")
    if write_zip(files) != data:
        return files, (TAMPERED, "tệp ZIP không còn đúng từng byte như lúc được ghi")
    return files, (PASS, f"{len(files)} tệp, {len(data)} byte")


def required(files: Files, path: str) -> bytes:
    """Contents of a file. Raises Fault."""
    if path not in files:
        raise incomplete(f"thiếu tệp {path}")
    return files[path]


def read_manifest(files: Files) -> dict[str, Any]:
    """`{format, pledge, files}`. Raises Fault."""
    data = files[MANIFEST]
    try:
        value = json.loads(data)
        facts = value["files"].values()
        good = (
            value.keys() == {"format", "pledge", "files"}
            and value["format"] == "giao-uoc-evidence/1"
            and PLEDGE.fullmatch(value["pledge"])
            and all(one.keys() == {"sha256", "size"} and type(one["size"]) is int for one in facts)
            and all(HEX_32.fullmatch(one["sha256"]) for one in facts)
            and canonical(value) == data
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise tampered(f"{MANIFEST} không đọc được") from error
    if not good:
        raise tampered(f"{MANIFEST} không ở đúng dạng chuẩn")
    found: dict[str, Any] = value
    return found


def check_manifest(files: Files, manifest: dict[str, Any]) -> str:
    """Every file named is there and whole, and no other. Raises Fault."""
    facts = manifest["files"]
    listed = {*facts, MANIFEST, MANIFEST_SEAL}
    problems: list[Fault] = [tampered(f"tên tệp lạ: {path}") for path in listed if not MAY_BE_THERE.fullmatch(path)]
    problems += [tampered(f"tệp không có trong {MANIFEST}: {path}") for path in files if path not in listed]
    for path, fact in facts.items():
        data = files.get(path)
        if data is not None and (hashlib.sha256(data).hexdigest(), len(data)) != (fact["sha256"], fact["size"]):
            problems.append(tampered(f"tệp đã bị thay đổi: {path}"))
    problems += [incomplete(f"thiếu tệp {path}") for path in sorted(listed) if path not in files]
    for problem in problems:
        raise problem
    return f"{len(facts)} tệp, đúng mã băm"
