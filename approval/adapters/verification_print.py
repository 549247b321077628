"""The verification sheet as the plain data handed to its Typst template, its QR code as a drawing."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

import segno

from approval.adapters.clock import VIETNAM
from approval.adapters.opinion_print import written_out
from approval.adapters.pledge_print import bloc_header
from approval.domain.verification_sheet import VerificationSheet, check_address


def verification_print_data(sheet: VerificationSheet, *, base_url: str, test_notice: bool) -> dict[str, Any]:
    """JSON-ready data for `verification.typ`; every string can be printed."""
    header = bloc_header(superior=sheet.superior, bloc_name=sheet.bloc_name, test_notice=test_notice)
    address = check_address(base_url, sheet.sha256)
    digest = sheet.sha256.upper()
    data = {
        "header": {"parent": header.parent, "bloc": header.bloc},
        "title": sheet.title,
        "issued": _moment(sheet.finalised_at),
        "signatures": [{"agency": one.agency, "at": _moment(one.signed_at)} for one in sheet.signatures],
        "digest": [" ".join(digest[at : at + 4] for at in range(row, row + 32, 4)) for row in (0, 32)],
        "page": f"{base_url}/kiem-tra",
        "test": test_notice,
    }
    return {**written_out(data, set()), "qr": qr_svg(address)}


def qr_svg(address: str) -> str:
    """The address as a QR code, one unit a module, without the quiet border; level M survives a fold or a stain."""
    out = BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False, svgns=True)
    return out.getvalue().decode("utf-8")


def _moment(at: datetime) -> str:
    local = at.astimezone(VIETNAM)
    month = f"{local.month:02d}" if local.month in (1, 2) else str(local.month)
    return f"{local:%H:%M:%S} ngày {local.day:02d}/{month}/{local.year}"
