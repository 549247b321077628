"""The heading of a bloc's pledge as printed, one rule for the preview and for the document that is signed."""

from __future__ import annotations

from approval.adapters.typeset_input import HeaderPrint
from approval.domain.pledge_text import to_nfc

_KIND = "KHỐI THI ĐUA"


def bloc_header(*, superior: str, bloc_name: str, test_notice: bool) -> HeaderPrint:
    """Superior body and bloc in capitals (NĐ 30/2020 Phụ lục I, ô 2); the kind of body is put before a bare name."""
    name = _capitals(bloc_name)
    return HeaderPrint(
        parent=_capitals(superior),
        bloc=name if name.startswith(("KHỐI", "CỤM")) else f"{_KIND} {name}",
        test_notice=test_notice,
    )


def _capitals(words: str) -> str:
    return " ".join(to_nfc(words).upper().split())
