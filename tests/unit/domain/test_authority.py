"""Authority lines above a signature (NĐ 30/2020 Phụ lục I)."""

from __future__ import annotations

import unicodedata

import pytest

from approval.domain.authority import authority_lines
from approval.domain.errors import InvalidInputError
from approval.domain.states import AuthorityKind


@pytest.mark.parametrize(
    ("kind", "title", "lines"),
    [
        (AuthorityKind.HEAD, "Giám đốc", ("GIÁM ĐỐC",)),
        (AuthorityKind.KT, "PHÓ GIÁM ĐỐC", ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")),
        (AuthorityKind.KT, "Phó Trưởng ban", ("KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN")),
        (AuthorityKind.Q, "Giám đốc", ("Q. GIÁM ĐỐC",)),
        (AuthorityKind.TUQ, "Chánh Văn phòng", ("TUQ. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG")),
    ],
)
def test_lines_of_each_kind(kind: AuthorityKind, title: str, lines: tuple[str, ...]) -> None:
    assert authority_lines(kind, title) == lines


def test_the_head_may_be_named() -> None:
    lines = authority_lines(AuthorityKind.TUQ, "Phó Chánh Thanh tra", head_title="Chánh Thanh tra")
    assert lines == ("TUQ. CHÁNH THANH TRA", "PHÓ CHÁNH THANH TRA")


def test_titles_are_composed_and_tidied() -> None:
    title = unicodedata.normalize("NFD", "  phó   giám đốc ")
    assert authority_lines(AuthorityKind.KT, title) == ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")


@pytest.mark.parametrize("kind", AuthorityKind)
def test_a_missing_title_is_refused(kind: AuthorityKind) -> None:
    with pytest.raises(InvalidInputError) as caught:
        authority_lines(kind, " \n")
    assert caught.value.code == "title_missing"
    assert caught.value.field == "position_title"
