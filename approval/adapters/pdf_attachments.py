"""Files that travel inside a PDF (ISO 32000-1 §7.11.4), as they were under a given revision."""

from __future__ import annotations

from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader


def attached_file(reader: PdfFileReader, name: str, *, revision: int) -> bytes | None:
    """The associated file of this name in the document as it stood at `revision` (0: as typeset), None without one.

    Raises whatever pyHanko raises on damaged input, a stream beyond its limits for untrusted files included.
    """
    root: Any = reader.get_historical_root(revision)
    try:
        files = list(root["/AF"])
    except KeyError:
        return None
    for reference in files:
        specification = reference.get_object() if hasattr(reference, "get_object") else reference
        if str(specification.get("/UF", specification.get("/F", ""))) == name:
            return bytes(specification["/EF"]["/F"].data)
    return None
