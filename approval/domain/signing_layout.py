"""Where the fields of an opened document are: kept beside the file, so that no signing act has to search the PDF."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Self

from approval.domain.document import ExpectedDocument, FieldBox, TypesetDocument


@dataclass(frozen=True, slots=True)
class SigningLayout:
    """Pages and boxes of one opened document: signatures in protocol order, date boxes for blank parts only."""

    page_count: int
    signature_boxes: tuple[FieldBox, ...]
    seal_box: FieldBox
    date_boxes: tuple[FieldBox, ...]

    @classmethod
    def of(cls, document: TypesetDocument) -> Self:
        """The layout of a document just typeset."""
        return cls(document.page_count, document.signature_boxes, document.seal_box, document.date_boxes)

    def to_json(self) -> str:
        """The text kept in `signing.layout`."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Inverse of `to_json`. Raises KeyError, TypeError or ValueError on anything else."""
        data = json.loads(text)
        return cls(
            page_count=data["page_count"],
            signature_boxes=_boxes(data["signature_boxes"]),
            seal_box=FieldBox(**data["seal_box"]),
            date_boxes=_boxes(data["date_boxes"]),
        )

    def signature_box(self, position: int) -> FieldBox:
        """The box of the party at a 1-based protocol position."""
        return self.signature_boxes[position - 1]

    @property
    def signature_fields(self) -> tuple[str, ...]:
        """Field names of all parties in protocol order."""
        return tuple(box.name for box in self.signature_boxes)

    @property
    def date_fields(self) -> tuple[str, ...]:
        """Field names of the date parts to be filled."""
        return tuple(box.name for box in self.date_boxes)

    def expected(self, signed: frozenset[str], *, final: bool) -> ExpectedDocument:
        """What the file must hold once the fields named in `signed` carry signatures."""
        return ExpectedDocument(
            signature_fields=self.signature_fields, date_fields=self.date_fields, signed_fields=signed, final=final
        )


def _boxes(items: list[dict[str, Any]]) -> tuple[FieldBox, ...]:
    return tuple(FieldBox(**item) for item in items)
