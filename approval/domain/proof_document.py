"""Rules about the document as a whole: date line L01, clause numbers L04, agencies L06 and L13, end mark L08."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from approval.domain.agency_names import FoundName, find_names
from approval.domain.date_line import blank_parts, is_possible
from approval.domain.pledge_text import DatePolicy, PledgeText
from approval.domain.proof_finding import BODY, Level, Part, Passage, Place, ProofFinding, passages_of

END_MARK = "./."
_PART_NAMES = {"day": "ngày", "month": "tháng", "year": "năm"}
_COUNT = re.compile(r"\b(\d{1,2})(?= (?:cơ quan|đơn vị) (?:thành viên|ký|trong Khối))")
_BETWEEN = re.compile(r"\s*(,|;|và|, và|; và)\s*")


def date_line(text: PledgeText) -> Iterator[ProofFinding]:
    """L01: "Bắc Giang, ngày 05 tháng 5 năm 2024", a real day. A blank part is filled in when the pledge is finished."""
    line = passages_of(text)[0]
    whole = (0, len(line.text))
    if not text.place or "," in text.place:
        yield line.error("L01", whole, "Dòng này phải có đúng một địa danh trước dấu phẩy.")
    if not is_possible(text.date):
        yield line.error("L01", whole, "Ngày tháng năm ghi ở đây không có thật.")
        return
    if blank := blank_parts(text.date):
        names = ", ".join(_PART_NAMES[part] for part in blank)
        if text.date_policy is DatePolicy.FIXED_AT_OPENING:
            yield line.error("L01", whole, f"Còn để trống phần {names}; phải điền trước khi mở ký.")
        else:
            yield line.warning("L01", whole, f"Còn để trống phần {names}; hệ thống điền khi văn bản đủ chữ ký.")


def clause_numbers(text: PledgeText) -> Iterator[ProofFinding]:
    """L04: 1, 2, 3 … without gap."""
    for expected, clause in enumerate(text.clauses, start=1):
        if clause.number != expected:
            place = Place(Part.CLAUSE, clause.number)
            vi = f"Số khoản không liên tục: chỗ này phải là khoản {expected}."
            yield ProofFinding("L04", Level.ERROR, place, str(clause.number), vi, str(expected))


def agencies(text: PledgeText) -> Iterator[ProofFinding]:
    """L06: the preamble names the same agencies as the signature blocks, as many, in the same order."""
    found = find_names([party.agency for party in text.parties], "\n".join(text.preamble))
    named = [hit for hit in found if hit]
    if named:
        yield from _order(named)
        yield from _unnamed(text, found)
    for passage in passages_of(text):
        for match in _COUNT.finditer(passage.text) if passage.part in BODY else ():
            if int(match[1]) != len(text.parties):
                vi = f"Nêu {match[1]} cơ quan nhưng phần ký có {len(text.parties)}."
                yield passage.error("L06", match.span(), vi, f"{len(text.parties):02}")


def _order(named: list[FoundName]) -> Iterator[ProofFinding]:
    right = sorted(named, key=lambda hit: hit.position)
    if named != right:
        vi = "Thứ tự các khối ký khác thứ tự nêu ở phần mở đầu; hãy dùng một thứ tự."
        as_signed, as_named = ("; ".join(hit.text for hit in names) for names in (named, right))
        yield ProofFinding("L06", Level.ERROR, Place(Part.PARTIES), as_signed, vi, as_named)


def _unnamed(text: PledgeText, found: list[FoundName | None]) -> Iterator[ProofFinding]:
    for number, (party, hit) in enumerate(zip(text.parties, found, strict=True), start=1):
        if not hit:
            vi = "Phần mở đầu nêu các cơ quan khác nhưng không nêu cơ quan này."
            yield ProofFinding("L06", Level.ERROR, Place(Part.PARTY, number), party.agency, vi)


def agency_list(text: PledgeText) -> Iterator[ProofFinding]:
    """L13: names that contain a comma are parted by ";"."""
    names = [party.agency for party in text.parties]
    for passage in passages_of(text):
        if passage.part is Part.PREAMBLE and (row := _row_of_names(passage, names)):
            start, end, right = row
            vi = "Có tên cơ quan chứa dấu phẩy, nên các tên phải cách nhau bằng dấu chấm phẩy."
            yield passage.warning("L13", (start, end), vi, right)


def _row_of_names(passage: Passage, names: list[str]) -> tuple[int, int, str] | None:
    """Span of a row of agencies with the wrong mark between them, and the row with the right one."""
    hits = [hit.text for hit in find_names(names, passage.text) if hit]
    spans = sorted((passage.text.find(name), passage.text.find(name) + len(name)) for name in hits)
    if len(spans) <= 1 or not any("," in name for name in hits):
        return None
    gaps = [passage.text[end:start] for (_, end), (start, _) in pairwise(spans)]
    if not all(_BETWEEN.fullmatch(gap) for gap in gaps) or not any("," in gap for gap in gaps):
        return None
    words = [
        passage.text[start:end] + gap.replace(",", ";") for (start, end), gap in zip(spans, [*gaps, ""], strict=True)
    ]
    return spans[0][0], spans[-1][1], "".join(words)


def end_mark(text: PledgeText) -> Iterator[ProofFinding]:
    """L08: title and subject are there, and "./." stands once, at the very end of the body.

    The national heading is printed by the product and cannot be missing.
    """
    passages = passages_of(text)
    for passage in passages:
        if passage.part in {Part.TITLE, Part.SUBJECT} and not passage.text:
            yield passage.error("L08", (0, 0), "Phần này chưa có chữ nào.")
    body = [passage for passage in passages if passage.part in BODY]
    for passage in body[:-1]:
        if END_MARK in passage.text:
            start = passage.text.index(END_MARK)
            vi = "Dấu kết thúc “./.” chỉ dùng một lần, ở cuối văn bản."
            yield passage.error("L08", (start, start + len(END_MARK)), vi, ".")
    if body and not body[-1].text.endswith(END_MARK):
        yield _without_end_mark(body[-1])


def _without_end_mark(last: Passage) -> ProofFinding:
    bare = len(last.text.rstrip(" ./"))
    return last.error("L08", (bare, len(last.text)), "Cuối văn bản phải có dấu “./.”.", END_MARK)
