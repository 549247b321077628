"""A layout survives the way through the database unchanged."""

from __future__ import annotations

from approval.domain.document import DAY_FIELD, SEAL_FIELD, FieldBox, TypesetDocument, signature_field_name
from approval.domain.signing_layout import SigningLayout

DOCUMENT = TypesetDocument(
    pdf=b"%PDF",
    page_count=3,
    signature_boxes=tuple(FieldBox(signature_field_name(n), 2, 85.5, 100.25 * n, 300, 100.25 * n + 60) for n in (1, 2)),
    seal_box=FieldBox(SEAL_FIELD, 2, 85, 40, 255, 97),
    date_boxes=(FieldBox(DAY_FIELD, 0, 400, 700, 420, 716),),
)


def test_layout_round_trips_through_json() -> None:
    layout = SigningLayout.of(DOCUMENT)

    assert SigningLayout.from_json(layout.to_json()) == layout


def test_layout_names_fields_in_protocol_order() -> None:
    layout = SigningLayout.of(DOCUMENT)

    assert layout.signature_fields == ("KY_01", "KY_02")
    assert layout.date_fields == ("NGAY",)
    assert layout.signature_box(2).name == "KY_02"
