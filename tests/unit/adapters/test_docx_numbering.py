"""Lists are counted as Word counts them."""

from __future__ import annotations

from typing import Any

import pytest
from docx.oxml.parser import parse_xml

from approval.adapters.docx_numbering import Numbering

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def level(index: int, text: str, kind: str = "decimal", *, start: int = 1, extra: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>{extra}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def root(*levels: str, numbers: str = "") -> Any:
    numbers = numbers or '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    return parse_xml(
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>{numbers}</w:numbering>'
    )


def labels(numbering: Numbering, *places: tuple[str, int]) -> list[str]:
    return [numbering.next_label(list_id, depth) for list_id, depth in places]


@pytest.mark.parametrize(
    ("kind", "start", "shown"),
    [
        ("decimal", 9, ["9.", "10."]),
        ("decimal", 0, ["0.", "1."]),
        ("decimalZero", 9, ["09.", "10."]),
        ("lowerLetter", 26, ["z.", "aa."]),
        ("upperLetter", 1, ["A.", "B."]),
        ("lowerLetter", 0, ["0.", "a."]),
        ("lowerRoman", 1999, ["mcmxcix.", "mm."]),
        ("upperRoman", 4, ["IV.", "V."]),
        ("upperRoman", 4999, [f"{'M' * 4}CMXCIX.", "5000."]),
        ("cardinalText", 1, ["1.", "2."]),
        ("bullet", 1, ["-", "-"]),
        ("none", 1, ["", ""]),
    ],
)
def test_formats(kind: str, start: int, shown: list[str]) -> None:
    numbering = Numbering(root(level(0, "%1.", kind, start=start)))
    assert labels(numbering, ("1", 0), ("1", 0)) == shown


def test_a_bullet_without_a_sign_shows_nothing() -> None:
    assert Numbering(root(level(0, "", "bullet"))).next_label("1", 0) == ""


def test_deeper_levels_start_anew_below_each_number() -> None:
    numbering = Numbering(root(level(0, "%1."), level(1, "%1.%2."), level(2, "%3)", "lowerLetter")))
    places = [("1", 0), ("1", 1), ("1", 2), ("1", 2), ("1", 1), ("1", 0), ("1", 1), ("1", 2)]
    assert labels(numbering, *places) == ["1.", "1.1.", "a)", "b)", "1.2.", "2.", "2.1.", "a)"]


def test_a_deeper_level_without_one_above_counts_it_as_begun() -> None:
    assert Numbering(root(level(0, "%1."), level(1, "%1.%2."))).next_label("1", 1) == "1.1."


def test_legal_numbering_shows_digits_and_undefined_levels_show_nothing() -> None:
    numbering = Numbering(root(level(0, "%1.", "upperRoman"), level(1, "%1.%2.%9", extra="<w:isLgl/>")))
    assert labels(numbering, ("1", 0), ("1", 1)) == ["I.", "1.1."]


def test_lists_of_one_definition_go_on_unless_they_start_over() -> None:
    numbers = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/>'
        '</w:lvlOverride><w:lvlOverride w:ilvl="1"/></w:num>'
    )
    numbering = Numbering(root(level(0, "%1."), numbers=numbers))
    assert labels(numbering, ("1", 0), ("2", 0), ("3", 0), ("3", 0), ("1", 0)) == ["1.", "2.", "5.", "6.", "7."]


def test_a_definition_may_be_kept_under_a_style() -> None:
    linked = parse_xml(
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="0"><w:styleLink w:val="Ds"/>{level(0, "%1)")}'
        '</w:abstractNum><w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="Ds"/></w:abstractNum>'
        '<w:abstractNum w:abstractNumId="2"><w:numStyleLink w:val="Không có"/></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>'
        "</w:numbering>"
    )
    assert labels(Numbering(linked), ("1", 0), ("1", 0), ("2", 0)) == ["1)", "2)", ""]


def test_what_is_not_defined_shows_nothing() -> None:
    odd = level(12, "%1.") + '<w:lvl w:ilvl="x"/><w:lvl w:ilvl="1"/>'
    numbering = Numbering(root(odd, numbers='<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num/>'))
    assert labels(numbering, ("1", 0), ("1", 1), ("1", 12), ("9", 0), ("", 0)) == ["", "", "", "", ""]
    assert Numbering(None).next_label("1", 0) == ""
    assert numbering.level_of_style("1", "Khoản") == 0


def test_a_long_text_around_a_number_is_cut() -> None:
    """A hundred thousand paragraphs would each repeat it."""
    numbering = Numbering(root(level(0, "%1." + "x" * 1_000_000)))
    assert len(numbering.next_label("1", 0)) == 99
