"""The form that makes a bloc: words as typed, and the agencies they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from approval.domain.commands import Actor, BlocAgency, CreateBloc
from approval.domain.errors import InvalidInputError
from approval.domain.pledge_text import to_nfc


@dataclass(frozen=True, slots=True)
class BlocForm:
    """Field values as the person typed them, NFC; `agencies` has one agency a line, "full name | short name"."""

    name: str = ""
    short_name: str = ""
    superior: str = ""
    place: str = ""
    agencies: str = ""

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> BlocForm:
        """What was sent."""
        return cls(**{name: to_nfc(fields.get(name, "")).strip() for name in cls.__dataclass_fields__})

    def command(self, actor: Actor) -> CreateBloc:
        """What it asks for. Raises InvalidInputError naming the line that cannot be read."""
        return CreateBloc(actor, self.name, self.short_name, self.superior, self.place, self._members())

    def _members(self) -> tuple[BlocAgency, ...]:
        lines = enumerate(self.agencies.splitlines(), start=1)
        return tuple(_agency(number, line) for number, line in lines if line.strip())


def _agency(number: int, line: str) -> BlocAgency:
    name, bar, short_name = (part.strip() for part in line.partition("|"))
    if not (name and bar and short_name) or "|" in short_name:
        raise InvalidInputError(
            "bloc-form",
            f"Dòng {number} của danh sách cơ quan chưa đúng; ghi “Tên đầy đủ | Tên viết tắt”, ví dụ “Sở Y tế | SYT”.",
            f"Line {number} of the agencies cannot be read; write “full name | short name”.",
            field="agencies",
        )
    return BlocAgency(name, short_name)
