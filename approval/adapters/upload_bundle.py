"""Judges a bundle of evidence for the public page: its archive, its manifest, and the document inside."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO

from approval.domain.upload_verdict import FileKind, UploadVerdict, Word

Judge = Callable[[bytes], UploadVerdict]
_MANIFEST, _DOCUMENT = "manifest.json", "document/final.pdf"
_FORMAT = "giao-uoc-evidence/1"
_MOST_FILES = 5_000
_LARGEST = 64 * 1024 * 1024
_PIECE = 1 << 16


class _RefusedError(Exception):
    """The archive is not judged further; the sentence says why."""


def judge_bundle(data: bytes, judge_document: Judge) -> UploadVerdict:
    """The verdict; never raises for a bad archive (MemoryError apart). Nothing is unpacked to a disk."""
    try:
        files = _hashes(data)
        document = _check_manifest(data, files)
    except _RefusedError as refusal:
        return UploadVerdict(Word.UNKNOWN, FileKind.OTHER, (str(refusal),))
    except _AlteredError as altered:
        return UploadVerdict(Word.INVALID, FileKind.BUNDLE, (str(altered),))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a damaged archive makes zipfile raise many kinds; each means "cannot be read"
        sentence = "Không đọc được gói .zip: gói đã hỏng hoặc tải về chưa hết. Tải lại gói gốc rồi kiểm tra lại."
        return UploadVerdict(Word.UNKNOWN, FileKind.OTHER, (sentence,))
    return _of_document(judge_document(document))


class _AlteredError(Exception):
    """The bundle is not what its manifest says; the sentence names the file."""


def _hashes(data: bytes) -> dict[str, str]:
    """SHA-256 of each file by its name. The sizes that the archive claims for itself are not believed."""
    found: dict[str, str] = {}
    left = _LARGEST
    with zipfile.ZipFile(BytesIO(data)) as archive:
        entries = archive.infolist()
        if len(entries) > _MOST_FILES:
            raise _RefusedError("Gói có quá nhiều tệp nên không kiểm tra. Đề nghị bên gửi cung cấp gói chứng cứ gốc.")
        for entry in entries:
            _require_plain(entry, found)
            digest = sha256()
            with archive.open(entry) as stream:
                while piece := stream.read(_PIECE):
                    left -= len(piece)
                    if left < 0:
                        raise _RefusedError(
                            "Gói giải nén ra quá lớn nên không kiểm tra. Đề nghị bên gửi cung cấp gói chứng cứ gốc."
                        )
                    digest.update(piece)
            found[entry.filename] = digest.hexdigest()
    return found


def _require_plain(entry: zipfile.ZipInfo, seen: dict[str, str]) -> None:
    name = entry.filename
    if entry.flag_bits & 1:
        raise _RefusedError("Gói .zip bị khóa bằng mật khẩu nên không kiểm tra được. Đề nghị bên gửi gói không khóa.")
    if name in seen or name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
        raise _RefusedError("Gói có tên tệp bất thường nên không kiểm tra. Không giải nén gói này.")


def _check_manifest(data: bytes, hashes: dict[str, str]) -> bytes:
    """The document, once every file is the one that the manifest names."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        if _MANIFEST not in hashes:
            raise _RefusedError("Đây không phải gói chứng cứ của hệ thống này. Chọn tệp PDF hoặc gói chứng cứ .zip.")
        manifest = json.loads(archive.read(_MANIFEST))
        if manifest["format"] != _FORMAT:
            raise _RefusedError("Gói chứng cứ thuộc phiên bản mà trang này chưa đọc được.")
        for name, entry in manifest["files"].items():
            if hashes.get(str(name)) != entry["sha256"]:
                raise _AlteredError(f"Tệp {name} trong gói bị thiếu hoặc đã bị sửa. Không sử dụng gói này.")
        if _DOCUMENT not in hashes:
            raise _RefusedError("Gói không có văn bản đã ban hành. Đề nghị bên gửi cung cấp gói đủ.")
        return archive.read(_DOCUMENT)


def _of_document(inner: UploadVerdict) -> UploadVerdict:
    whole = "Mọi tệp trong gói đúng như bảng kê. Kết quả dưới đây là của văn bản trong gói."
    offline = "Nhật ký và dấu thời gian trong gói chưa được kiểm tra ở đây: chạy verify.py trong gói trên máy của mình."
    return UploadVerdict(
        inner.word,
        FileKind.BUNDLE,
        (*inner.reasons[:1], whole, offline, *inner.reasons[1:]),
        inner.title,
        inner.signatures,
    )
