"""The signature blocks "ĐẠI DIỆN SỞ Y TẾ" and the agencies behind them, matched to the names in the preamble."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from approval.domain.agency_names import FoundName, dashes_in, find_names, name_key, sentence_case
from approval.domain.import_errors import NotAPledgeError, refusal, shortened
from approval.domain.pledge_text import PartyBlock, PledgeText
from approval.domain.text_findings import TextFinding, dash_differs, party_not_in_preamble, party_order_differs

FEWEST_PARTIES, MOST_PARTIES = 2, 40
LONGEST_HEADING = 400
"""Characters; the longest names of provincial agencies stay below 150."""

PREFIX = "ĐẠI DIỆN"
_NOTHING_RECORDED: Mapping[str, str] = MappingProxyType({})
_HEADING_START = re.compile(rf"{PREFIX}(?!\w)\s*")


@dataclass(frozen=True, slots=True)
class Parties:
    """The parties in protocol order and what was noticed about them."""

    blocks: tuple[PartyBlock, ...]
    findings: tuple[TextFinding, ...]


def is_heading_start(text: str) -> bool:
    """Whether a line or paragraph opens a signature block: ĐẠI DIỆN …, all capitals."""
    return bool(_HEADING_START.match(text)) and is_capitals(text)


def is_capitals(text: str) -> bool:
    """Whether a text holds no small letter."""
    return not any(c.islower() for c in text)


def read_parties(paragraphs: Sequence[str], *, preamble: Sequence[str], place: str) -> Parties:
    """The parties; `paragraphs` starts at the first block and runs to the end of the file.

    `preamble` gives the agencies' proper names, `place` the spelling of the province.
    Raises NotAPledgeError (text_after_signatures, empty_heading, heading_too_long, agency_twice, one_party,
    too_many_parties).
    """
    return name_parties(_headings(paragraphs), preamble=preamble, place=place)


def name_parties(
    headings: Sequence[str], *, preamble: Sequence[str], place: str, recorded: Mapping[str, str] = _NOTHING_RECORDED
) -> Parties:
    """The parties behind whole headings; `recorded` holds agencies known from elsewhere, by heading.

    Raises NotAPledgeError (empty_heading, heading_too_long, agency_twice, one_party, too_many_parties).
    """
    names = [bare_name(heading) for heading in headings]
    _check_names(names)
    found = find_names(names, "\n".join(preamble))
    guesses = [hit.text if hit else sentence_case(name, place) for hit, name in zip(found, names, strict=True)]
    blocks = tuple(PartyBlock(recorded.get(h, guess), h) for guess, h in zip(guesses, headings, strict=True))
    remarks = [_remark(block, hit) for block, hit in zip(blocks, found, strict=True) if block.heading not in recorded]
    return Parties(blocks, (*_order_remarks(found), *(remark for remark in remarks if remark)))


def unrecoverable_agencies(text: PledgeText) -> dict[str, str]:
    """The agencies, by heading, that no reader of the printed page could name as `text` does."""
    names = [bare_name(party.heading) for party in text.parties]
    found = find_names(names, "\n".join(text.preamble))
    read = [hit.text if hit else sentence_case(name, text.place) for hit, name in zip(found, names, strict=True)]
    return {p.heading: p.agency for p, agency in zip(text.parties, read, strict=True) if p.agency != agency}


def bare_name(heading: str) -> str:
    """The agency's name in a heading: "ĐẠI DIỆN SỞ Y TẾ" gives "SỞ Y TẾ"."""
    return heading.removeprefix(PREFIX).strip()


def no_signature_blocks() -> NotAPledgeError:
    """The refusal for a file without signature blocks."""
    return refusal(
        "no_signature_blocks",
        "Không thấy khối chữ ký nào; mỗi cơ quan cần một khối viết hoa “ĐẠI DIỆN …” ở cuối văn bản.",
        "No signature block found; each agency needs a block in capitals, “ĐẠI DIỆN …”, at the end.",
    )


def text_after_signatures(words: str) -> NotAPledgeError:
    """The refusal for text below the signature blocks: it has no place in a pledge and may not be lost silently."""
    return refusal(
        "text_after_signatures",
        f"Sau các khối chữ ký còn đoạn “{shortened(words)}” không xếp được vào đâu; hãy bỏ đoạn này.",
        f"After the signature blocks stands “{shortened(words)}”, which has no place; please remove it.",
    )


def _headings(paragraphs: Sequence[str]) -> list[str]:
    """One heading a block; capitals without ĐẠI DIỆN are the rest of a heading broken over paragraphs."""
    headings: list[list[str]] = []
    for paragraph in paragraphs:
        if is_heading_start(paragraph):
            headings.append([paragraph])
        elif is_capitals(paragraph):
            headings[-1].append(paragraph)
        else:
            raise text_after_signatures(paragraph)
    return [" ".join(parts) for parts in headings]


def _check_names(names: Sequence[str]) -> None:
    _check_count(len(names))
    _check_lengths(names)
    if "" in names:
        raise refusal(
            "empty_heading",
            "Có khối ký chỉ ghi “ĐẠI DIỆN” mà không ghi tên cơ quan; hãy điền tên cơ quan.",
            "A signature block says only “ĐẠI DIỆN”; write the agency's name after it.",
        )
    keys = [name_key(name) for name in names]
    twice = next((name for name, key in zip(names, keys, strict=True) if keys.count(key) > 1), None)
    if twice:
        raise refusal(
            "agency_twice",
            f"Cơ quan “{shortened(twice)}” có hai khối ký; mỗi cơ quan chỉ ký một lần, hãy bỏ bớt một khối.",
            f"The agency “{shortened(twice)}” has two signature blocks; each signs once, remove one.",
        )


def _check_lengths(names: Sequence[str]) -> None:
    long = next((name for name in names if len(name) > LONGEST_HEADING), None)
    if long:
        raise refusal(
            "heading_too_long",
            f"Tên cơ quan trong khối ký “{shortened(long)}” quá dài; hãy rút gọn dưới {LONGEST_HEADING} ký tự.",
            f"The agency in the block “{shortened(long)}” is too long; use fewer than {LONGEST_HEADING} characters.",
        )


def _check_count(count: int) -> None:
    if count < FEWEST_PARTIES:
        raise refusal(
            "one_party",
            "Chỉ thấy một khối chữ ký; bản giao ước cần ít nhất hai cơ quan, hãy bổ sung khối “ĐẠI DIỆN …”.",
            "Only one signature block found; a pledge needs at least two agencies, add a block “ĐẠI DIỆN …”.",
        )
    if count > MOST_PARTIES:
        raise refusal(
            "too_many_parties",
            f"Có {count} khối chữ ký; hệ thống nhận tối đa {MOST_PARTIES} cơ quan, hãy tách bản giao ước.",
            f"There are {count} signature blocks; at most {MOST_PARTIES} agencies are accepted, split the pledge.",
        )


def _remark(block: PartyBlock, hit: FoundName | None) -> TextFinding | None:
    if not hit:
        return party_not_in_preamble(block.agency, block.heading)
    if dashes_in(block.heading) != dashes_in(block.agency):
        return dash_differs(block.agency, block.heading, f"{PREFIX} {block.agency.upper()}")
    return None


def _order_remarks(found: Sequence[FoundName | None]) -> list[TextFinding]:
    named = [hit for hit in found if hit]
    by_preamble = sorted(named, key=lambda hit: hit.position)
    return [] if named == by_preamble else [party_order_differs([hit.text for hit in by_preamble])]
