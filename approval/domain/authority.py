"""What is printed above a signature: by what right the person signs (NĐ 30/2020 Phụ lục I, mục II.7)."""

from __future__ import annotations

from approval.domain.errors import InvalidInputError
from approval.domain.pledge_text import to_nfc
from approval.domain.states import AuthorityKind

USUAL_HEAD = "GIÁM ĐỐC"
_DEPUTY = "PHÓ "


def authority_lines(kind: AuthorityKind, position_title: str, *, head_title: str | None = None) -> tuple[str, ...]:
    """The printed lines, in capitals.

    `position_title` is the signatory's own title; for an acting head (Q) the title acted in. `head_title` is whom a
    deputy or mandatary signs for; without it, it is read off the deputy's title ("PHÓ TRƯỞNG BAN" → "TRƯỞNG BAN").

    >>> authority_lines(AuthorityKind.KT, "Phó Giám đốc")
    ('KT. GIÁM ĐỐC', 'PHÓ GIÁM ĐỐC')

    Raises InvalidInputError (title_missing) for an empty title.
    """
    title = _capitals(position_title)
    if not title:
        raise InvalidInputError(
            "title_missing",
            "Chưa có chức vụ của người ký; hãy ghi chức vụ, ví dụ “GIÁM ĐỐC”.",
            "The signatory's title is missing; write it, e.g. “GIÁM ĐỐC”.",
            field="position_title",
        )
    if kind is AuthorityKind.HEAD:
        return (title,)
    if kind is AuthorityKind.Q:
        return (f"Q. {title}",)
    return (f"{kind.value}. {_capitals(head_title or '') or _head_of(title)}", title)


def _head_of(title: str) -> str:
    return title.removeprefix(_DEPUTY) if title.startswith(_DEPUTY) else USUAL_HEAD


def _capitals(title: str) -> str:
    return " ".join(to_nfc(title).upper().split())
