"""Joins the chapters of the offline verifier to the one file `verify.py` that people can read, print and keep."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent / "offline"
_CHAPTERS = (
    "outcome",
    "ed25519",
    "der",
    "archive",
    "events",
    "notes",
    "heads",
    "receipts",
    "replay",
    "documents",
    "certificates",
    "seal",
    "questions",
)
# Each chapter names those before it; in one file they are simply there.
_OWN_IMPORT = re.compile(r"^from approval\.[^\n(]*(\([^)]*\)|[^\n(]*)\n", re.MULTILINE)
_FUTURE = "from __future__ import annotations\n"
_IMPORT = re.compile(r"^import (\S+)\n", re.MULTILINE)
_FROM_IMPORT = re.compile(r"^from (\S+) import ([^\n]*)\n", re.MULTILINE)
_DOCSTRING = re.compile(r'\A"""(.*?)"""\n', re.DOTALL)
_NOQA = re.compile(r"  # noqa: [^\n]*")


@lru_cache(maxsize=1)
def verifier_text() -> str:
    """`verify.py`: standard library only, Python 3.9 and later."""
    chapters = [(_FOLDER / f"{name}.py").read_text(encoding="utf-8") for name in _CHAPTERS]
    texts = [_NOQA.sub("", _OWN_IMPORT.sub("", chapter).replace(_FUTURE, "")) for chapter in chapters]
    head = _DOCSTRING.match(texts[0])
    opening = head.group() if head else ""
    bodies = [_chapter(text, titled=number > 0) for number, text in enumerate(texts)]
    return f"{opening}\n{_FUTURE}\n{_imports(texts)}\n" + "\n\n".join(bodies)


def _imports(texts: list[str]) -> str:
    """Those of all chapters, each name once."""
    whole = {name for text in texts for name in _IMPORT.findall(text)}
    names: dict[str, set[str]] = {}
    for text in texts:
        for module, imported in _FROM_IMPORT.findall(text):
            names.setdefault(module, set()).update(imported.split(", "))
    lines = [f"import {name}\n" for name in sorted(whole)]
    lines += [f"from {module} import {', '.join(sorted(found))}\n" for module, found in sorted(names.items())]
    return "".join(lines)


def _chapter(text: str, *, titled: bool) -> str:
    head = _DOCSTRING.match(text)
    title = f"# {head.group(1)}\n\n" if head and titled else ""
    return title + _FROM_IMPORT.sub("", _IMPORT.sub("", _DOCSTRING.sub("", text))).strip("\n") + "\n"
