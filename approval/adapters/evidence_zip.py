"""The one way an evidence bundle is written as a ZIP, so that not a bit of the archive can change unnoticed."""

from __future__ import annotations

import io
import logging
import zipfile
from collections.abc import Iterator, Mapping

from approval.domain.evidence_manifest import MANIFEST, MANIFEST_SEAL, may_be_in_bundle
from approval.domain.evidence_report import Check, Outcome

_FIRST = (MANIFEST, MANIFEST_SEAL)
_MADE_ON_UNIX = 3
_MODE = 0o100644
_NAME = "archive"
_log = logging.getLogger(__name__)


def write_bundle(files: Mapping[str, bytes]) -> bytes:
    """The archive: manifest first, then by name; stored, dated 1980. The same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in (*(one for one in _FIRST if one in files), *sorted(set(files) - set(_FIRST))):
            entry = zipfile.ZipInfo(path)
            entry.create_system = _MADE_ON_UNIX
            entry.external_attr = _MODE << 16
            archive.writestr(entry, files[path])
    return out.getvalue()


def read_bundle(data: bytes) -> tuple[dict[str, bytes], Check]:
    """The files that could be read, and whether the archive is as `write_bundle` writes it; never raises.

    Takes no more memory than the archive has bytes: nothing in it may be compressed.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = dict(_entries(archive, len(data)))
    except _RefusedError as refused:
        return {}, Check(_NAME, Outcome.TAMPERED, str(refused))
    except _ForeignError:
        return {}, Check(_NAME, Outcome.UNREADABLE, f"không có {MANIFEST}: đây không phải hồ sơ chứng cứ")
    except Exception as error:  # noqa: BLE001 — a damaged archive makes zipfile raise many kinds; each means this
        _log.info("archive not readable", exc_info=True)
        return {}, Check(_NAME, Outcome.UNREADABLE, f"không phải tệp ZIP đọc được ({type(error).__name__})")
    if write_bundle(files) != data:
        return files, Check(_NAME, Outcome.TAMPERED, "tệp ZIP không còn đúng từng byte như lúc được ghi")
    return files, Check(_NAME, Outcome.PASS, f"{len(files)} tệp, {len(data)} byte")


class _RefusedError(Exception):
    """An entry that no bundle has."""


class _ForeignError(Exception):
    """Somebody's other archive: nothing in it was altered, it never was a bundle."""


def _entries(archive: zipfile.ZipFile, limit: int) -> Iterator[tuple[str, bytes]]:
    """Entries that a bundle may have. A damaged one is left out: the archive then is not what was written."""
    if MANIFEST not in archive.namelist():
        raise _ForeignError
    for entry in archive.infolist():
        if not may_be_in_bundle(entry.filename):
            raise _RefusedError(f"tên tệp lạ trong tệp ZIP: {entry.filename[:80]!r}")
        limit -= entry.file_size
        if entry.compress_type != zipfile.ZIP_STORED or limit < 0:
            raise _RefusedError(f"{entry.filename} được nén hoặc chồng lên tệp khác")
        try:
            yield entry.filename, archive.read(entry)
        except (zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError):
            continue
