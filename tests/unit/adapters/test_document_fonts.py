"""The fonts carried in the product are the ones named in their note, whole and with their licence."""

from __future__ import annotations

import hashlib
import re

from approval.adapters.typeset_glyphs import FONT_FILES, FONT_FOLDER


def test_each_font_has_the_hash_its_origin_note_states() -> None:
    note = (FONT_FOLDER / "ORIGIN.md").read_text(encoding="utf-8")
    stated = dict(re.findall(r"\| (\S+\.ttf) \| ([0-9a-f]{64}) \|", note))
    actual = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FONT_FOLDER.glob("*.ttf")}
    assert actual == stated
    assert set(actual) == set(FONT_FILES)


def test_the_licence_travels_with_the_fonts() -> None:
    licence = (FONT_FOLDER / "OFL.txt").read_text(encoding="utf-8")
    assert "Google Inc." in licence
    assert "SIL OPEN FONT LICENSE" in licence
    assert "DISCLAIMER" in licence
