"""Rule L05: the first citation of a document names type, sign, date, issuer and subject (NĐ 30/2020 Phụ lục I)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from approval.domain.proof_finding import BODY, Passage, ProofFinding
from approval.domain.tone_marks import CAPITAL, SMALL

_TYPES = (
    "Nghị quyết|Nghị định|Chỉ thị|Quyết định|Kết luận|Thông tư liên tịch|Thông tư|Thông báo|Kế hoạch|Quy định"
    "|Hướng dẫn|Công văn|Chương trình|Quy chế"
)
_SIGN = r"\d+(?: ?[-–/] ?\d{4})?(?: ?[-–/] ?[A-ZĐ][A-ZĐa-z]*)+"
_CITATION = re.compile(rf"(?P<type>{_TYPES})(?P<word> số:?)? (?P<sign>{_SIGN})")
_DATE = re.compile(r",? ngày \d{1,2}(?:/\d{1,2}/| tháng \d{1,2} năm )\d{4}")
# "của Chính phủ ngày 16/7/2021" leads to a citation's date, "trước ngày 30/11/2024" to a deadline.
_TO_DATE = rf"(?: (?!(?:trước|từ|đến|vào|trong|hết|sau|xong) )[^\s,;.]{{1,30}}){{0,8}}?{_DATE.pattern}"
_SIGNED = re.compile(
    rf"(?<!\d)\d{{1,6}}(?:[-–/]\d{{4}})?[-–/] ?[A-ZĐ]{{2,}}[A-ZĐa-z]*(?:[-–/][A-ZĐ][A-ZĐa-z]*)*(?:{_TO_DATE})?"
)
_UNSIGNED = re.compile(rf"(?:{_TYPES}){_TO_DATE}")
_LAW = re.compile(
    r"(?:Bộ luật|Luật|Pháp lệnh|Hiến pháp)"
    r"(?:,? (?!(?:trong|các|nhiệm vụ|kế hoạch) )[^\s,;.()“”]{1,30}){0,10}? năm \d{4}"
)
_ISSUER = re.compile(rf",? của (?=[{CAPITAL}])")
_BARE_ISSUER = re.compile(rf" (?=[{CAPITAL}][{SMALL}])")
_SUBJECT = re.compile(r"\b(?:về|quy định|phê duyệt|ban hành|hướng dẫn|sửa đổi|phát động|triển khai)\b")
_END = re.compile(r"[;.,)]|$")
_NAMED = re.compile(
    r"(?P<what>Đề án|Chương trình|Chiến lược|Dự án) “[^”]{1,300}”"
    r" của (?:Thủ tướng|Chính phủ|Bộ|Ủy ban|Tỉnh ủy|Hội đồng)"
)
_DECISION = re.compile(r"(?:Quyết định|Nghị quyết|Kế hoạch) (?:số )?\d")


def citations(passages: tuple[Passage, ...]) -> Iterator[ProofFinding]:
    """L05 for documents with a sign, at their first citation, and for named projects without any decision."""
    seen: set[str] = set()
    for passage in passages:
        if passage.part not in BODY:
            continue
        for match in _CITATION.finditer(passage.text):
            sign = match["sign"].replace(" ", "").replace("–", "-")
            if sign not in seen:
                seen.add(sign)
                yield from _judge(passage, match)
        yield from _named_projects(passage)


def cited_spans(text: str) -> Iterator[tuple[int, int]]:
    """What names a document by its sign, date or year: such a date never grows old. Spans may overlap."""
    for pattern in (_SIGNED, _UNSIGNED, _LAW):
        yield from (match.span() for match in pattern.finditer(text))


def _judge(passage: Passage, cited: re.Match[str]) -> Iterator[ProofFinding]:
    text = passage.text
    date = _DATE.match(text, cited.end())
    behind = date.end() if date else cited.end()
    issuer = _ISSUER.match(text, behind)
    if date and not issuer and (bare := _BARE_ISSUER.match(text, behind)):
        yield passage.error("L05", bare.span(), "Thiếu chữ “của” trước tên cơ quan ban hành.", " của ")
        issuer = bare
    start = issuer.end() if issuer else behind
    tail = text[start : next(_END.finditer(text, start)).start()]
    missing = [
        name
        for name, there in (
            ("chữ “số”", cited["word"]),
            # "… của Chính phủ ngày 16/7/2021 về …" names both in the other order.
            ("ngày ban hành", date or _DATE.search(tail)),
            ("cơ quan ban hành", issuer),
            ("trích yếu", _SUBJECT.search(tail)),
        )
        if not there
    ]
    if missing:
        vi = f"Trích dẫn lần đầu còn thiếu {', '.join(missing)}."
        yield passage.warning("L05", cited.span(), vi, _with_word(cited))


def _with_word(match: re.Match[str]) -> str | None:
    return None if match["word"] else f"{match['type']} số {match['sign'].replace(' ', '')}"


def _named_projects(passage: Passage) -> Iterator[ProofFinding]:
    for match in _NAMED.finditer(passage.text):
        if not _DECISION.search(passage.text[max(0, match.start() - 120) : match.end() + 120]):
            vi = f"{match['what']} được nêu tên nhưng chưa có số, ngày của văn bản phê duyệt."
            yield passage.warning("L05", match.span(), vi)
